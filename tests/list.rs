//! `list`: a row for each account.

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::database::{Account, DAY, now};
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{World, assert_snapshot};
use crate::status::contract::{ACCOUNT_KEYS, assert_keys};

/// Five accounts, of which each is in another state.
fn in_every_state(world: &World) {
    world.connect_two();
    world.database().add(
        [
            (
                "17841400000000033",
                "kaffeehaus_koeln",
                40,
                "password_changed",
            ),
            (
                "17841400000000058",
                "a_very_long_name.of_thirty_char",
                40,
                "checkpoint",
            ),
            ("17841400000000099", "studio.nord", -5, ""),
        ]
        .map(|(id, username, days, trouble)| Account {
            id: id.into(),
            username: username.into(),
            app: "sandbox".into(),
            store: "file".into(),
            connected_at: now() - 30 * DAY,
            expires_at: Some(now() + days * DAY + 600),
            trouble: Some(trouble.to_owned()).filter(|word| !word.is_empty()),
            trouble_at: None,
            ..Account::default()
        }),
    );
}

#[cfg(unix)]
#[test]
fn a_table_on_a_terminal_has_a_row_for_each_account_the_worst_first() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    in_every_state(&world);
    let mut screens = String::new();
    for columns in ["40", "60", "80", "100", "120"] {
        let run = world.on_a_terminal(&["--sandbox", "list"], &[]);
        let output = run.env("NO_COLOR", "1").env("COLUMNS", columns).run();
        let screen = output.assert_code(0).screen();
        let width: usize = columns.parse().unwrap();
        // Only a command may be wider: it is pasted.
        let lines = screen.lines().filter(|line| !line.contains("igconnect"));
        for line in lines {
            assert!(line.chars().count() <= width, "{columns}: {line}");
        }
        screens.push_str(&format!("{columns} columns:\n{screen}\n"));
    }
    assert_snapshot("list-table.txt", &screens);
}

#[cfg(unix)]
#[test]
fn a_terminal_without_unicode_gets_marks_that_it_can_show() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    in_every_state(&world);
    for command in ["list", "status", "history"] {
        let run = world.on_a_terminal(&["--sandbox", command], &[]);
        let output = run.env("LC_ALL", "C").run().assert_code(0);
        assert!(output.stdout().is_ascii(), "{}", output.stdout());
    }
}

#[test]
fn accounts_are_chosen_by_state_sorted_and_limited() {
    let world = World::new();
    in_every_state(&world);
    let names = |flags: &[&str]| {
        let output = world.sandbox(&[&["list"], flags].concat()).run();
        let output = output.assert_code(0);
        let lines = output.stdout().lines();
        let names = lines.map(|line| line.split('\t').nth(1).unwrap().to_owned());
        let json = world.sandbox(&[&["list", "--json"], flags].concat()).run();
        let json = json.assert_code(0).json();
        let same: Vec<_> = json["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|account| format!("@{}", account["username"].as_str().unwrap()))
            .collect();
        let names: Vec<_> = names.collect();
        assert_eq!(names, same, "{flags:?}");
        names
    };
    assert_eq!(names(&["--state", "expired"]), ["@studio.nord"]);
    assert_eq!(
        names(&["--state", "needs_login,expiring"]),
        ["@kaffeehaus_koeln", "@wreckshop.records"]
    );
    assert_eq!(names(&["--state", "unknown"]), [""; 0]);
    assert_eq!(
        names(&["--sort", "followers"])[..2],
        ["@wreckshop.records", "@lina.draws"]
    );
    assert_eq!(
        names(&["--sort", "expiry", "--limit", "2"]),
        ["@studio.nord", "@wreckshop.records"]
    );
    assert_eq!(names(&["--sort", "name", "--limit", "1"]).len(), 1);
    for wrong in [["--limit", "0"], ["--sort", "age"], ["--state", "well"]] {
        let _ = world
            .sandbox(&[&["list"][..], &wrong].concat())
            .run()
            .assert_fails(2);
    }
    // What Instagram refuses has no days left, whatever its date says.
    let output = world.sandbox(&["list", "--state", "needs_login"]).run();
    output.assert_never_prints("days left");
}

#[cfg(unix)]
#[test]
fn a_terminal_counts_all_accounts_and_shows_the_worst_thousand() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    world.connect_many(1_200);
    let list = |flags: &[&str]| {
        let run = world.on_a_terminal(&[&["--sandbox", "list"], flags].concat(), &[]);
        run.env("NO_COLOR", "1").run().assert_code(0)
    };
    let output = list(&[]);
    output.assert_prints("1,201 accounts, 1,000 shown: 1 connected, 1,200 expiring.");
    output.assert_never_prints("@wreckshop.records  ");
    let output = list(&["--limit", "2"]);
    output.assert_prints("@user2 ");
    output.assert_never_prints("@user3 ");
    output.assert_prints("2 shown");
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

#[cfg(unix)]
#[test]
fn json_is_indented_for_people_and_compact_for_programs() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    for (command, code) in [
        (&["list"][..], 0),
        (&["status"], 0),
        (&["refresh", "@missing"], 4),
    ] {
        let arguments = [&["--sandbox", "--json"], command].concat();
        let compact = world.command(&arguments).run().assert_code(code);
        assert_eq!(compact.stdout().lines().count(), 1);
        let run = |name, value| {
            let run = world.on_a_terminal(&arguments, &[]).env(name, value).run();
            run.assert_code(code).screen()
        };
        let plain = run("NO_COLOR", "1");
        // A failure is also on the terminal in words.
        let plain = plain.get(plain.find('{').unwrap()..).unwrap();
        let document: serde_json::Value = serde_json::from_str(plain).unwrap();
        assert_eq!(document["schema"], 1);
        assert!(plain.lines().count() > 3, "{plain}");
        assert!(run("LANG", "C.UTF-8").contains("\u{1b}[1m\"schema\"\u{1b}[0m: 1"));
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
