//! `doctor` fits the terminal, and says at its end how things are.

use crate::harness::World;
#[cfg(unix)]
use crate::harness::need;

#[cfg(unix)]
#[test]
fn doctor_fits_every_terminal_and_splits_no_command() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    // No scheduler and no browser, which have their fixes.
    for program in ["crontab", "systemctl"] {
        world.script(program, "#!/bin/sh\nexit 1\n");
    }
    for columns in [40, 60, 80, 100, 120] {
        let run = world.on_a_terminal(&["--sandbox", "doctor"], &[]);
        let run = run.env("COLUMNS", columns.to_string()).env("NO_COLOR", "1");
        let output = run.run().assert_code(0);
        output.assert_prints("igconnect --sandbox schedule install");
        output.assert_prints("igconnect help headless");
        for line in output.screen().lines() {
            // A path is one word.
            let is_word = !line.trim().contains(' ');
            let is_afterword = line.starts_with("Nothing was changed");
            assert!(
                is_afterword || is_word || line.trim_end().chars().count() <= columns,
                "{columns}: {line}"
            );
        }
    }
}

#[cfg(unix)] // with a keyring there is one warning less
#[test]
fn the_end_of_the_report_counts_what_does_not_work() {
    let world = World::new();
    let last = |output: &crate::harness::Output| output.stdout().lines().last().map(str::to_owned);
    let output = world.sandbox(&["doctor"]).run().assert_code(0);
    let warned = output
        .stdout()
        .lines()
        .filter(|line| line.starts_with("warning"))
        .count();
    assert!(warned > 1);
    assert_eq!(last(&output), Some(format!("{warned} warnings")));
    world.set_env("IGCONNECT_API_VERSION", "nonsense");
    let output = world.sandbox(&["doctor"]).run();
    let end = last(&output).unwrap();
    assert!(end.starts_with("2 problems, "), "{}", output.report());
}

#[test]
fn settings_are_rows_and_what_is_default_is_one_of_them() {
    let world = World::new();
    let output = world.sandbox(&["doctor"]).run().assert_code(0);
    let rows = |wanted: &str| {
        output
            .stdout()
            .lines()
            .filter(|line| line.contains(wanted))
            .count()
    };
    assert_eq!(rows("by default"), 1, "{}", output.report());
    assert_eq!(rows("the sandbox by --sandbox"), 1);
    output.assert_prints("by default  redirect URI");
}
