//! The JSON document.

use serde_json::Value;

use super::contract::{ACCOUNT_KEYS, PROFILE_KEYS, TOKEN_KEYS, assert_keys};
use crate::harness::World;
use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::database::Profile;

#[test]
fn json_has_every_key_of_the_contract_and_null_where_nothing_is_known() {
    let world = World::new();
    world.connect_two();
    let output = world
        .sandbox(&["status", "--all", "--json"])
        .run()
        .assert_code(0);
    let document = output.json();
    assert_keys(&document, &["accounts", "schema"]);
    assert_eq!(document["schema"], 1);
    for account in document["accounts"].as_array().unwrap() {
        assert_keys(account, &ACCOUNT_KEYS);
        assert_keys(&account["token"], &TOKEN_KEYS);
        assert_keys(&account["profile"], &PROFILE_KEYS);
    }
    let (lina, shop) = (&document["accounts"][0], &document["accounts"][1]);
    assert_eq!(lina["id"], LINA);
    assert_eq!(
        (&lina["alias"], &lina["default"]),
        (&Value::from("lina"), &Value::from(false))
    );
    assert_eq!(
        (&lina["state"], &lina["reason"]),
        (&Value::from("connected"), &Value::Null)
    );
    for unset in ["name", "biography", "website", "profile_picture_url"] {
        assert_eq!(lina["profile"][unset], Value::Null, "{unset}");
    }
    assert_eq!(shop["id"], WRECKSHOP);
    assert_eq!(
        (&shop["state"], &shop["reason"]),
        (
            &Value::from("expiring"),
            &Value::from("the token expires soon")
        )
    );
    assert_eq!(shop["profile"]["followers_count"], 1234);
    assert_eq!(
        shop["token"]["scopes"],
        serde_json::json!(["instagram_business_basic"])
    );
    let time = shop["token"]["expires_at"].as_str().unwrap();
    assert!(time.ends_with('Z') && time.len() == 20, "{time}");
    assert!(shop["app_scoped_id"].is_string());
}

#[test]
fn an_account_without_a_profile_has_every_key() {
    let world = World::new();
    world.connect();
    world.database().delete_rows::<Profile>();
    world.database().change(|account| {
        account.app_scoped_id = None;
        account.issued_at = None;
        account.expires_at = None;
        account.scopes = String::new();
        account.fingerprint = None;
        account.verified_at = None;
    });
    let output = world.sandbox(&["status", "--json"]).run().assert_code(3);
    let account = &output.json()["accounts"][0];
    assert_keys(account, &ACCOUNT_KEYS);
    assert_keys(&account["token"], &TOKEN_KEYS);
    assert_eq!(account["profile"], Value::Null);
    assert_eq!(account["token"]["scopes"], serde_json::json!([]));
    let _ = world.sandbox(&["status"]).run().assert_code(3);
}
