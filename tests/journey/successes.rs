//! Every form of a success leads to the same account.

use serde_json::{Value, json};

use super::setup::assert_all_are_expected;
use crate::harness::keeper::Keeps;
use crate::harness::sealed_file::KeyFrom;
use crate::harness::{Canaries, World};

const ID: &str = "17841400000000017";
const NAME: &str = "wreckshop.records";
const BASIC: &str = "instagram_business_basic";
const LIFE: i64 = 5_183_944;

/// What one form of an answer makes of the account.
struct Form {
    name: &'static str,
    /// What Instagram said was granted.
    scopes: &'static [&'static str],
    /// For how many seconds the token was said to live.
    life: i64,
    /// The display name, and how many follow.
    profile: (Option<&'static str>, Option<i64>),
}

const USUAL: Form = Form {
    name: "",
    scopes: &[BASIC],
    life: LIFE,
    profile: (Some("Wreckshop Records"), Some(1234)),
};

const fn form(name: &'static str) -> Form {
    Form { name, ..USUAL }
}

const fn with_profile(
    name: &'static str,
    display: Option<&'static str>,
    followers: Option<i64>,
) -> Form {
    Form {
        profile: (display, followers),
        ..form(name)
    }
}

const FORMS: &[Form] = &[
    form("token_short_data_envelope"),
    form("token_short_flat_numeric_id_array_permissions"),
    form("token_short_flat_string_id"),
    Form {
        scopes: &[],
        ..form("token_short_flat_minimal")
    },
    form("token_long_success"),
    Form {
        life: 5_184_000,
        ..form("token_long_success_no_type")
    },
    form("token_refresh_success"),
    with_profile("me_full_flat", Some("Sample Studio"), Some(1234)),
    with_profile("me_creator_unset_fields_absent", None, Some(3)),
    with_profile("me_minimal", None, None),
    with_profile("me_data_envelope", None, None),
    with_profile("headers_usage_ok", None, None),
    form("revoke_success_ASSUMED"),
];

#[test]
fn every_recorded_success_has_a_journey() {
    assert_all_are_expected(FORMS.iter().map(|form| form.name), |status| status == 200);
}

#[cfg(unix)]
#[test]
fn the_journey_is_the_same_for_every_form_of_the_short_token() {
    FORMS
        .iter()
        .filter(|form| form.name.starts_with("token_short"))
        .for_each(|form| travel(Keeps::Keyring, form));
}

#[cfg(unix)]
#[test]
fn the_journey_is_the_same_for_every_form_of_the_long_token() {
    FORMS
        .iter()
        .filter(|form| form.name.starts_with("token_long"))
        .for_each(|form| travel(Keeps::Keyring, form));
}

#[cfg(unix)]
#[test]
fn the_journey_is_the_same_for_every_form_of_a_refresh_or_a_revocation() {
    let rest =
        |form: &&Form| form.name.starts_with("token_refresh") || form.name.starts_with("revoke");
    FORMS
        .iter()
        .filter(rest)
        .for_each(|form| travel(Keeps::Keyring, form));
}

#[cfg(unix)]
#[test]
fn the_journey_is_the_same_for_every_form_of_the_profile() {
    let rest = |form: &&Form| form.name.starts_with("me_") || form.name.starts_with("headers");
    FORMS
        .iter()
        .filter(rest)
        .for_each(|form| travel(Keeps::Keyring, form));
}

#[test]
fn the_journey_is_the_same_over_a_sealed_file() {
    let one_of_each = [
        "token_long_success",
        "token_refresh_success",
        "revoke_success_ASSUMED",
    ];
    FORMS
        .iter()
        .filter(|form| one_of_each.contains(&form.name))
        .for_each(|form| travel(Keeps::Sealed(KeyFrom::File), form));
}

