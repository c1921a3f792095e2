//! launchd and Task Scheduler, played by scripts that keep their arguments: the real ones are on other systems.

use super::setup::{status, world};

const LAUNCHCTL: &str = r#"#!/bin/sh
echo "$@" >> "$HOME/arguments"
case "$1 $2" in
    "print gui/"*/*) test -e "$HOME/loaded" ;;
    "print gui/"*) ;;
    "bootstrap gui/"*) test -s "$3" && touch "$HOME/loaded" ;;
    "bootout gui/"*/igconnect-refresh-sandbox) rm "$HOME/loaded" ;;
    *) exit 9 ;;
esac
"#;

const SCHTASKS: &str = r#"#!/bin/sh
case "$*" in
    "/create /tn igconnect-refresh-sandbox /xml "*" /f") iconv -f utf-16 -t utf-8 "$5" > "$HOME/task" ;;
    "/query /tn igconnect-refresh-sandbox /xml") cat "$HOME/task" ;;
    "/delete /tn igconnect-refresh-sandbox /f") rm "$HOME/task" ;;
    *) exit 9 ;;
esac
"#;

#[test]
fn the_agent_of_macos_comes_and_goes() {
    let world = world();
    world.script("launchctl", LAUNCHCTL);
    let home = world.folder("HOME");
    let line = ["schedule", "install", "--with", "launchd", "--at", "06:17"];
    let _ = world.sandbox(&line).run().assert_code(0);
    let agent = home.join("Library/LaunchAgents/igconnect-refresh-sandbox.plist");
    assert!(agent.exists());
    let found = status(&world);
    assert_eq!(
        (&found["scheduler"], &found["at"]),
        (&"launchd".into(), &"06:17".into())
    );
    assert_eq!(
        (&found["current"], &found["problem"]),
        (&true.into(), &().into())
    );
    std::fs::remove_file(home.join("loaded")).unwrap();
    assert_eq!(
        status(&world)["problem"],
        "launchd has not loaded the agent"
    );
    // Twice is once, whatever is loaded.
    let _ = world.sandbox(&line).run().assert_code(0);
    let _ = world.sandbox(&line).run().assert_code(0);
    assert!(status(&world)["problem"].is_null());
    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    assert!(!agent.exists() && !home.join("loaded").exists());
    assert_eq!(status(&world)["installed"], false);
}

#[test]
fn the_task_of_windows_comes_and_goes() {
    let world = world();
    world.script("schtasks", SCHTASKS);
    let run = |line: &[&str]| {
        let mut run = world.sandbox(line);
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            run = run.without_env(name);
        }
        run.run().assert_code(0)
    };
    let _ = run(&["schedule", "install", "--with", "windows", "--at", "06:17"]);
    let found = run(&["schedule", "status", "--json"]).json()["schedule"].clone();
    assert_eq!(
        (&found["scheduler"], &found["at"]),
        (&"windows".into(), &"06:17".into())
    );
    let left = std::fs::read_dir(world.folder("TMPDIR")).unwrap().count();
    assert_eq!(left, 0, "the draft of the task is gone");
    let _ = run(&["schedule", "remove"]);
    assert!(!world.folder("HOME").join("task").exists());
}
