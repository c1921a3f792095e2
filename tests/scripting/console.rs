//! Terminals of every width, colours by the environment, and how little or much is said: never more than one document
//! on stdout.

use crate::harness::World;
#[cfg(unix)]
use crate::harness::need;

const ESCAPE: char = '\u{1b}';

#[test]
fn colours_come_by_terminal_or_force_and_no_color_beats_all() {
    let world = World::new();
    world.connect();
    let coloured = |variables: &[(&str, &str)]| {
        let run = world.sandbox(&["status"]);
        let run = variables
            .iter()
            .fold(run, |run, (name, value)| run.env(*name, *value));
        run.run().assert_code(0).stdout().contains(ESCAPE)
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    for format in ["json", "nagios", "prometheus", "junit", "github"] {
        let run = world
            .sandbox(&["status", "--format", format])
            .env("CLICOLOR_FORCE", "1");
        assert!(
            !run.run().assert_code(0).stdout().contains(ESCAPE),
            "{format}"
        );
    }
    let failed = world
        .sandbox(&["status", "@unknown"])
        .env("CLICOLOR_FORCE", "1");
    let failed = failed.run().assert_code(4);
    assert!(failed.stderr().contains(ESCAPE) && failed.stdout().is_empty());
}

#[cfg(unix)]
#[test]
fn narrow_wide_and_dumb_terminals_get_what_fits() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect_two();
    for line in [
        &["status"][..],
        &["status", "--all"],
        &["list"],
        &["refresh", "--all", "--dry-run"],
    ] {
        for columns in [20_usize, 200] {
            let line = [&["--sandbox"], line].concat();
            let run = world
                .on_a_terminal(&line, &[])
                .env("COLUMNS", columns.to_string());
            let output = run.env("NO_COLOR", "1").run().assert_code(0);
            let screen = output.stdout();
            assert!(!screen.contains(ESCAPE), "{screen}");
            let lines: Vec<_> = screen.lines().map(str::trim_end).collect();
            let is_framed = lines.iter().any(|line| line.starts_with('┌'));
            let is_card = line.contains(&"status");
            assert_eq!(is_framed, is_card && columns == 200, "{screen}");
            // On the narrowest terminal a long word is alone on its line.
            let fits = |line: &&str| {
                line.contains("igconnect ") || line.chars().count() <= columns.max(60)
            };
            assert!(lines.iter().all(fits), "{columns}:\n{screen}");
        }
        let line = [&["--sandbox"], line].concat();
        let run = world.on_a_terminal(&line, &[]).env("TERM", "dumb");
        let output = run.run().assert_code(0);
        assert!(
            !output.stdout().contains(['│', '┌', ESCAPE]),
            "{}",
            output.report()
        );
    }
}

/// What cannot be wrapped is alone on its line: a usage, a word, an example.
#[test]
fn help_fits_the_terminal_and_at_most_100_columns() {
    let world = World::new();
    for columns in [40_usize, 80, 200] {
        for command in [
            &[][..],
            &["login"],
            &["status"],
            &["refresh"],
            &["app", "add"],
        ] {
            let line = [command, &["-h"]].concat();
            let run = world.command(&line).env("COLUMNS", columns.to_string());
            let help = run.run().assert_code(0);
            for line in help.stdout().lines() {
                let alone = line.split_whitespace().count() == 1 || line.starts_with("Usage:");
                let example = line.contains("igconnect");
                let width = line.chars().count();
                assert!(
                    width <= columns.min(100) || alone || example,
                    "{columns}: {line}"
                );
            }
        }
    }
}

#[test]
fn json_is_one_document_however_much_is_said() {
    let world = World::new();
    world.connect();
    for line in [
        &["status"][..],
        &["status", "--verify"],
        &["list"],
        &["refresh"],
        &["use", "wreckshop.records"],
        &["status", "@unknown"],
        &["--scenario", "down", "refresh"],
        &["history"],
        &["disconnect"],
        &["token", "@unknown"],
        &["app", "list"],
        &["app", "check"],
        &["certificate"],
        &["doctor"],
        &["explain", "190"],
        &["help", "json"],
        &["man"],
        &["completions", "zsh"],
        &["sandbox", "--list"],
        &["schema", "status"],
        &["schedule", "install", "--print", "--with", "cron"],
        &["store", "show"],
    ] {
        let plain = world.sandbox(&[line, &["--json"]].concat()).run();
        let mut keys: Vec<String> = plain.json().as_object().unwrap().keys().cloned().collect();
        keys.sort();
        for more in [
            &["--quiet"][..],
            &["-v"],
            &["-vvv"],
            &["--no-input"],
            &["--quiet", "--no-input", "-v"],
        ] {
            let output = world
                .sandbox(&[line, &["--json"], more].concat())
                .run()
                .assert_code(plain.code());
            let mut same: Vec<String> =
                output.json().as_object().unwrap().keys().cloned().collect();
            same.sort();
            assert_eq!(same, keys, "{}", output.report());
        }
    }
}

#[test]
fn quiet_leaves_only_failures_and_what_was_asked_for() {
    let world = World::new();
    world.connect();
    for line in [&["status"][..], &["refresh"], &["use", "wreckshop.records"]] {
        let output = world
            .sandbox(&[line, &["--quiet"]].concat())
            .run()
            .assert_code(0);
        assert_eq!((output.stdout(), output.stderr()), ("", ""), "{line:?}");
    }
    for line in [
        &["list"][..],
        &["status", "--format", "nagios"],
        &["status", "--format", "github"],
        &["schema"],
    ] {
        let output = world
            .sandbox(&[line, &["--quiet"]].concat())
            .run()
            .assert_code(0);
        assert!(
            !output.stdout().is_empty() && output.stderr().is_empty(),
            "{}",
            output.report()
        );
    }
    let failed = world
        .sandbox(&["status", "@unknown", "--quiet"])
        .run()
        .assert_code(4);
    assert!(failed.stderr().starts_with("error:"), "{}", failed.report());
}
