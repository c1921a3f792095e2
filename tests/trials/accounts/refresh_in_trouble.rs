//! Only the address of refreshes is in trouble: a token that lives is handed out.

use crate::harness::faulty::Step;
use crate::network::endpoint::{Endpoint, ID, LONG, RENEWED, good_and_due, reply};
use crate::network::scene::Scene;

/// What the address of refreshes may answer, while `/me` accepts the token that is there.
fn troubles() -> Vec<(&'static str, Vec<Step>)> {
    let say = |status: &str, body: &str| vec![Step::Say(reply(status, "", body))];
    vec![
        ("a page", say("200 OK", "<html><body>Sorry</body></html>")),
        (
            "an outage with a page",
            say("502 Bad Gateway", "<html>Bad Gateway</html>"),
        ),
        (
            "an unknown error",
            say(
                "400 Bad Request",
                r#"{"error":{"message":"An unknown error occurred","code":1}}"#,
            ),
        ),
        ("other JSON", say("200 OK", r#"{"hello":"world"}"#)),
        (
            "a token of another form",
            say("200 OK", r#"{"access_token":17,"expires_in":5183944}"#),
        ),
        ("a lost connection", vec![Step::Reset]),
    ]
}

#[test]
fn a_living_token_is_handed_out_while_refreshes_fail() {
    for (name, steps) in troubles() {
        let scene = Scene::new();
        scene
            .server
            .play(move |request| match Endpoint::of(request) {
                Some(Endpoint::Refresh) => steps.clone(),
                _ => good_and_due(request),
            });
        let output = scene.then(&["token"]).assert_code(0);
        assert_eq!(output.stdout().trim(), LONG, "{name}");
        output.assert_warns("was not refreshed");
        assert_eq!(
            scene.state(scene.server.port()).as_deref(),
            Some("expiring"),
            "{name}"
        );
        // The next run in a loop does not ask again, and still warns.
        let asked = scene.server.heard().len();
        let output = scene.then(&["token"]).assert_code(0);
        assert_eq!(output.stdout().trim(), LONG, "{name}");
        output.assert_warns("was not refreshed");
        assert_eq!(scene.server.heard().len(), asked, "{name}");
    }
}

#[test]
fn a_new_token_that_instagram_refuses_makes_way_for_the_living_one() {
    let scene = Scene::new();
    scene.server.play(|request| match Endpoint::of(request) {
        Some(Endpoint::Me) if request.contains(RENEWED) => vec![Step::Say(reply(
            "400 Bad Request",
            "",
            r#"{"error":{"message":"Invalid OAuth access token","type":"OAuthException","code":190}}"#,
        ))],
        _ => good_and_due(request),
    });
    // A login is not needed: the former token was not refused.
    let output = scene.then(&["refresh"]).assert_fails(3);
    let _ = output.assert_says("the former one was kept");
    let output = scene.then(&["token"]).assert_code(0);
    assert_eq!(output.stdout().trim(), LONG);
    let _ = scene.then(&["status", "--verify"]).assert_code(0);
}

#[test]
fn an_answer_for_another_account_does_not_withhold_the_living_token() {
    let other = "17841400000000025";
    let scene = Scene::new();
    scene
        .server
        .play(move |request| match Endpoint::of(request) {
            Some(Endpoint::Me) if request.contains(RENEWED) => {
                let body = Endpoint::Me.body().replace(ID, other);
                vec![Step::Say(reply("200 OK", "", body))]
            }
            _ => good_and_due(request),
        });
    for command in [&["token"][..], &["token"]] {
        let output = scene.then(command).assert_code(0);
        assert_eq!(output.stdout().trim(), LONG);
        output.assert_warns("was not refreshed");
    }
    let _ = scene.then(&["refresh"]).assert_fails(3);
}

#[cfg(unix)]
#[test]
fn a_refused_new_token_never_replaces_a_living_one_elsewhere() {
    let scene = Scene::new();
    scene.server.play(|request| match Endpoint::of(request) {
        Some(Endpoint::Me) if request.contains(RENEWED) => vec![Step::Say(reply(
            "400 Bad Request",
            "",
            r#"{"error":{"message":"Invalid OAuth access token","type":"OAuthException","code":190}}"#,
        ))],
        _ => good_and_due(request),
    });
    scene
        .world
        .script("keep", "#!/bin/sh\ncat > \"$HOME/kept\"\n");
    scene.world.set_env("IGCONNECT_SANDBOX_TOKEN", LONG);
    let refresh = ["refresh", "--hand-to", "keep"];
    let output = scene.then(&refresh).assert_code(3);
    output.assert_warns("the former one was kept");
    output.assert_warns("Keep the old token");
    assert!(!scene.world.folder("HOME").join("kept").exists());
}

/// What `/me` may say of a new token that is stored: it is new, and something else is wrong.
const WRONG: [(&str, &str); 2] = [
    (
        r#"{"error":{"message":"API access blocked.","code":200}}"#,
        "disabled",
    ),
    (r#"{"error":{"message":"m","code":10}}"#, "permission"),
];

#[cfg(unix)]
#[test]
fn a_new_token_is_handed_over_and_never_green_when_something_else_is_wrong() {
    for (body, reason) in WRONG {
        let scene = Scene::new();
        scene
            .world
            .script("keep", "#!/bin/sh\ncat > \"$HOME/kept\"\n");
        scene
            .server
            .play(move |request| match Endpoint::of(request) {
                Some(Endpoint::Me) => vec![Step::Say(reply("403 Forbidden", "", body))],
                _ => good_and_due(request),
            });
        let refresh = scene.then(&["refresh", "--hand-to", "keep"]);
        let _ = refresh.assert_code(4);
        let kept = std::fs::read_to_string(scene.world.folder("HOME").join("kept"));
        assert_eq!(kept.ok().as_deref(), Some(RENEWED), "{body}");
        let status = scene.then(&["status", "--json"]).assert_code(3).json();
        let said = status["accounts"][0]["reason"].as_str().unwrap();
        assert!(said.contains(reason), "{said}");
    }
}
