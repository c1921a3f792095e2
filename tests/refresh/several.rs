//! Several accounts, several processes.

use super::setup::account;
use crate::harness::World;
use crate::harness::accounts::LINA;
use crate::harness::database::now;

#[test]
fn one_bad_account_does_not_stop_the_others_and_the_code_is_that_of_the_worst() {
    let world = World::new();
    world.connect_two();
    let database = world.database();
    database.change_one("lina", |account| account.expires_at = Some(now() - 60));
    let output = world.sandbox(&["refresh", "--all"]).run().assert_code(4);
    let rows: Vec<_> = (output.stdout().lines())
        .map(|line| line.split('\t').take(2).collect::<Vec<_>>())
        .collect();
    assert_eq!(
        rows,
        [
            ["@lina.draws (lina)", "failed"],
            ["@wreckshop.records", "refreshed"]
        ]
    );
    let _ = output.assert_says("error: @lina.draws (lina): the token expired");

    let json = world
        .sandbox(&["refresh", "--all", "--json"])
        .run()
        .assert_code(4);
    let accounts = json.json()["accounts"].clone();
    assert_eq!(accounts[0]["error"]["code"], "login");
    assert_eq!(accounts[0]["error"]["exit"], 4);
    assert_eq!(accounts[1]["outcome"], "not_due");
}

#[test]
fn an_account_named_twice_is_refreshed_once_and_one_unknown_name_refuses_all() {
    let world = World::new();
    world.connect_two();
    let twice = world.sandbox(&["refresh", "lina", "@lina.draws", LINA, "--json"]);
    let twice = twice.run().assert_code(0);
    assert_eq!(twice.json()["accounts"].as_array().unwrap().len(), 1);
    let before = world.secrets();
    let unknown = world.sandbox(&["refresh", "@wreckshop.records", "@unknown"]);
    let _ = unknown
        .run()
        .assert_fails(4)
        .assert_says("account @unknown is not connected");
    assert_eq!(world.secrets(), before);
}

#[cfg(unix)] // a user of Windows has a keyring
#[test]
fn all_needs_a_database_or_a_keyring() {
    let world = World::new();
    for command in [
        &["refresh", "--all"][..],
        &["disconnect", "--all"],
        &["disconnect", "--all", "--yes"],
    ] {
        let output = world.command(command).run().assert_fails(6);
        let _ = output.assert_says("no secret store was found on this machine");
    }
    // The sandbox may keep secrets in a file, and there is none.
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
}

#[test]
fn eight_refreshes_at_once_make_one_request() {
    let world = World::new();
    world.connect_in("backdated");
    let running: Vec<_> = (0..8)
        .map(|_| world.sandbox(&["refresh", "--json"]).spawn())
        .collect();
    let mut outcomes: Vec<_> = (running.into_iter())
        .map(|run| {
            account(&run.finish().assert_code(0))["outcome"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    outcomes.sort();
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| *outcome == "renewed")
            .count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(world.database().count_events("refreshed"), 1);
    assert_eq!(world.secrets().len(), 1);
}
