//! Untrusted text in every output.

use crate::harness::World;

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
