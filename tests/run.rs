//! `run`: a command with the token in its environment, and nowhere else.

#[cfg(unix)]
use rustix::process::Signal;

use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};

/// A line for the shell of the system.
#[cfg(unix)]
pub const SHELL: [&str; 4] = ["run", "--", "sh", "-c"];
#[cfg(windows)]
pub const SHELL: [&str; 4] = ["run", "--", "cmd", "/c"];

/// Passes its input on.
const COPIES: &str = if cfg!(windows) { "findstr r" } else { "cat" };
const ALL_VARIABLES: &str = if cfg!(windows) { "set" } else { "env" };

/// What a shell calls a variable.
pub fn variable(name: &str) -> String {
    match cfg!(windows) {
        true => format!("%{name}%"),
        false => format!("${name}"),
    }
}

#[test]
fn the_exit_code_is_that_of_the_command() {
    let world = World::new();
    world.connect();
    for code in [0, 1, 7, 255] {
        let shell = format!("exit {code}");
        let _ = world
            .sandbox(&[&SHELL[..], &[&shell]].concat())
            .run()
            .assert_code(code);
    }
}

#[test]
fn the_token_and_the_id_are_in_the_environment_of_the_command() {
    let world = World::new();
    world.connect_two();
    let token = world.token("lina");
    let [token_name, id_name] = ["INSTAGRAM_TOKEN", "INSTAGRAM_USER_ID"].map(variable);
    let shell = format!("echo {token_name} {id_name}");
    let output = world
        .sandbox(&[&["run", "lina"], &SHELL[1..], &[&shell]].concat())
        .prints_a_secret();
    let output = output.run().assert_code(0);
    let wanted = format!("{token} {LINA}");
    assert_eq!(output.stdout().trim_end(), wanted);
    assert_eq!(output.stderr(), "");
    // A variable that is not set is nothing to `sh`, and its name to `cmd`.
    let shell = format!("echo {} {token_name}", variable("IG_TOKEN"));
    let named = ["run", "lina", "--env", "IG_TOKEN"];
    let other = world.sandbox(&[&named, &SHELL[1..], &[&shell]].concat());
    let other = other.prints_a_secret().run().assert_code(0);
    let wanted = match cfg!(windows) {
        true => format!("{token} {token_name}"),
        false => token,
    };
    assert_eq!(other.stdout().trim_end(), wanted);
}

#[test]
fn no_secret_of_igconnect_is_inherited() {
    let world = World::new();
    world.connect();
    let file = world.given("secret", "0123456789abcdef0123456789abcdef");
    let output = world
        // Named: otherwise the environment's own token would be meant.
        .sandbox(&[
            "run",
            "@wreckshop.records",
            "--env",
            "IG_TOKEN",
            SHELL[1],
            SHELL[2],
            SHELL[3],
            ALL_VARIABLES,
        ])
        .env("IGCONNECT_APP_SECRET", "5a9db0c05a9db0c05a9db0c05a9db0c0")
        .env("IGCONNECT_TOKEN_FILE", file)
        .env("IGCONNECT_TOKEN", "IGAAsomething")
        .prints_a_secret()
        .run()
        .assert_code(0);
    let names: Vec<_> = (output.stdout().lines())
        .filter_map(|line| line.split_once('='))
        .filter(|(_, value)| {
            let secrets = ["IGAA", "5a9db0c0", "given"];
            secrets.iter().any(|secret| value.contains(secret))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["IG_TOKEN"]);
}

#[cfg(unix)] // a program of Windows parts its own arguments
#[test]
fn no_shell_is_involved() {
    let world = World::new();
    world.connect();
    let words = ["$HOME", "a b", "*", "; exit 9", "--json", "-v"];
    let command = [&["run", "--", "printf", "%s\\n"][..], &words].concat();
    let output = world.sandbox(&command).run().assert_code(0);
    assert_eq!(output.stdout().lines().collect::<Vec<_>>(), words);
}

#[test]
fn stdin_and_stdout_are_those_of_the_command() {
    let world = World::new();
    world.connect();
    let output = world
        .sandbox(&[&SHELL[..], &[COPIES]].concat())
        .stdin("through\n")
        .run()
        .assert_code(0);
    assert_eq!(output.stdout().trim_end(), "through");
}

#[cfg(unix)]
#[test]
fn a_signal_reaches_the_command_and_its_end_is_passed_on() {
    let world = World::new();
    world.connect();
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::KILL, 137)] {
        let shell = "echo started; while :; do read -r line; done";
        let mut running = world
            .sandbox(&["run", "--", "sh", "-c", shell])
            .open_stdin()
            .spawn();
        running.stdout_line("started", |line| line == "started");
        running.signal(signal);
        let _ = running.finish().assert_code(code);
    }
    let own = world
        .sandbox(&["run", "--", "sh", "-c", "kill -TERM $$"])
        .run();
    let _ = own.assert_code(143);
}

#[cfg(unix)]
#[test]
fn the_command_finds_the_world_as_the_person_left_it() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.connect();
    let binary = world.binary().to_str().unwrap();
    let shell = format!("umask 022; exec {binary} --sandbox run -- sh -c 'umask; : >made'");
    let output = world.program("sh", &["-c", &shell]).run().assert_code(0);
    assert_eq!(output.stdout(), "0022\n");
    let mode = world
        .folder("HOME")
        .join("made")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[test]
fn a_due_token_is_refreshed_before_it_is_printed() {
    let world = World::new();
    world.connect_in("backdated");
    let shell = format!("echo {}", variable("INSTAGRAM_TOKEN"));
    let output = world.sandbox(&[&SHELL[..], &[&shell]].concat());
    let token = output
        .prints_a_secret()
        .run()
        .assert_code(0)
        .stdout()
        .trim_end()
        .to_owned();
    assert_eq!(world.state(WRECKSHOP), "connected");
    assert_eq!(world.token(WRECKSHOP), token);
}

#[test]
fn a_command_that_cannot_run_is_named() {
    let world = World::new();
    world.connect();
    let missing = world
        .sandbox(&["run", "--", "no-such-program"])
        .run()
        .assert_fails(2);
    let _ = missing.assert_says("command not found: no-such-program");
    let folder = world.sandbox(&["run", "--", "/"]).run().assert_fails(2);
    let _ = folder.assert_says("cannot run /: ");
    let none = world.sandbox(&["run"]).run().assert_fails(2);
    let _ = none.assert_says("error: ");
    let lower = world
        .sandbox(&["run", "--env", "token", "--", "true"])
        .run()
        .assert_fails(2);
    let _ = lower.assert_says("capital letters");
}
