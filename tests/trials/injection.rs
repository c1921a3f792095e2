//! Untrusted text in every output.

use crate::harness::World;
use crate::harness::database::{DAY, now};
#[cfg(unix)]
use crate::harness::need;

/// Commands in logs: what begins them, and whether anywhere in a line or only at its start.
const COMMANDS: [(&str, bool); 9] = [
    ("##[command]", true),
    ("##vso[task.setvariable variable=x]", true),
    ("##teamcity[message]", true),
    ("::set-env name=x::", false),
    ("::error::", false),
    ("--- fold", false),
    ("+++ fold", false),
    ("~~~ fold", false),
    ("\u{1b}[0Ksection_start:0:x\r\u{1b}[0K", true),
];

const OUTPUTS: [&[&str]; 15] = [
    &["status"],
    &["status", "--all"],
    &["status", "--json"],
    &["status", "--format", "nagios", "--all"],
    &["status", "--format", "prometheus", "--all"],
    &["status", "--format", "junit", "--all"],
    &["status", "--format", "github", "--all"],
    &["list"],
    &["list", "--json"],
    &["history"],
    &["history", "--json"],
    &["history", "--format", "csv"],
    &["refresh", "--dry-run"],
    &["store", "show"],
    &["disconnect"],
];

#[test]
fn no_text_of_an_account_is_a_command_in_any_log() {
    for (command, anywhere) in COMMANDS {
        let world = World::new();
        world.connect();
        world.rename_all(command);
        for line in OUTPUTS {
            let output = world.sandbox(line).run();
            let printed = format!("{}{}", output.stdout(), output.stderr());
            let active = printed.lines().find(|line| match anywhere {
                true => line.contains(command),
                false => line.trim_start().starts_with(command),
            });
            assert_eq!(active, None, "{command:?}: {}", output.report());
            assert!(!printed.contains('\u{1b}'), "{}", output.report());
        }
        // What a program parses is what Instagram sent.
        let list = world.sandbox(&["list", "--json"]).run().json();
        assert_eq!(list["accounts"][0]["profile"]["name"], command);
        assert_eq!(list["accounts"][0]["username"], command);
    }
}

#[cfg(unix)]
#[test]
fn no_text_of_an_account_deceives_on_a_terminal_or_in_a_command_to_paste() {
    if !need("expect") {
        return;
    }
    for name in [
        "\u{1b}[31mred\u{9b}2J",
        "left\rright\u{8}\u{7f}",
        "\u{202e}txt.exe\u{2066}",
        "a; touch pasted",
        "$(id)`id`|id",
        "\u{a0}\u{200b}\u{feff}",
        &"x".repeat(5_000),
    ] {
        let world = World::new();
        world.connect();
        world.rename_all(name);
        world
            .database()
            .change(|account| account.expires_at = Some(now() + DAY));
        for line in [
            "list",
            "list --json",
            "status",
            "status -v",
            "status --all --expires-within 9d",
            "history",
            "store show",
        ] {
            let line: Vec<_> = line.split(' ').collect();
            let run = world.on_a_terminal(&[&["--sandbox"], &line[..]].concat(), &[]);
            let output = run.env("NO_COLOR", "1").run();
            let shown = output.screen();
            let deceives = |c: char| {
                c.is_control() && c != '\n'
                    || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            };
            assert!(!shown.contains(deceives), "{}", output.report());
            let commands = shown.lines().filter(|line| line.contains(" igconnect "));
            for command in commands {
                assert!(!command.contains([';', '$', '`', '|']), "{command}");
            }
            let lines = shown.lines().filter(|line| !line.contains("igconnect"));
            let is_table = !line.contains(&"--json");
            let widest = lines.map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(!is_table || widest <= 400, "{line:?}: {widest}");
        }
    }
}
