//! The first login offers a daily refresh, once.

use std::path::PathBuf;

use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::Login;

const QUESTION: &str = "Refresh automatically every day? [Y/n]";
const LOGIN: [&str; 5] = ["login", "--port", "0", "--browser", "true"];

/// A scheduler: a crontab over one file, which does not exist yet.
fn crontab(world: &World) -> PathBuf {
    let table = world.root().join("table");
    let file = table.display();
    let script = format!(
        "#!/bin/sh\ncase $1 in\n-l) cat {file} 2>/dev/null || {{ echo no crontab >&2; exit 1; }};;\n-) cat > {file};;\n\
         -r) rm {file};;\nesac\n"
    );
    world.script("crontab", &script);
    world.script("systemctl", "#!/bin/sh\nexit 1\n");
    table
}

/// Logs in on a terminal, and answers the question if it is expected.
fn log_in(world: &World, answer: Option<&str>) -> Option<crate::harness::Output> {
    let run = world.at_a_keyboard(&LOGIN)?;
    let mut login = Login::at_a_keyboard(world, run);
    let _ = login.agree();
    if let Some(answer) = answer {
        let running = login.running();
        let _ = running.stdout_line("the question", |line| line.contains(QUESTION));
        running.write(format!("{answer}\n"));
    }
    Some(login.finish().assert_code(0))
}

#[test]
fn after_the_first_login_a_person_is_asked_whether_to_refresh_every_day() {
    for (answer, is_installed) in [("", true), ("Y", true), ("n", false), ("later", false)] {
        let world = World::new();
        let _instagram = SandboxBehindFront::start(&world, "agrees");
        let table = crontab(&world);
        let Some(output) = log_in(&world, Some(answer)) else {
            return;
        };
        assert_eq!(
            table.exists(),
            is_installed,
            "{answer:?} {}",
            output.report()
        );
        output.assert_prints(match is_installed {
            true => "Installed: a crontab line runs igconnect refresh --all every day at ",
            false => "Not installed. To do it later: igconnect schedule install",
        });
        // The second login does not ask again.
        let second = log_in(&world, None).unwrap();
        second.assert_never_prints(QUESTION);
        let advice = "Refresh it every day: igconnect schedule install";
        assert_eq!(
            second.stdout().contains(advice),
            !is_installed,
            "{}",
            second.report()
        );
    }
}

#[test]
fn without_a_person_the_schedule_is_named() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let table = crontab(&world);
    let login = Login::waiting(&world, world.command(&LOGIN));
    let _ = login.agree();
    let output = login.finish().assert_code(0);
    output.assert_warns("Refresh it every day: igconnect schedule install");
    output.assert_never_warns(QUESTION);
    assert!(!table.exists());
}

#[test]
fn neither_the_sandbox_nor_a_machine_without_a_scheduler_is_asked_about() {
    let world = World::new();
    let _ = crontab(&world);
    let Some(run) = world.at_a_keyboard(&[&["--sandbox"], &LOGIN[..]].concat()) else {
        return;
    };
    let login = Login::at_a_keyboard(&world, run);
    let _ = login.agree();
    let output = login.finish().assert_code(0);
    output.assert_never_prints(QUESTION);
    output.assert_prints("igconnect --sandbox schedule install");

    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let _ = crontab(&world);
    // A refresh that was scheduled by hand.
    std::fs::write(
        world.root().join("table"),
        "1 2 * * * igconnect refresh --all\n",
    )
    .unwrap();
    log_in(&world, None).unwrap().assert_never_prints(QUESTION);
}
