//! `disconnect`: token and cached data leave this machine, and it is said what stays at Instagram.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::front::SandboxBehindFront;
use crate::harness::keeper::Keeps;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{Canaries, World};

const TRUTH: &str = "still valid at Instagram, which documents no revocation";
const MANAGE_ACCESS: &str = "https://www.instagram.com/accounts/manage_access/";

#[cfg(unix)]
#[test]
fn a_person_is_asked_and_no_means_no() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    let before = (world.secrets(), std::fs::read(world.database()).unwrap());
    for answer in ["n", "\r"] {
        let talk = [("Disconnect @wreckshop.records from this machine?", answer)];
        let output = world
            .on_a_terminal(&["--sandbox", "disconnect"], &talk)
            .run();
        let output = output.assert_code(0);
        output.assert_prints("Kept @wreckshop.records.");
    }
    assert!(before == (world.secrets(), std::fs::read(world.database()).unwrap()));
    let talk = [("Disconnect @wreckshop.records from this machine?", "y")];
    let output = world
        .on_a_terminal(&["--sandbox", "disconnect"], &talk)
        .run()
        .assert_code(0);
    output.assert_prints("Disconnected @wreckshop.records");
    assert!(world.secrets().is_empty());
}

#[test]
fn without_a_terminal_it_has_to_be_confirmed_by_a_flag() {
    let world = World::new();
    world.connect();
    let before = world.secrets();
    let output = world.sandbox(&["disconnect"]).run().assert_fails(2);
    let _ = output
        .assert_says("the disconnect needs a confirmation")
        .assert_says("--yes");
    // Nothing that is piped in is an answer.
    let _ = world
        .sandbox(&["disconnect"])
        .stdin("y\n")
        .run()
        .assert_fails(2);
    let _ = world
        .sandbox(&["disconnect", "--json"])
        .run()
        .assert_json_failure(2, "usage");
    assert_eq!(world.secrets(), before);
}

#[cfg(unix)]
#[test]
fn no_input_asks_nothing_on_a_terminal_either() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    let output = world
        .on_a_terminal(&["--sandbox", "--no-input", "disconnect"], &[])
        .run();
    assert!(output.assert_code(2).stdout().contains("--yes"));
    assert_eq!(world.secrets().len(), 1);
}

#[test]
fn nothing_of_a_disconnected_account_is_left() {
    let world = World::new();
    world.connect_two();
    let mut canaries = Canaries::new();
    // Only the end of a sandbox's token is random.
    let token = world.token("@wreckshop.records");
    canaries.watch("the token", &token[token.len() - 24..]);
    canaries.watch("the biography", "Vinyl, tapes and other survivors.");
    let output = world
        .sandbox(&["disconnect", "@wreckshop.records", "--yes"])
        .run()
        .assert_code(0);
    assert_eq!(output.stdout(), "Disconnected @wreckshop.records\n");
    let output = output.assert_says(TRUTH).assert_says(MANAGE_ACCESS);
    let database = world.database();
    let ids = [
        database
            .accounts()
            .into_iter()
            .map(|row| row.id)
            .collect::<Vec<_>>(),
        database
            .profiles()
            .into_iter()
            .map(|row| row.account_id)
            .collect(),
        database
            .history()
            .into_iter()
            .map(|row| row.account_id)
            .collect(),
        database
            .journal()
            .into_iter()
            .map(|row| row.account_id)
            .collect(),
    ];
    let left = ids.concat().contains(&WRECKSHOP.to_owned());
    assert!(!left, "{ids:?}\n{}", output.report());
    let data = world.folder("XDG_DATA_HOME");
    assert_eq!(
        canaries.in_folder(&data),
        [],
        "also not between the rows of the database"
    );
    assert_eq!(
        world.secret_names(),
        [format!("acct/{LINA}/a")],
        "the other account keeps its token"
    );
    let _ = world
        .sandbox(&["status", "@wreckshop.records"])
        .run()
        .assert_fails(4);
    let _ = world
        .sandbox(&["disconnect", "@wreckshop.records", "--yes"])
        .run()
        .assert_fails(4);
}

