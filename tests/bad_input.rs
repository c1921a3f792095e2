//! Bad input and broken streams: a clear sentence, the right code, never a panic.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use crate::harness::World;
use crate::harness::process::Run;

/// Fails unless it ends with this code and a clear sentence, and with `--json` also as one document.
#[track_caller]
fn refused(world: &World, arguments: &[&str], code: i32, name: &str, words: &str) {
    let _ = world
        .command(arguments)
        .run()
        .assert_fails(code)
        .assert_says(words);
    // `--json` first: what follows may be swallowed.
    let json = [&["--json"], arguments].concat();
    let _ = world.command(&json).run().assert_json_failure(code, name);
}

#[test]
fn what_was_typed_wrong_is_named() {
    let world = World::new();
    for (arguments, words) in [
        (&["frobnicate"][..], "unrecognized subcommand 'frobnicate'"),
        (
            &["status", "--frobnicate"],
            "unexpected argument '--frobnicate'",
        ),
        (
            &["--sandbox", "login", "--port", "70000"],
            "a port is a number from 0 to 65535",
        ),
        (
            &["--sandbox", "login", "--port", "http"],
            "a port is a number from 0 to 65535",
        ),
        (&["--sandbox", "login", "--port", ""], "a port is a number"),
        (&["sandbox", "--port", "-1"], "unexpected argument '-1'"),
        (
            &["--sandbox", "login", "--timeout", "5x"],
            "a duration is a number and a unit",
        ),
        (
            &["--sandbox", "login", "--timeout=-5m"],
            "a duration cannot be negative",
        ),
        (
            &["status", "--expires-within", "soon"],
            "a duration is a number and a unit",
        ),
        (
            &["status", "--expires-within=-1d"],
            "a duration cannot be negative",
        ),
        (
            &["refresh", "--if-expires-within", "99999999999999y"],
            "a duration is a number and a unit",
        ),
        (
            &["--sandbox", "login", "--as", "12345"],
            "an alias is 1 to 32 letters",
        ),
        (
            &["--sandbox", "login", "--as", "a b"],
            "an alias is 1 to 32 letters",
        ),
        (&["--sandbox", "login", "--expect", ""], "cannot be empty"),
        (
            &["--sandbox", "login", "--scope", "Basic!"],
            "a scope is made of",
        ),
        (&["status", ""], "cannot be empty"),
        (&["status", "--all", "@somebody"], "cannot be used with"),
        (&["use"], "required"),
        (&["run", "--", ""], "no account is connected here"),
        (&["app", "remove", "nothing"], "no app nothing is set up"),
        (&["app", "add", "a/b"], "an app's name is"),
        (
            &["--sandbox", "app", "add", "--id", "12x"],
            "is not a number of 5 to 20 digits",
        ),
        (
            &["--sandbox", "--scenario", "nonsense", "login"],
            "no such scenario",
        ),
        (&["sandbox", "--scenario", "nonsense"], "no such scenario"),
    ] {
        let (code, name) = match arguments {
            ["run", ..] => (4, "login"),
            _ => (2, "usage"),
        };
        // The sandbox tells that there is no keyring; under `--quiet` only the failure is told.
        refused(
            &world,
            &[&["--quiet"], arguments].concat(),
            code,
            name,
            words,
        );
    }
}

#[test]
fn a_redirect_uri_that_instagram_would_not_take_is_refused_with_the_reason() {
    let world = World::new();
    for (uri, words) in [
        ("http://localhost:8723/callback", "must begin with https://"),
        ("localhost:8723", "must begin with https://"),
        ("not an address", "is not an address"),
        (
            "https://localhost:8723/callback?x=1",
            "neither a query nor a fragment",
        ),
        (
            "https://localhost:8723/callback#_",
            "neither a query nor a fragment",
        ),
        (
            "https://me:secret@localhost:8723/callback",
            "user name or password",
        ),
        ("https://LOCALHOST:8723/callback", "plain form"),
        ("https://localhost:99999/callback", "is not an address"),
    ] {
        for command in [&["login"][..], &["app", "add", "--id", "1234567890123456"]] {
            let arguments = [&["--quiet", "--sandbox"], command, &["--redirect-uri", uri]].concat();
            refused(&world, &arguments, 2, "usage", words);
        }
        let run = world.sandbox(&["--quiet", "app", "add", "--id", "1234567890123456"]);
        let _ = run
            .env("IGCONNECT_REDIRECT_URI", uri)
            .run()
            .assert_fails(2)
            .assert_says(words);
    }
}

