//! What `--help` says, as a newcomer reads it.

use crate::harness::{World, assert_snapshot};

const COMMANDS: [&[&str]; 29] = [
    &["login"],
    &["status"],
    &["list"],
    &["refresh"],
    &["disconnect"],
    &["token"],
    &["run"],
    &["use"],
    &["history"],
    &["app"],
    &["app", "add"],
    &["app", "list"],
    &["app", "remove"],
    &["app", "check"],
    &["store"],
    &["store", "show"],
    &["store", "check"],
    &["store", "move"],
    &["certificate"],
    &["schedule"],
    &["schedule", "install"],
    &["schedule", "status"],
    &["schedule", "remove"],
    &["doctor"],
    &["explain"],
    &["sandbox"],
    &["completions"],
    &["man"],
    &["schema"],
];

/// What a command prints on a terminal of 80 columns.
fn help(world: &World, arguments: &[&str]) -> String {
    let output = world.command(arguments).env("COLUMNS", "80").run();
    output.assert_code(0).stdout().to_owned()
}

#[test]
fn the_help_of_every_command_matches_its_snapshot() {
    let world = World::new();
    assert_snapshot("help/igconnect.txt", &help(&world, &["--help"]));
    assert_eq!(help(&world, &["-h"]), help(&world, &["--help"]));
    for command in COMMANDS {
        let name = format!("help/igconnect-{}.txt", command.join("-"));
        assert_snapshot(&name, &help(&world, &[command, &["--help"]].concat()));
    }
}

#[test]
fn the_short_help_of_every_command_ends_with_its_examples() {
    let world = World::new();
    for command in COMMANDS {
        let long = help(&world, &[command, &["--help"]].concat());
        let short = help(&world, &[command, &["-h"]].concat());
        assert_eq!(
            long.contains("\nExamples:\n"),
            short.contains("\nExamples:\n")
        );
        assert!(short.lines().count() <= long.lines().count(), "{command:?}");
        let examples = |text: &str| {
            let lines = text.lines().skip_while(|line| *line != "Examples:");
            let lines = lines.take_while(|line| !line.is_empty()).map(str::to_owned);
            lines.collect::<Vec<_>>()
        };
        assert_eq!(examples(&long), examples(&short), "{command:?}");
    }
}

#[test]
fn no_help_is_wider_than_80_columns() {
    let world = World::new();
    let front_page: &[&str] = &[];
    for command in COMMANDS.iter().chain([&front_page]) {
        for flag in ["-h", "--help"] {
            let text = help(&world, &[command, &[flag][..]].concat());
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{command:?} {flag}: {line}");
            }
        }
    }
}

#[test]
fn every_command_has_its_snapshot() {
    let world = World::new();
    let help = help(&world, &["--help"]);
    let groups = help.split("\nOptions:\n").next().unwrap();
    let mut named: Vec<&str> = (groups.lines())
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    named.sort_unstable();
    let mut known: Vec<&str> = COMMANDS.iter().map(|command| command[0]).collect();
    known.sort_unstable();
    known.dedup();
    assert_eq!(named, known);
}

#[cfg(unix)]
#[test]
fn help_works_in_a_broken_world() {
    let world = World::new();
    for (name, value) in [
        ("XDG_DATA_HOME", "/dev/null"),
        ("IGCONNECT_CONFIG", "/dev/null/nothing"),
        ("IGCONNECT_INSTAGRAM", "http://evil.example"),
        ("IGCONNECT_SANDBOX", "perhaps"),
        ("TZ", "No/Such/Place"),
        ("LANG", "xx_YY"),
    ] {
        for command in [
            &["--help"][..],
            &["help", "login"],
            &["--version"],
            &["login", "-h"],
        ] {
            let output = world.command(command).env(name, value).run().assert_code(0);
            assert!(
                !output.stdout().is_empty() && output.stderr().is_empty(),
                "{}",
                output.report()
            );
        }
    }
}

#[test]
fn a_command_that_lacks_its_verb_shows_what_there_is() {
    let world = World::new();
    let output = world.command(&["app"]).run().assert_code(2);
    assert_eq!(output.stdout(), "");
    let _ = output.assert_says("Commands:\n  add ");
    let _ = world
        .command(&["app", "--json"])
        .run()
        .assert_json_failure(2, "usage");
}
