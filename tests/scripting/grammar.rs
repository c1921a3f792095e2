//! Which commands and flags a test has typed, held against all that there are: what nobody tried is missed.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::support::World;

/// Commands whose code does not follow from how an account stands: they make one, or are about something else.
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

    /// Fails where a command or a flag was never typed. The script for Nushell names every command with all its flags.
    #[track_caller]
    pub(super) fn assert_complete(&self) {
        let world = World::new();
        let script = world.command(&["completions", "nushell"]).run();
        let script = script.assert_code(0).stdout().to_owned();
        let typed = self.0.lock().unwrap();
        let mut missing = Vec::new();
        for part in script.split("export extern \"igconnect ").skip(1) {
            let (name, rest) = part.split_once('"').unwrap();
            let (flags, _) = rest.split_once("\n  ]").unwrap();
            let command = name.split(' ').next().unwrap();
            if STATELESS.contains(&command) {
                continue;
            }
            let flags = flags.lines().filter_map(|line| {
                let line = line.trim_start();
                let flag = line.split([' ', ':', '(']).next()?;
                flag.starts_with("--").then_some(flag)
            });
            let settled = ["--help", "--version", "--sandbox", "--scenario"];
            for flag in flags.filter(|flag| !settled.contains(flag)).chain([""]) {
                if !typed.contains(&(command.to_owned(), flag.to_owned())) {
                    missing.push(format!("{command} {flag}"));
                }
            }
        }
        assert!(missing.is_empty(), "never typed: {missing:?}");
    }
}
