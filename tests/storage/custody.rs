//! One change of a token, step by step: what is asked, written and deleted before what.

use std::fs;

use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
#[cfg(target_os = "linux")]
use crate::harness::database::Account;
use crate::harness::front::SandboxBehindFront;
use crate::harness::keeper::write_entry;
use crate::harness::login::Login;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::process::Run;
#[cfg(target_os = "linux")]
use crate::harness::until;

/// `refresh` on a machine where, from this one on, no file gets its name: what the store writes is not kept.
#[cfg(unix)]
fn refresh_with_failing_renames(world: &World, from: &str) -> Run {
    let inject = format!("inject=rename,renameat,renameat2:error=ENOSPC:when={from}+");
    let program = world.binary().to_str().unwrap();
    let traced = ["-f", "-q", "-q", "-o/dev/null", "-e", &inject];
    let refresh = [program, "--sandbox", "refresh"];
    world.program("strace", &[&traced[..], &refresh].concat())
}

#[cfg(unix)]
#[test]
fn no_refresh_is_requested_when_the_store_cannot_keep_a_token() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    let before = world.secrets();
    let _ = refresh_with_failing_renames(&world, "1")
        .run()
        .assert_code(7);
    assert_eq!(world.secrets(), before);
    // Had it been asked for, only Instagram could tell whether the old token is still alive.
    assert_eq!(world.state(WRECKSHOP), "expiring");
}

#[cfg(unix)]
#[test]
fn a_refreshed_token_that_cannot_be_kept_leaves_the_old_one_and_the_journal() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect_in("backdated");
    let before = world.secrets();
    // The store is tried first, and still keeps what it is given.
    let _ = refresh_with_failing_renames(&world, "2")
        .run()
        .assert_code(7);
    assert_eq!(world.secrets(), before);
    assert_eq!(world.state(WRECKSHOP), "unverified");
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(world.state(WRECKSHOP), "connected");
}

#[test]
fn a_refresh_without_an_answer_is_requested_once() {
    let world = World::new();
    let before = SandboxBehindFront::start(&world, "backdated");
    let login = world.command(&["login", "--port", "0", "--no-browser"]);
    let login = Login::waiting(&world, login);
    let _ = login.agree();
    let _ = login.finish().assert_code(0);
    // The same data for another address: the server there may have done what was asked for.
    let after = SandboxBehindFront::start(&world, "redirect");
    let worlds = world.folder("XDG_DATA_HOME").join("igconnect/worlds");
    let folder = |instagram: &SandboxBehindFront| {
        worlds.join(format!("127.0.0.1-{}", instagram.front.port()))
    };
    fs::rename(folder(&before), folder(&after)).unwrap();
    let _ = world.command(&["refresh"]).run().assert_code(3);
    let renewals = after.front.asked_for("GET /refresh_access_token");
    assert_eq!(renewals.len(), 1);
}

#[test]
fn a_refreshed_token_of_another_account_is_deleted_and_the_old_one_stays() {
    let world = World::new();
    world.connect_two();
    // Her entry with his token, as if somebody had mixed them up; old enough to be renewed.
    let token = |name: &str| {
        let json = entry(&world, name);
        json.split("\"token\":\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let mixed_up = entry(&world, LINA).replace(&token(LINA), &token(WRECKSHOP));
    fs::write(place(&world, LINA), write_entry(&mixed_up)).unwrap();
    let database = world.database();
    database.change_one(LINA, |account| {
        account.issued_at = account.issued_at.map(|at| at - 500_000);
    });
    let before = world.secrets();
    let output = world
        .sandbox(&["refresh", "--force", "lina"])
        .run()
        .assert_fails(3);
    let _ = output.assert_says("Instagram answered for another account");
    assert_eq!(world.secrets(), before);
    assert_eq!(world.state(LINA), "unverified");
}

fn place(world: &World, id: &str) -> std::path::PathBuf {
    world.sandbox_folder().join(format!("secrets/acct.{id}.a"))
}

/// What an entry of the store says, without its checksum.
fn entry(world: &World, id: &str) -> String {
    let text = fs::read_to_string(place(world, id)).unwrap();
    text.split_once(':').unwrap().1.to_owned()
}

/// A command that waited for the lock reads the account again.
#[cfg(unix)]
#[test]
#[cfg(target_os = "linux")] // where it can be seen that a process waits
fn an_account_deleted_while_a_command_waits_for_its_lock_is_unknown() {
    let world = World::new();
    world.connect_in("backdated");
    let path = world
        .sandbox_folder()
        .join(format!("locks/{WRECKSHOP}.lock"));
    let lock = fs::File::open(&path).unwrap();
    lock.lock().unwrap();
    let waiting = world.sandbox(&["refresh", "--json"]).spawn();
    let handles = format!("/proc/{}/fd", waiting.id());
    until("the refresh to want the lock", || {
        let mut handles = fs::read_dir(&handles).ok()?.flatten();
        handles.find(|handle| fs::read_link(handle.path()).is_ok_and(|file| file == path))
    });
    world.database().delete_rows::<Account>();
    fs::remove_dir_all(world.sandbox_folder().join("secrets")).unwrap();
    lock.unlock().unwrap();
    let output = waiting.finish().assert_code(4);
    output.assert_prints("\"login\"");
}

#[test]
fn a_token_of_a_newer_igconnect_is_not_overwritten() {
    let world = World::new();
    world.connect_in("backdated");
    let newer = entry(&world, WRECKSHOP).replacen("\"v\":1", "\"v\":2", 1);
    fs::write(place(&world, WRECKSHOP), write_entry(&newer)).unwrap();
    let before = world.secrets();
    for command in [&["refresh"][..], &["token"], &["login", "--port", "0"]] {
        let output = world.sandbox(command).run().assert_code(7);
        let _ = output.assert_says("Update igconnect");
        assert_eq!(world.secrets(), before, "{command:?}");
    }
}