#[test]
fn an_account_that_is_not_here_is_named_by_every_command() {
    let world = World::new();
    for connected in [false, true] {
        if connected {
            world.connect();
        }
        for command in [
            &["status", "@nobody"][..],
            &["status", "--verify", "@nobody"],
            &["refresh", "@nobody"],
            &["refresh", "--dry-run", "@nobody"],
            &["disconnect", "--yes", "@nobody"],
            &["token", "@nobody"],
            &["run", "@nobody", "--", "true"],
            &["use", "@nobody"],
            &["status", "--account", "@nobody"],
            &["token", "--account", "@nobody"],
            &["disconnect", "--yes", "--account", "@nobody"],
            &["run", "--account", "@nobody", "--", "true"],
        ] {
            let arguments = [&["--sandbox"], command].concat();
            refused(
                &world,
                &arguments,
                4,
                "login",
                "no account @nobody is connected here",
            );
        }
    }
    let run = world
        .sandbox(&["status"])
        .env("IGCONNECT_ACCOUNT", "@nobody");
    let _ = run.run().assert_fails(4).assert_says("no account @nobody");
}

#[test]
fn arguments_and_variables_that_are_not_utf_8_are_refused_calmly() {
    let world = World::new();
    let wrong = OsStr::from_bytes(b"\xff\xfe");
    for command in [
        &["status"][..],
        &["use"],
        &["--account"],
        &["refresh"],
        &["--sandbox", "login", "--as"],
        &["--sandbox", "login", "--expect"],
        &["app", "remove"],
        &[],
    ] {
        let mut arguments: Vec<OsString> = command.iter().map(OsString::from).collect();
        arguments.push(wrong.to_owned());
        let _ = world.command(&arguments).run().assert_fails(2);
        arguments.insert(0, "--json".into());
        let _ = world
            .command(&arguments)
            .run()
            .assert_json_failure(2, "usage");
    }
    for name in [
        "IGCONNECT_ACCOUNT",
        "IGCONNECT_INSTAGRAM",
        "IGCONNECT_SANDBOX",
    ] {
        let run = world
            .command(&["status"])
            .env(name, wrong)
            .run()
            .assert_fails(2);
        let _ = run.assert_says(&format!("{name} is not valid UTF-8"));
    }
    for name in [
        "IGCONNECT_APP_ID",
        "IGCONNECT_REDIRECT_URI",
        "IGCONNECT_SCENARIO",
        "IGCONNECT_STORE",
    ] {
        let run = world
            .sandbox(&["--quiet", "login", "--port", "0"])
            .env(name, wrong);
        let _ = run
            .run()
            .assert_fails(2)
            .assert_says(&format!("{name} is not valid UTF-8"));
    }
    // What is not ours to judge goes through as it is.
    world.connect();
    let output = world
        .sandbox(&["run", "--", "printf", "%s"])
        .arg(wrong)
        .run();
    assert_eq!(output.assert_code(0).stdout_bytes(), b"\xff\xfe");
    for name in [
        "HOME", "LANG", "TZ", "TERM", "BROWSER", "PATH", "NO_COLOR", "ANYTHING",
    ] {
        let _ = world
            .sandbox(&["list"])
            .env(name, wrong)
            .run()
            .assert_code(0);
    }
    let folder = world.folder("XDG_DATA_HOME").join(wrong);
    let run = world.command(&["list"]).env("IGCONNECT_DATA_DIR", folder);
    let _ = run.run().assert_code(0);
}

