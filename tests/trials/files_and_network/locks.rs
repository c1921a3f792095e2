//! A folder without locks, such as one on NFS without its lock service, is not another igconnect.

use std::fs;

use crate::harness::{Output, World, need};

const HINT: &str = "a folder on a local disk";

#[track_caller]
fn assert_without_locks(output: Output) {
    let output = output.assert_fails(7).assert_says("does not support locks");
    output.assert_warns(HINT);
    output.assert_never_warns("another igconnect");
}

#[test]
fn a_lock_of_an_account_that_the_folder_does_not_support_is_named() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect();
    let before = world.secrets();
    let without = |error: &str, arguments: &[&str]| {
        let inject = format!("inject=flock:error={error}");
        let options = ["-o/dev/null", "-e", "trace=flock", "-e", &inject];
        world
            .traced(&options, &[&["--sandbox"], arguments].concat())
            .run()
    };
    for error in ["ENOLCK", "EOPNOTSUPP", "ENOSYS"] {
        for command in [&["refresh", "--force"][..], &["disconnect", "--yes"]] {
            assert_without_locks(without(error, command));
        }
        let doctor = without(error, &["doctor", "--json"]).assert_code(7);
        let checks = doctor.json()["checks"].clone();
        let locks = checks
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["name"] == "locks");
        let locks = locks.unwrap_or_else(|| panic!("{}", doctor.report()));
        assert_eq!(locks["result"], "failed");
        assert!(
            locks["message"]
                .as_str()
                .unwrap()
                .contains("does not support locks")
        );
        assert!(locks["fix"].as_str().unwrap().contains(HINT));
    }
    assert_eq!(world.secrets(), before);
}

/// The calls of `fcntl` lock a database, and do other things before that.
#[test]
fn a_lock_of_a_database_that_the_folder_does_not_support_is_named() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect();
    let status = ["--sandbox", "status"];
    let trace = world.root().join("trace");
    let output = format!("-o{}", trace.display());
    let _ = world
        .traced(&[&output, "-e", "trace=fcntl"], &status)
        .run()
        .assert_code(0);
    let calls = fs::read_to_string(trace).unwrap();
    let first = calls
        .lines()
        .position(|call| call.contains("F_SETLK"))
        .unwrap()
        + 1;
    let inject = format!("inject=fcntl:error=ENOLCK:when={first}+");
    let options = ["-o/dev/null", "-e", "trace=fcntl", "-e", &inject];
    assert_without_locks(world.traced(&options, &status).run());
    // A lock that another process holds is still that.
    let inject = format!("inject=fcntl:error=EAGAIN:when={first}+");
    let options = ["-o/dev/null", "-e", "trace=fcntl", "-e", &inject];
    let busy = world.traced(&options, &status).run();
    let _ = busy.assert_fails(9).assert_says("another igconnect");
    let left = fs::read_dir(world.sandbox_folder()).unwrap().flatten();
    let mut left = left.map(|file| file.file_name().into_string().unwrap());
    assert!(!left.any(|name| name.contains("trial")), "a file was left");
}