#[test]
fn disconnecting_the_default_account_makes_another_the_default() {
    let world = World::new();
    world.connect_two();
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
    let list = world.sandbox(&["list", "--json"]).run().json();
    assert_eq!(list["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(list["accounts"][0]["username"], "lina.draws");
    assert_eq!(list["accounts"][0]["default"], true);
}

#[cfg(unix)]
#[test]
fn all_means_all_and_asks_once() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect_two();
    let _ = world
        .sandbox(&["disconnect", "--all"])
        .run()
        .assert_fails(2);
    let talk = [("Disconnect all 2 accounts from this machine?", "y")];
    let output = world
        .on_a_terminal(&["--sandbox", "disconnect", "--all"], &talk)
        .run();
    let output = output.assert_code(0);
    for name in ["@wreckshop.records", "@lina.draws (lina)"] {
        output.assert_prints(&format!("Disconnected {name}"));
    }
    assert!(world.secrets().is_empty());
    assert_eq!(world.sandbox(&["list"]).run().stdout(), "");
}

#[test]
fn json_says_of_each_account_what_became_of_it() {
    let world = World::new();
    world.connect();
    let output = world
        .sandbox(&["disconnect", "--yes", "--json"])
        .run()
        .assert_code(0);
    let expected = serde_json::json!({"schema": 1, "accounts": [{
        "id": WRECKSHOP, "username": "wreckshop.records", "alias": null,
        "disconnected": true, "revoked": null, "error": null,
    }]});
    assert_eq!(output.json(), expected);
    let _ = output.assert_says(TRUTH);
}

#[test]
fn a_revocation_is_claimed_only_when_instagram_refuses_the_token_afterwards() {
    for (scenario, revoked, words) in [
        (
            "agrees",
            true,
            "Disconnected @wreckshop.records; Instagram refuses the token now\n",
        ),
        (
            "no-tester-role",
            false,
            "Disconnected @wreckshop.records; it is unknown whether the token was revoked\n",
        ),
        (
            "down",
            false,
            "Disconnected @wreckshop.records; it is unknown whether the token was revoked\n",
        ),
        (
            "html",
            false,
            "Disconnected @wreckshop.records; it is unknown whether the token was revoked\n",
        ),
    ] {
        for json in [false, true] {
            let world = World::new();
            world.connect();
            let mut command = vec!["--scenario", scenario, "disconnect", "--yes", "--revoke"];
            command.extend(json.then_some("--json"));
            let output = world.sandbox(&command).run().assert_code(0);
            match json {
                true => assert_eq!(
                    output.json()["accounts"][0]["revoked"],
                    revoked,
                    "{scenario}"
                ),
                false => assert_eq!(output.stdout(), words, "{scenario}"),
            }
            assert_eq!(
                output.stderr().contains(TRUTH),
                !revoked,
                "{scenario}\n{}",
                output.report()
            );
            assert!(
                world.secrets().is_empty(),
                "{scenario}: local removal always happens"
            );
        }
    }
}

#[test]
fn an_interrupted_disconnect_is_finished_by_the_next_run() {
    let world = World::new();
    world.connect_two();
    world
        .database()
        .interrupt("@wreckshop.records", "disconnect");
    assert_eq!(world.state("@wreckshop.records"), "unverified");
    // It is none of all any more.
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
    assert_eq!(world.secrets().len(), 1, "the token is gone too");
    let accounts = world.database().accounts();
    assert_eq!(accounts.len(), 1);
    assert!(accounts[0].username == "lina.draws" && accounts[0].is_default);
}

#[cfg(unix)]
#[test]
fn a_keyring_keeps_nothing_of_a_disconnected_account() {
    let Some(world) = World::keeping(Keeps::Keyring) else {
        return;
    };
    world.connect();
    assert_eq!(world.secret_names().len(), 1);
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
    assert_eq!(world.secrets(), []);
}

#[test]
fn a_revocation_is_not_claimed_when_the_proof_is_lost() {
    let world = World::new();
    let is_disconnecting = Arc::new(AtomicBool::new(false));
    let loses = Arc::clone(&is_disconnecting);
    let instagram = SandboxBehindFront::meddling(&world, "agrees", move |line| {
        loses.load(Ordering::Relaxed) && line.starts_with("GET /v25.0/me?")
    });
    world.connect_person("wreckshop.records");
    is_disconnecting.store(true, Ordering::Relaxed);
    let line = ["disconnect", "--yes", "--revoke", "--json"];
    let output = world.command(&line).run().assert_code(0);
    let revoked = instagram.front.asked_for("DELETE /v25.0/me/permissions");
    assert_eq!(revoked.len(), 1);
    assert_eq!(output.json()["accounts"][0]["revoked"], false);
}
