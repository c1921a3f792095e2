//! From store to store and back, over real ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::setup::SERVICE;
use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
#[cfg(unix)]
use crate::harness::credential_helper::Agent;
#[cfg(unix)]
use crate::harness::{SecretService, need};

const SECRET: &str = "5a9db0c05a9db0c05a9db0c05a9db0c0";
const APP: &str = "1029384756102938";

#[track_caller]
fn add_app(world: &World) {
    let add = world.sandbox(&["app", "add", "--id", APP]);
    let _ = add
        .env("IGCONNECT_SANDBOX_APP_SECRET", SECRET)
        .run()
        .assert_code(0);
}

#[cfg(unix)]
#[test]
fn accounts_and_app_secrets_go_from_the_keyring_to_the_sealed_file_to_pass_and_back() {
    if !need("credential-helpers") {
        return;
    }
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let _agent = Agent::with_a_key(&world);
    world.seals();
    add_app(&world);
    world.connect_two();
    let tokens = [WRECKSHOP, LINA].map(|id| {
        let name = format!("acct/{id}/a");
        keyring.lookup(SERVICE, &name).unwrap()
    });
    let (id, before) = (format!("acct/{WRECKSHOP}/a"), world.account_json());
    let config = world.sandbox_folder().join("config.toml");
    for (to, from) in [
        ("sealed", "keyring"),
        ("command:pass", "sealed"),
        ("keyring", "command:pass"),
    ] {
        let dry = ["store", "move", "--to", to, "--all", "--dry-run", "--json"];
        let foreseen = world.sandbox(&dry).run().assert_code(0).json();
        assert_eq!(foreseen["accounts"][1]["outcome"], "would_move");
        assert_eq!(foreseen["configuration"], "would_set");
        let moved = world.moves(to, &["--all", "--json"]).assert_code(0).json();
        for row in [
            &moved["accounts"][0],
            &moved["accounts"][1],
            &moved["apps"][0],
        ] {
            assert_eq!(
                (&row["from"], &row["outcome"]),
                (&from.into(), &"moved".into())
            );
        }
        assert_eq!(moved["configuration"], "set");
        let text = fs::read_to_string(&config).unwrap();
        assert!(text.contains(&format!("store = \"{to}\"")), "{text}");
        let shown = world.shows();
        assert_eq!(shown["chosen"]["store"], to);
        assert_eq!(shown["leftovers"], serde_json::json!([]));
        assert_eq!(shown["apps"][0]["store"], to);
        for account in shown["accounts"].as_array().unwrap() {
            assert_eq!(
                (&account["store"], &account["entry"]),
                (&to.into(), &"there".into())
            );
        }
        let check = world.sandbox(&["store", "check", "--all"]).run();
        let _ = check.assert_code(0);
        let entries = keyring.search_all(SERVICE).len();
        assert_eq!(entries, if to == "keyring" { 3 } else { 0 }, "{to}");
        let after = world.account_json();
        assert_eq!(
            after["token"]["fingerprint"],
            before["token"]["fingerprint"]
        );
        assert_eq!(after["token"]["store"], to);
        assert_eq!(after["state"], before["state"]);
    }
    // The same bytes came back.
    assert_eq!(keyring.lookup(SERVICE, &id).unwrap(), tokens[0]);
    let app = format!("app/{APP}");
    assert_eq!(keyring.lookup(SERVICE, &app).unwrap(), SECRET);
    let list = world.program("docker-credential-pass", &["list"]).run();
    assert_eq!(list.assert_code(0).stdout().trim(), "{}");
    let again = world
        .moves("keyring", &["--all", "--json"])
        .assert_code(0)
        .json();
    assert_eq!(again["accounts"][0]["outcome"], "already_there");
    assert_eq!(again["configuration"], "unchanged");
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
}

/// Every file below, and what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn a_dry_run_a_look_and_an_unanswered_question_change_no_byte() {
    let world = World::new();
    world.seals();
    add_app(&world);
    world.connect_two();
    world.names_no_store();
    let data = world.folder("XDG_DATA_HOME");
    let before = files(&data);
    let to = ["store", "move", "--all", "--to", "sealed"];
    let dry = world.sandbox(&[&to[..], &["--dry-run"]].concat()).run();
    let dry = dry.assert_code(0);
    let first = dry.stdout().lines().next().unwrap();
    assert!(first.ends_with("\twould move"), "{first}");
    let unasked = world.sandbox(&to).run().assert_fails(2);
    let _ = unasked.assert_says("Answer with --yes");
    let _ = world.sandbox(&["store", "show"]).run().assert_code(0);
    let _ = world
        .sandbox(&["store", "check", "--all"])
        .run()
        .assert_code(0);
    assert_eq!(files(&data), before);
    assert!(!world.folder("XDG_CONFIG_HOME").join("seal.key").exists());
}

