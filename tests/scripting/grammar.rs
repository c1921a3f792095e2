//! The commands and flags that a test has typed, compared with all that exist.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::harness::World;

/// Commands whose exit code does not depend on the state of an account.
const STATELESS: [&str; 12] = [
    "login",
    "app",
    "schedule",
    "certificate",
    "doctor",
    "explain",
    "help",
    "sandbox",
    "schema",
    "completions",
    "man",
    // Where tokens are, and moving them, is tested with the stores.
    "store",
];

/// Which flags were typed with which command.
#[derive(Default)]
pub(super) struct Typed(Mutex<BTreeSet<(String, String)>>);

impl Typed {
    /// Takes down what of the command line is the program's own.
    pub(super) fn note(&self, line: &[&str]) {
        let ours = line.iter().take_while(|word| **word != "--");
        let mut words = ours.skip_while(|word| word.starts_with("--scenario"));
        if line[0] == "--scenario" {
            words.next();
        }
        let command = *words.next().expect("a command");
        let mut typed = self.0.lock().unwrap();
        let mut note = |flag: &str| typed.insert((command.to_owned(), flag.to_owned()));
        note("");
        for word in words.filter(|word| word.starts_with('-')) {
            note(word.split('=').next().unwrap());
        }
    }

    /// Fails where a command or a flag was never typed.
    #[track_caller]
    pub(super) fn assert_complete(&self) {
        let typed = self.0.lock().unwrap();
        let settled = ["--help", "--version", "--sandbox", "--scenario"];
        let missing = grammar().into_iter().filter(|(command, flag)| {
            let counts =
                !STATELESS.contains(&command.as_str()) && !settled.contains(&flag.as_str());
            counts && !typed.contains(&(command.clone(), flag.clone()))
        });
        let missing: Vec<_> = missing.collect();
        assert!(missing.is_empty(), "never typed: {missing:?}");
    }
}

/// Every command.
pub(super) fn commands() -> BTreeSet<String> {
    grammar().into_iter().map(|(command, _)| command).collect()
}

/// Every command with each of its flags, and with none. The script for Nushell names them all.
fn grammar() -> BTreeSet<(String, String)> {
    let world = World::new();
    let script = world.command(&["completions", "nushell"]).run();
    let script = script.assert_code(0).stdout().to_owned();
    let mut found = BTreeSet::new();
    for part in script.split("export extern \"igconnect ").skip(1) {
        let (name, rest) = part.split_once('"').unwrap();
        let (flags, _) = rest.split_once("\n  ]").unwrap();
        let command = name.split(' ').next().unwrap();
        let flags = flags.lines().filter_map(|line| {
            let flag = line.trim_start().split([' ', ':', '(']).next()?;
            flag.starts_with("--").then_some(flag)
        });
        found.extend(
            flags
                .chain([""])
                .map(|flag| (command.to_owned(), flag.to_owned())),
        );
    }
    assert!(found.len() > 100, "{script}");
    found
}
