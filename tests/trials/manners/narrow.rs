//! Words fit a narrow terminal: broken at blanks, and no command is split.

use crate::harness::{World, need};

#[test]
fn what_commands_say_fits_forty_columns() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    for program in ["crontab", "systemctl"] {
        world.script(program, "#!/bin/sh\nexit 1\n");
    }
    world.connect();
    for line in [
        &[][..],
        &["--sandbox", "use", "--no-input"],
        &["--sandbox", "refresh"],
        &["--sandbox", "refresh", "--force"],
        &["--sandbox", "app", "list"],
        &["--sandbox", "--scenario", "dneies", "login"],
        &["--sandbox", "schedule", "status"],
        &["--sandbox", "disconnect", "--yes"],
        &["--sandbox", "status"],
        &["logot"],
    ] {
        let run = world.on_a_terminal(line, &[]).env("COLUMNS", "40");
        let output = run.env("NO_COLOR", "1").run();
        for said in output.stdout().lines().map(str::trim_end) {
            // An address, or a command with the name of an account.
            let is_whole = !said.trim().contains(' ') || said.contains("igconnect --sandbox use @");
            assert!(
                is_whole || said.chars().count() <= 40,
                "{line:?}: {said}\n{}",
                output.report()
            );
        }
    }
}