#[test]
fn a_folder_with_an_odd_name_is_a_folder() {
    let world = World::new();
    for name in [" a b ", "new\nline", "ünïcödé ☕", "-v", "%s$(id)"] {
        let folder = world.folder("HOME").join(name);
        let login = world
            .sandbox(&["login", "--port", "0"])
            .env("IGCONNECT_DATA_DIR", &folder);
        let _ = login.run().assert_code(0);
        let status = world
            .sandbox(&["status"])
            .env("IGCONNECT_DATA_DIR", &folder);
        let _ = status.run().assert_code(0);
        assert_eq!(
            folder.metadata().unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}

#[test]
fn without_a_home_the_folders_that_are_named_are_enough() {
    let world = World::new();
    let homeless = |arguments: &[&str]| -> Run<'_> {
        let folder = world.folder("XDG_DATA_HOME");
        world
            .sandbox(arguments)
            .without_env("HOME")
            .env("IGCONNECT_DATA_DIR", folder)
    };
    let _ = homeless(&["login", "--port", "0"]).run().assert_code(0);
    let _ = homeless(&["status"]).run().assert_code(0);
    let empty = world.sandbox(&["list"]).env("HOME", "").run();
    let _ = empty.assert_code(0);
}

/// The program started by a shell, for streams that only a shell can break.
fn by_shell<'w>(world: &'w World, line: &str) -> Run<'w> {
    let binary = world.binary().to_str().unwrap();
    world.program("sh", &["-c", &line.replace("igconnect", binary)])
}

#[test]
fn a_full_disk_behind_stdout_is_a_failure_that_scripts_notice() {
    let world = World::new();
    world.connect();
    for command in [
        "--help",
        "--version",
        "sandbox --list",
        "--sandbox status",
        "--sandbox status --all --json",
        "--sandbox list",
        "--sandbox list --json",
        "--sandbox refresh",
        "--sandbox token",
        "--sandbox use wreckshop.records",
        "--quiet --sandbox app list --json",
    ] {
        let output = by_shell(&world, &format!("exec igconnect {command} >/dev/full")).run();
        let _ = output
            .assert_fails(1)
            .assert_says("the output cannot be written: no storage space");
    }
    // A failure that is told on stderr keeps its own code.
    let failing = by_shell(
        &world,
        "exec igconnect --sandbox status @nobody --json >/dev/full",
    );
    let _ = failing
        .run()
        .assert_code(4)
        .assert_says("no account @nobody");
}

#[test]
fn a_full_disk_behind_stdout_does_not_undo_what_was_done() {
    let world = World::new();
    world.connect_in("backdated");
    let _ = by_shell(&world, "exec igconnect --sandbox refresh >/dev/full")
        .run()
        .assert_code(1);
    assert_eq!(world.state("@wreckshop.records"), "connected");
    let gone = by_shell(
        &world,
        "exec igconnect --sandbox disconnect --yes >/dev/full",
    );
    let _ = gone.run().assert_code(1);
    assert!(world.secrets().is_empty());
}

#[test]
fn a_reader_that_leaves_ends_the_program_in_silence() {
    let world = World::new();
    world.connect();
    for command in [
        "--sandbox list",
        "--sandbox list --json",
        "--sandbox history",
        "--sandbox history --json",
        "--sandbox history --format csv",
        "--sandbox status",
        "--help",
        "sandbox --list",
    ] {
        // The reader has left for certain when the program begins: a pipe with a name, whose one reader has closed it.
        let line = format!(
            "rm -f pipe; mkfifo pipe; {{ read -r word <pipe; }} & exec 3>pipe; echo go >&3; wait; exec igconnect {command} >&3"
        );
        let output = by_shell(&world, &line).run().assert_code(141);
        assert_eq!(output.stderr(), "", "{}", output.report());
    }
}

#[test]
fn closed_streams_are_nobodys_panic() {
    let world = World::new();
    world.connect();
    for (line, code) in [
        ("igconnect --sandbox list >&-", 0),
        ("igconnect --sandbox list --json >&-", 0),
        ("igconnect --sandbox list <&-", 0),
        ("igconnect --sandbox list 2>&-", 0),
        ("igconnect --sandbox list <&- >&- 2>&-", 0),
        ("igconnect --sandbox status @nobody 2>&-", 4),
        ("igconnect --sandbox status @nobody <&- >&- 2>&-", 4),
        ("igconnect --sandbox refresh <&- 2>&-", 0),
        ("igconnect --sandbox disconnect <&-", 2),
        (
            "igconnect --quiet --sandbox app add --id 1234567890123456 <&-",
            2,
        ),
        ("igconnect --sandbox --quiet login --port 0 <&-", 0),
        ("igconnect --sandbox status 2>/dev/full", 0),
        ("igconnect --sandbox status @nobody 2>/dev/full", 4),
    ] {
        let output = by_shell(&world, &format!("exec {line}"))
            .run()
            .assert_code(code);
        assert!(!output.stderr().contains("panic"), "{}", output.report());
    }
}
