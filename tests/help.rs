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

#[test]
fn the_help_of_every_command_is_as_it_was_found_right() {
    let world = World::new();
    let help = world.command(&["--help"]).run().assert_code(0);
    assert_snapshot("help/igconnect.txt", help.stdout());
    let short = world.command(&["-h"]).run().assert_code(0);
    assert_snapshot("help/igconnect-short.txt", short.stdout());
    for command in COMMANDS {
        let help = world.command(&[command, &["--help"]].concat()).run();
        let name = format!("help/igconnect-{}.txt", command.join("-"));
        assert_snapshot(&name, help.assert_code(0).stdout());
    }
}

#[test]
fn every_command_has_its_snapshot() {
    let world = World::new();
    let help = world.command(&["-h"]).run().assert_code(0);
    let mut named: Vec<&str> = (help.stdout().lines())
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    named.sort_unstable();
    let mut known: Vec<&str> = COMMANDS.iter().map(|command| command[0]).collect();
    known.sort_unstable();
    known.dedup();
    assert_eq!(named, known);
}

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
fn no_command_at_all_shows_what_there_is() {
    let world = World::new();
    for (command, words) in [
        (&[][..], "Commands:\n  login "),
        (&["app"], "Commands:\n  add "),
    ] {
        let output = world.command::<&str>(command).run().assert_code(2);
        assert_eq!(output.stdout(), "");
        let _ = output.assert_says(words);
    }
    let _ = world
        .command(&["--json"])
        .run()
        .assert_json_failure(2, "usage");
    let _ = world
        .command(&["app", "--json"])
        .run()
        .assert_json_failure(2, "usage");
}
