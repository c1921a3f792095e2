//! `list`: a row for each account.

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::{World, assert_snapshot, need};
use crate::status::contract::{ACCOUNT_KEYS, assert_keys};

#[test]
fn a_table_on_a_terminal_has_a_row_for_each_account() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect_two();
    let table = world.on_a_terminal(&["--sandbox", "list"], &[]);
    let table = table.env("NO_COLOR", "1").run().assert_code(0);
    assert_snapshot("list-table.txt", table.stdout());
    let narrow = world.on_a_terminal(&["--sandbox", "list"], &[]);
    let narrow = narrow.env("NO_COLOR", "1").env("COLUMNS", "80").run();
    assert_snapshot("list-table-80.txt", narrow.assert_code(0).stdout());
}

#[test]
fn in_a_pipe_the_columns_are_apart_by_tabs() {
    let world = World::new();
    world.connect_two();
    let output = world.sandbox(&["list"]).run().assert_code(0);
    let rows: Vec<Vec<&str>> = (output.stdout().lines())
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(
        rows,
        [
            [
                "",
                "@lina.draws",
                "lina",
                "connected",
                "60 days left",
                "3",
                "just now",
                LINA
            ],
            [
                "*",
                "@wreckshop.records",
                "",
                "expiring",
                "9 days left",
                "1,234",
                "just now",
                WRECKSHOP
            ],
        ]
    );
    assert_eq!(output.stderr(), "");
}

#[test]
fn json_has_the_accounts_of_status_in_the_same_shape() {
    let world = World::new();
    world.connect_two();
    let list = world
        .sandbox(&["list", "--json"])
        .run()
        .assert_code(0)
        .json();
    let status = world.sandbox(&["status", "--all", "--json"]).run().json();
    assert_keys(&list, &["accounts", "schema"]);
    assert_eq!(list["schema"], 1);
    let accounts = list["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 2);
    for (account, same) in accounts.iter().zip(status["accounts"].as_array().unwrap()) {
        assert_keys(account, &ACCOUNT_KEYS);
        assert_eq!(
            account["token"]["fingerprint"],
            same["token"]["fingerprint"]
        );
        assert_eq!(account["profile"], same["profile"]);
    }
}

#[test]
fn a_list_without_accounts_succeeds_and_says_what_to_do() {
    let world = World::new();
    for command in [&["list"][..], &["status", "--all"]] {
        let output = world.command(command).run().assert_code(0);
        assert_eq!(output.stdout(), "", "{command:?}");
        let json = [command, &["--json"]].concat();
        let document = world.command(&json).run().assert_code(0).json();
        assert_eq!(
            document,
            serde_json::json!({"schema": 1, "accounts": []}),
            "{command:?}"
        );
    }
    let _ = world
        .command(&["list"])
        .run()
        .assert_says("No account is connected. Connect one: igconnect login");
    let quiet = world.command(&["list", "--quiet"]).run().assert_code(0);
    assert_eq!(quiet.stderr(), "");
    assert!(
        !world.folder("XDG_DATA_HOME").join("igconnect").exists(),
        "a question makes no folder"
    );
}

#[test]
fn ten_thousand_accounts_are_listed() {
    let world = World::new();
    world.connect();
    world.connect_many(10_000);
    let document = world.sandbox(&["list", "--json"]).run().assert_code(0);
    let accounts = document.json()["accounts"].as_array().map(Vec::len);
    assert_eq!(accounts, Some(10_001));
    assert_eq!(
        world.sandbox(&["list"]).run().stdout().lines().count(),
        10_001
    );
}
