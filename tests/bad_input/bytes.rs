//! Arguments, variables and folders that are not ordinary text.

use std::ffi::{OsStr, OsString};
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt;

use crate::harness::World;
use crate::harness::mode;
use crate::harness::process::Run;

#[cfg(unix)]
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
        "IGCONNECT_SANDBOX_APP_ID",
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
    for name in ["a b", "ünïcödé ☕", "-v", "%s$(id)", " a b ", "new\nline"] {
        // Windows takes the last two for other names, or for none.
        if cfg!(windows) && name.ends_with([' ', 'e']) {
            continue;
        }
        let folder = world.folder("HOME").join(name);
        let login = world
            .sandbox(&["login", "--port", "0"])
            .env("IGCONNECT_DATA_DIR", &folder);
        let _ = login.run().assert_code(0);
        let status = world
            .sandbox(&["status"])
            .env("IGCONNECT_DATA_DIR", &folder);
        let _ = status.run().assert_code(0);
        mode::assert_is(&folder, 0o700);
    }
}

#[test]
fn without_a_home_the_folders_that_are_named_are_enough() {
    let world = World::new();
    let homeless = |arguments: &[&str]| -> Run {
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