/// login, status, list, refresh, token, disconnect.
fn travel(keeps: Keeps, form: &Form) {
    let Some(world) = World::keeping(keeps) else {
        return;
    };
    let scenario = format!("answer:{}", form.name);
    world.set_env("IGCONNECT_SANDBOX", "1");
    world.set_env("IGCONNECT_SCENARIO", &scenario);
    let one = |arguments: &[&str]| -> Value {
        let output = world.command(arguments).arg("--json").run().assert_code(0);
        let mut document = output.json();
        assert_eq!(
            document["accounts"].as_array().unwrap().len(),
            1,
            "{scenario}"
        );
        document["accounts"][0].take()
    };
    let is_renewal = form.name.starts_with("token_refresh");
    let login = world.command(&["login", "--port", "0", "--json"]);
    let login = if is_renewal {
        login.env("IGCONNECT_SCENARIO", "backdated")
    } else {
        login
    };
    let connected = login.run().assert_code(0).json()["accounts"][0].take();
    assert_eq!(connected["id"], ID, "{scenario}");
    assert_eq!(connected["username"], NAME);
    assert_eq!(connected["default"], true);
    assert_eq!(
        connected["state"],
        if is_renewal { "expiring" } else { "connected" }
    );
    assert_eq!(
        connected["token"]["scopes"],
        json!(form.scopes),
        "{scenario}"
    );
    assert_eq!(connected["token"]["store"], world.keeper().word());
    assert_eq!(
        connected["profile"]["name"],
        json!(form.profile.0),
        "{scenario}"
    );
    assert_eq!(
        connected["profile"]["followers_count"],
        json!(form.profile.1)
    );
    if form.name != "me_data_envelope" {
        // 17 digits beyond what a floating point number holds.
        assert_eq!(
            connected["app_scoped_id"].as_str().unwrap().len(),
            17,
            "{scenario}"
        );
    }
    let (slot, entry) = world.stored_token(ID).expect("a token");
    assert_eq!((slot, &entry["generation"]), ('a', &json!(1)));
    world.database().assert_sound();

    for said in [one(&["status"]), one(&["list"])] {
        for field in ["id", "username", "state", "profile", "connected_at"] {
            assert_eq!(said[field], connected[field], "{scenario} {field}");
        }
        assert_eq!(
            said["token"]["fingerprint"],
            connected["token"]["fingerprint"]
        );
    }

    let refreshed = one(&["refresh"]);
    let outcome = if is_renewal { "renewed" } else { "not_due" };
    assert_eq!(refreshed["outcome"], outcome, "{scenario}");
    assert_eq!(refreshed["error"], Value::Null);
    assert_eq!(refreshed["state"], "connected");
    let left = refreshed["token"]["expires_in_seconds"].as_i64().unwrap();
    assert!(
        (form.life - 60..=form.life + 2).contains(&left),
        "{scenario}: {left}"
    );

    let (slot, entry) = world.stored_token(ID).expect("a token");
    assert_eq!(slot, if is_renewal { 'b' } else { 'a' }, "{scenario}");
    let token = entry["token"].as_str().unwrap();
    let printed = world
        .command(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
    assert_eq!(printed.stdout(), format!("{token}\n"));
    assert_eq!(printed.stderr(), "");
    let mut canaries = Canaries::new();
    canaries.watch("token", token);
    world.assert_no_leaks(&canaries);
    world.database().assert_sound();

    let after = if is_renewal { "refreshed" } else { "verified" };
    assert_eq!(
        world.database().events(),
        ["connected", after],
        "{scenario}"
    );

    let is_revocation = form.name.starts_with("revoke");
    let more: &[&str] = if is_revocation { &["--revoke"] } else { &[] };
    let gone = one(&[&["disconnect", "--yes"], more].concat());
    assert_eq!(gone["disconnected"], true, "{scenario}");
    assert_eq!(
        gone["revoked"],
        if is_revocation {
            json!(true)
        } else {
            Value::Null
        }
    );
    assert_eq!(world.secret_names().len(), 0);
    assert_eq!(world.database().accounts(), []);
    world.database().assert_sound();
    world.assert_no_leaks(&canaries);
    let _ = world.command(&["status"]).run().assert_code(4);
}
