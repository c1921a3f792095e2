//! `help`: every topic is there, fits a narrow terminal, and says what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::harness::World;

const TOPICS: [&str; 11] = [
    "setup",
    "headless",
    "certificates",
    "exit-codes",
    "environment",
    "stores",
    "credential-helpers",
    "teams",
    "scale",
    "scripts",
    "json",
];

/// Read by libraries of this program, or by the system for it: they stand in no line of the source.
const BY_LIBRARIES: [&str; 5] = [
    "HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Variables that igconnect names in a report or passes on, and that are not set for it.
const UNTOLD: [&str; 6] = [
    "PATH",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "APPDATA",
    "COMPUTERNAME",
];

fn topic(name: &str) -> String {
    let world = World::new();
    let output = world.command(&["help", name]).run().assert_code(0);
    assert_eq!(output.stderr(), "");
    output.stdout().to_owned()
}

#[test]
fn every_topic_fits_80_columns_and_is_plain_text() {
    for name in TOPICS {
        let text = topic(name);
        assert!(text.lines().count() > 10, "{name} is short");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
            assert!(!line.ends_with(' '), "{name}: {line:?}");
            assert!(
                line.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
                "{name}: {line:?}"
            );
        }
        assert!(
            !text.contains('{') || name != "environment",
            "{name} has a hole"
        );
        assert!(!text.contains("{table}"), "{name} has a hole");
    }
}

#[test]
fn help_lists_the_topics_and_the_commands() {
    let world = World::new();
    for arguments in [&["help"][..], &["--help"]] {
        let output = world.command(arguments).run().assert_code(0);
        for name in TOPICS {
            output.assert_prints(&format!("\n  {name} "));
        }
        output.assert_prints("\n  doctor ");
    }
}

#[test]
fn help_of_a_command_is_its_own_long_help() {
    let world = World::new();
    for command in ["login", "app", "app add", "app check", "doctor", "help"] {
        let words: Vec<_> = command.split(' ').collect();
        let shown = [&["help"], words.as_slice()].concat();
        let shown = world.command(&shown).run().assert_code(0);
        let own = [words.as_slice(), &["--help"]].concat();
        let own = world.command(&own).run().assert_code(0);
        assert_eq!(shown.stdout(), own.stdout(), "{command}");
        shown.assert_prints(&format!("igconnect {command}"));
    }
}

#[test]
fn an_unknown_topic_is_2_with_the_list() {
    let world = World::new();
    for (asked, hint) in [
        (&["help", "nonsense"][..], "exit-codes"),
        (
            &["help", "app", "nonsense"],
            "Did you mean igconnect help app?",
        ),
    ] {
        let output = world.command(asked).run().assert_code(2);
        output.assert_warns("nonsense");
        output.assert_warns(hint);
    }
}

#[test]
fn help_works_in_a_broken_world_and_as_json() {
    let world = World::new();
    world.set_env("IGCONNECT_INSTAGRAM", "nonsense");
    let shown = world
        .command(&["help", "setup", "--json"])
        .without_env("HOME")
        .folder("/");
    let answer = shown.run().assert_code(0).json();
    assert_eq!(answer["topic"], "setup");
    assert!(
        answer["text"]
            .as_str()
            .unwrap()
            .contains("Instagram App Secret")
    );
}

#[test]
fn every_exit_code_is_in_its_topic() {
    let text = topic("exit-codes");
    for kind in igconnect::failure::Kind::ALL {
        let row = format!("{:>3}  {} ", kind.exit_code(), kind.name());
        assert!(text.contains(&row), "no {row:?} in {text}");
    }
}

#[test]
fn every_command_that_a_topic_names_exists() {
    let world = World::new();
    let mut named = BTreeSet::new();
    for name in TOPICS {
        let text = topic(name);
        // Only so far to the right is a line a command.
        let lines = text.lines().filter_map(|line| line.strip_prefix("     "));
        for line in lines {
            let words = line.trim_start().strip_prefix("igconnect ");
            let mut words = words.unwrap_or_default().split_whitespace();
            let command =
                words.find(|word| !word.starts_with("--") && *word != "revoked" && *word != "down");
            named.extend(command.map(str::to_owned));
        }
    }
    assert!(named.len() > 5, "{named:?}");
    for word in named {
        let _ = world.command(&["help", &word]).run().assert_code(0);
    }
}

#[test]
fn the_variables_of_the_topic_are_those_that_are_read() {
    let read = read_by_the_source();
    let shown = topic("environment");
    let mut shown: BTreeSet<String> = names(&shown)
        .filter(|name| name.contains('_') || shown.contains(&format!("\n  {name}")))
        .collect();
    for name in BY_LIBRARIES {
        assert!(shown.remove(name), "{name} is not documented");
    }
    let untold: BTreeSet<_> = UNTOLD.iter().map(|name| (*name).to_owned()).collect();
    let missing: Vec<_> = read
        .difference(&shown)
        .filter(|name| !untold.contains(*name))
        .collect();
    assert!(missing.is_empty(), "read and not documented: {missing:?}");
    let invented: Vec<_> = shown.difference(&read).collect();
    assert!(invented.is_empty(), "documented and not read: {invented:?}");
}

/// Every name that is handed to a function that reads the environment.
fn read_by_the_source() -> BTreeSet<String> {
    const READERS: [&str; 15] = [
        "environment::raw(",
        "environment::text(",
        "environment::path(",
        "environment::switch(",
        "environment::secret(",
        "variables::text(",
        "variables::path(",
        "variables::secret(",
        "read_secret(",
        "self::text(",
        "self::path(",
        "twins(",
        "set(",
        "is_on(",
        "by(",
    ];
    // Lists of names, read in a loop.
    const LISTS: [&str; 8] = [
        "const WORLD_TOKEN",
        "const WORLD_APP_ID",
        "const WORLD_APP_SECRET",
        "const REAL_SECRETS",
        "const PROXIES",
        "const EXCEPTIONS",
        "const TRUST",
        "const PLACES",
    ];
    let mut found = BTreeSet::new();
    for (path, text) in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        for reader in READERS {
            for rest in text.split(reader).skip(1) {
                let argument = rest.trim_start().strip_prefix('"');
                let Some((name, _)) = argument.and_then(|rest| rest.split_once('"')) else {
                    continue;
                };
                if names(name).next().as_deref() == Some(name) {
                    found.insert(name.to_owned());
                    if reader.contains("secret") || reader == "read(" {
                        found.insert(format!("{name}_FILE"));
                    }
                }
            }
        }
        for list in LISTS {
            let rest = text.split_once(list).map_or("", |(_, rest)| rest);
            let list = rest.split_once("];").map_or("", |(list, _)| list);
            found.extend(list.split('"').skip(1).step_by(2).map(str::to_owned));
        }
        assert!(!path.is_empty());
    }
    // The platform's own folders are found by a library; doctor only takes them out of its report.
    for name in ["LOCALAPPDATA", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        found.remove(name);
    }
    found
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
    all
}

/// Words that could be the name of a variable.
fn names(text: &str) -> impl Iterator<Item = String> {
    let part = |c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let words = text.split(part).filter(|word| word.len() >= 2);
    words
        .filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(str::to_owned)
}
