//! What people see in a terminal, and the words that they bring from other tools.

use crate::harness::World;
#[cfg(unix)]
use crate::harness::need;

const NOTHING: &[&str] = &[];

#[test]
fn the_program_alone_says_how_to_begin_and_later_lists_the_accounts() {
    let world = World::new();
    let output = world.command(NOTHING).run().assert_code(0);
    assert_eq!(output.stdout().lines().count(), 3);
    for next in ["--sandbox login", "app add", "--help"] {
        output.assert_prints(next);
    }
    world.set_env("IGCONNECT_SANDBOX", "1");
    world.connect();
    world
        .command(NOTHING)
        .run()
        .assert_code(0)
        .assert_prints("@wreckshop.records");
}

#[test]
fn words_of_other_tools_are_understood() {
    let world = World::new();
    world.connect();
    for word in ["whoami", "ls", "accounts"] {
        world
            .sandbox(&[word])
            .run()
            .assert_code(0)
            .assert_prints("@wreckshop.records");
    }
    let _ = world.sandbox(&["renew"]).run().assert_code(0);
    world
        .command(&["version"])
        .run()
        .assert_code(0)
        .assert_prints("igconnect ");
    let _ = world.sandbox(&["logout", "--yes"]).run().assert_code(0);
    assert!(world.database().accounts().is_empty());
    // They are not in the help, where each thing has one name.
    let help = world.command(&["--help"]).run().assert_code(0);
    help.assert_never_prints("whoami");
}

#[test]
fn a_mistyped_account_is_recognised() {
    let world = World::new();
    world.connect_two();
    for (typed, expected) in [
        ("lnia", "Did you mean lina?"),
        ("@wreckshop.record", "Did you mean @wreckshop.records?"),
        ("wrekshop.records", "Did you mean @wreckshop.records?"),
    ] {
        for command in ["token", "status", "refresh", "use"] {
            let output = world.sandbox(&[command, typed]).run().assert_fails(4);
            let _ = output.assert_says(expected);
        }
    }
    let output = world
        .sandbox(&["status", "nothing-like-it"])
        .run()
        .assert_fails(4);
    output.assert_never_warns("Did you mean");
}

/// The words of `text`, without what belongs to colours and frames.
fn words(text: &str) -> Vec<String> {
    let text = text.replace(['│', '┌', '┐', '└', '┘', '─'], " ");
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn no_name_address_or_command_is_split_on_a_narrow_terminal() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect_two();
    let commands: [(&[&str], i32); 9] = [
        (&["explain", "my password changed"], 0),
        (&["refresh", "lina"], 0),
        (&["status", "@missing"], 4),
        (&["login", "--app", "shpo"], 2),
        (&["use", "lina"], 0),
        (&["disconnect", "lina", "--yes"], 0),
        (&["explain", "invalid redirect url"], 0),
        (&["help", "stores"], 0),
        (&["store", "show"], 0),
    ];
    for (command, code) in commands {
        let on = |columns| {
            let run = world.on_a_terminal(&[&["--sandbox"], command].concat(), &[]);
            let run = run.env("NO_COLOR", "1").env("COLUMNS", columns).run();
            run.assert_code(code).screen()
        };
        // The second run of what changes something may have other words, so the narrow one is judged alone.
        let narrow = on("40");
        for line in narrow.lines().filter(|line| line.chars().count() > 40) {
            let text = line.trim_start();
            let is_whole = !text.contains(' ') || text.starts_with("igconnect ");
            let is_example = line.starts_with("    ");
            assert!(is_whole || is_example, "{command:?}: {line}\n{narrow}");
        }
        // A name that was shortened says so.
        let is_name = |word: &&String| word.starts_with('@') && !word.ends_with('…');
        for word in words(&narrow).iter().filter(is_name) {
            let name = word.trim_end_matches([':', '.', ',', '?', '"']);
            assert!(
                ["@wreckshop.records", "@lina.draws", "@missing"].contains(&name),
                "{command:?}: {name}"
            );
        }
    }
}

#[test]
fn an_account_that_is_gone_does_not_hide_the_connected_ones() {
    for line in [
        "token lina",
        "refresh lina",
        "status lina --verify",
        "run lina -- true",
        "refresh lina --dry-run",
    ] {
        let world = World::new();
        world.connect_two();
        world.database().interrupt("lina", "disconnect");
        let line: Vec<_> = line.split(' ').collect();
        let output = world.sandbox(&line).run().assert_code(4);
        let said = format!("{}{}", output.stdout(), output.stderr());
        assert!(said.contains("it is not connected"), "{}", output.report());
        assert!(
            said.contains("igconnect --sandbox list"),
            "{}",
            output.report()
        );
        assert!(!said.contains("no account"), "{}", output.report());
    }
}