#[test]
fn moving_a_named_account_leaves_the_configuration() {
    let world = World::new();
    world.seals();
    world.connect_two();
    let moved = world
        .moves("sealed", &["lina", LINA, "--json"])
        .assert_code(0)
        .json();
    assert_eq!(moved["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(moved["configuration"], serde_json::Value::Null);
    assert!(!world.sandbox_folder().join("config.toml").exists());
    assert_eq!(world.secrets().len(), 1);
    let rest = world
        .moves("sealed", &["lina", WRECKSHOP, "--json"])
        .assert_code(0)
        .json();
    let outcomes = [
        &rest["accounts"][0]["outcome"],
        &rest["accounts"][1]["outcome"],
    ];
    assert_eq!(outcomes, ["already_there", "moved"]);
    assert!(world.secrets().is_empty());
    let _ = world.moves("sealed", &["@unknown"]).assert_fails(4);
}

#[test]
fn the_configuration_keeps_its_comments() {
    let world = World::new();
    world.seals();
    world.connect();
    world.names_no_store();
    let config = world.sandbox_folder().join("config.toml");
    fs::write(&config, "# mine\nstore = \"file\" # for now\n\n# the end\n").unwrap();
    let _ = world.moves("sealed", &["--all"]).assert_code(0);
    let text = fs::read_to_string(&config).unwrap();
    assert_eq!(text, "# mine\nstore = \"sealed\" # for now\n\n# the end\n");
}

#[test]
fn a_store_chosen_by_the_environment_leaves_the_configuration() {
    let world = World::new();
    world.seals();
    add_app(&world);
    world.connect();
    let line = [
        "store", "move", "--to", "sealed", "--all", "--yes", "--json",
    ];
    let other = world.sandbox(&line).env("IGCONNECT_STORE", "file").run();
    let other = other.assert_code(0).assert_says("App Secrets stay there");
    assert_eq!(other.json()["configuration"], "environment");
    assert_eq!(other.json()["apps"], serde_json::json!([]));
    assert_eq!(world.account_json()["token"]["store"], "sealed");
    // The app's secret is where the environment looks for it.
    assert_eq!(world.secrets()[0].0, format!("app/{APP}"));
    let same = world.sandbox(&line).env("IGCONNECT_STORE", "sealed").run();
    assert_eq!(same.assert_code(0).json()["apps"][0]["outcome"], "moved");
    assert!(world.secrets().is_empty());
    let config = fs::read_to_string(world.sandbox_folder().join("config.toml")).unwrap();
    assert!(!config.contains("store"), "{config}");
}

#[test]
fn no_real_token_goes_to_a_plain_file_or_an_unknown_store() {
    let world = World::new();
    let real = ["store", "move", "--to", "file", "--all", "--yes"];
    let real = world.command(&real).run().assert_fails(2);
    let _ = real.assert_says("real tokens are not stored in a plain file");
    for word in ["env", "keyrings", "command:../x", ""] {
        let _ = world.moves(word, &["--all"]).assert_fails(2);
    }
    let without = world.sandbox(&["store", "move", "--all"]).run();
    let _ = without.assert_code(2);
}

#[cfg(unix)]
#[test]
fn a_person_is_asked_and_may_say_no() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.seals();
    world.connect();
    let line = ["--sandbox", "store", "move", "--to", "sealed"];
    let question = "Move 1 account to the sealed file?";
    let no = world.on_a_terminal(&line, &[(question, "n")]);
    no.run().assert_code(0).assert_prints("Nothing was moved.");
    assert_eq!(world.secrets().len(), 1);
    let yes = world.on_a_terminal(&line, &[(question, "y")]);
    let _ = yes.run().assert_code(0);
    assert!(world.secrets().is_empty());
    // Nothing is to be done, so nothing is asked.
    let _ = world.sandbox(&line[1..]).run().assert_code(0);
}
