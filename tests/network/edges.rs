//! Answers that are well-formed and all the same not to be believed as they stand, and what they cost: never a token.

use super::endpoint::{Case, Endpoint, ID, LONG, RENEWED, good, object, reply};
use super::oracle::{Expected, Store};
use super::scene::Scene;
use super::trials::judge;
use crate::harness::World;
use crate::harness::faulty::{Faulty, Step};

fn says(body: &str) -> Vec<Step> {
    vec![Step::Say(reply("200 OK", "", body))]
}

fn expired() -> Vec<Step> {
    says(r#"{"error":{"message":"m","code":190,"error_subcode":463}}"#)
}

/// Plays one body at an endpoint and is good at all others.
fn plays(scene: &Scene, at: Endpoint, body: String) {
    scene
        .server
        .play(move |request| match Endpoint::of(request) {
            Some(endpoint) if endpoint == at => says(&body),
            _ => good(request),
        });
}

#[track_caller]
fn assert_left(scene: &Scene, case: Case, what: &str, expected: &Expected) {
    let port = scene.server.port();
    let left = scene.run(case, port);
    assert_eq!(judge(scene, &left, port, expected), Ok(()), "{what}");
}

/// A clock that is days off cannot tell when a token expires: the token is kept, and not called valid.
#[test]
fn an_absurd_clock_of_a_server_is_ignored() {
    let scene = Scene::new();
    for (date, state) in [
        ("Thu, 01 Jan 1970 00:00:00 GMT", "unverified"),
        ("Tue, 19 Jan 2010 03:14:07 GMT", "unverified"),
        ("Sun, 01 Jan 2090 00:00:00 GMT", "unverified"),
        ("Mon, 20 Dec 9999 23:59:59 GMT", "unverified"),
        // A date that no clock can show.
        ("Fri, 31 Dec 9999 23:59:59 GMT", "connected"),
        ("yesterday", "connected"),
        ("", "connected"),
    ] {
        let answer = reply(
            "200 OK",
            &format!("Date: {date}\r\n"),
            Endpoint::Refresh.body(),
        );
        scene
            .server
            .play(move |request| match Endpoint::of(request) {
                Some(Endpoint::Refresh) => vec![Step::Say(answer.clone())],
                _ => good(request),
            });
        let expected = Expected {
            code: 0,
            state: Some(state),
            store: Store::Only(RENEWED.to_owned()),
        };
        assert_left(&scene, Case::RefreshRefresh, date, &expected);
        // It is there, to be used.
        let token = scene.then(&["token"]).assert_code(0);
        assert_eq!(token.stdout().trim_end(), RENEWED, "{date}");
    }
}

#[test]
fn a_refresh_without_a_lifetime_is_kept_and_reported() {
    let scene = Scene::new();
    plays(
        &scene,
        Endpoint::Refresh,
        object(&[("access_token", format!("\"{RENEWED}\""))]),
    );
    let left = scene.run(Case::RefreshRefresh, scene.server.port());
    assert_eq!(left.tokens(), [RENEWED]);
    let said = left.output.stdout();
    assert!(said.contains("refreshed, expiry unknown"), "{said}");
}

/// When a new token is refused at once, both tokens are kept until Instagram has said which of them is valid.
#[test]
fn a_refused_new_token_gives_way_to_the_valid_old_one() {
    let scene = Scene::new();
    let only_the_old_lives = |request: &str| match Endpoint::of(request) {
        Some(Endpoint::Me) if request.contains(RENEWED) => expired(),
        _ => good(request),
    };
    scene.server.play(only_the_old_lives);
    let doubtful = Expected {
        code: 3,
        state: Some("unverified"),
        store: Store::Also(RENEWED.to_owned()),
    };
    assert_left(&scene, Case::RefreshMe, "refused at once", &doubtful);
    let _ = scene.then(&["status", "--verify"]).assert_code(0);
    assert_eq!(
        scene.state(scene.server.port()).as_deref(),
        Some("expiring")
    );
}

/// As above, where the new one was only not known everywhere yet.
#[test]
fn a_new_token_that_is_valid_after_a_refusal_is_kept() {
    let scene = Scene::new();
    scene.server.play(|request| match Endpoint::of(request) {
        Some(Endpoint::Me) => expired(),
        _ => good(request),
    });
    let _ = scene
        .run(Case::RefreshMe, scene.server.port())
        .output
        .assert_code(3);
    scene.server.play(|request| match Endpoint::of(request) {
        Some(Endpoint::Me) if !request.contains(RENEWED) => expired(),
        _ => good(request),
    });
    let token = scene.then(&["token"]).assert_code(0);
    assert_eq!(token.stdout().trim_end(), RENEWED);
    assert_eq!(
        scene.state(scene.server.port()).as_deref(),
        Some("connected")
    );
}

#[test]
fn a_token_of_another_account_is_deleted_and_the_old_one_works() {
    let scene = Scene::new();
    scene.server.play(|request| match Endpoint::of(request) {
        Some(Endpoint::Me) if request.contains(RENEWED) => {
            says(&Endpoint::Me.body().replace(ID, "17841400000000025"))
        }
        _ => good(request),
    });
    let expected = Expected {
        code: 3,
        state: Some("unverified"),
        store: Store::AsBefore,
    };
    assert_left(&scene, Case::RefreshMe, "somebody else's", &expected);
    let _ = scene.then(&["status", "--verify"]).assert_code(0);
}

#[cfg(unix)]
#[test]
fn a_token_of_another_account_is_not_handed_over() {
    let world = World::new();
    let server = Faulty::start(|request| match Endpoint::of(request) {
        Some(Endpoint::Me) if request.contains(RENEWED) => {
            says(&Endpoint::Me.body().replace(ID, "17841400000000025"))
        }
        _ => good(request),
    });
    let taken = world.folder("HOME").join("taken");
    let taker = world.script(
        "taker",
        &format!("#!/bin/sh\ncat > '{}'\n", taken.display()),
    );
    let output = world
        .command(&["refresh", "--hand-to", taker.to_str().unwrap()])
        .env(
            "IGCONNECT_INSTAGRAM",
            format!("http://127.0.0.1:{}", server.port()),
        )
        .env("IGCONNECT_SANDBOX_TOKEN", LONG)
        .run()
        .assert_code(3);
    assert!(!taken.exists(), "{}", output.report());
}

/// A limit of some store, found out only when the token is there: nothing is lost of what was kept.
#[test]
fn only_its_own_token_is_lost_when_no_store_takes_it() {
    let scene = Scene::new();
    let endless = format!("\"IGAA{}\"", "x".repeat(4000));
    plays(
        &scene,
        Endpoint::Refresh,
        object(&[
            ("access_token", endless),
            ("expires_in", "5183944".to_owned()),
        ]),
    );
    let expected = Expected {
        code: 6,
        state: Some("unverified"),
        store: Store::AsBefore,
    };
    assert_left(&scene, Case::RefreshRefresh, "too long", &expected);
    scene.server.play(good);
    let _ = scene.then(&["refresh"]).assert_code(0);
    assert_eq!(
        scene.state(scene.server.port()).as_deref(),
        Some("connected")
    );
}

/// More than could be compared with each other in a lifetime, or kept.
#[test]
fn permissions_must_be_a_list_of_words() {
    let scene = Scene::new();
    let names: Vec<_> = (0..90_000).map(|n| format!("\"s{n}\"")).collect();
    let token = Endpoint::Exchange.fields().remove(0);
    plays(
        &scene,
        Endpoint::Exchange,
        object(&[token, ("permissions", format!("[{}]", names.join(",")))]),
    );
    let expected = Expected {
        code: 0,
        state: Some("connected"),
        store: Store::Only(LONG.to_owned()),
    };
    assert_left(&scene, Case::LoginExchange, "many scopes", &expected);
}
