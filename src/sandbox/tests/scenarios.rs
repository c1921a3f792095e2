//! Each scenario does what it says, at its endpoints.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_token_fails_as_the_scenario_says() {
    let token = good_token().await;
    let table = [
        ("no-tester-role", 400, (100, None)),
        ("expired", 400, (190, Some(0))),
        ("revoked", 400, (190, Some(460))),
        ("app-removed", 400, (190, Some(458))),
        ("checkpoint", 400, (190, Some(459))),
        ("unconfirmed", 400, (190, Some(464))),
        ("logged-out", 400, (190, Some(467))),
        ("rate-limited", 400, (80002, None)),
        ("app-limit", 400, (4, None)),
        ("down", 503, (2, None)),
    ];
    for (scenario, status, code) in table {
        let sandbox = TestSandbox::with(scenario);
        let response = sandbox.me(&token, "user_id").await;
        assert_eq!(
            (response.status, response.graph_code()),
            (status, code),
            "{scenario}"
        );
        let renewed = sandbox.refresh(&token).await.graph_code();
        assert_eq!(
            renewed,
            if scenario == "expired" {
                (190, Some(463))
            } else {
                code
            },
            "{scenario}"
        );
    }
    assert!(
        TestSandbox::with("too-young")
            .refresh(&token)
            .await
            .body
            .contains("24 hours")
    );
}

#[tokio::test]
async fn a_rate_limit_says_how_much_was_used_and_when_calls_are_allowed_again() {
    let token = TestSandbox::with("wrong-account").long().await;
    let limited = TestSandbox::with("rate-limited").me(&token, "id").await;
    let usage: Value = serde_json::from_str(&limited.headers["x-business-use-case-usage"]).unwrap();
    assert_eq!(
        usage["17841400000000025"][0]["estimated_time_to_regain_access"],
        19
    );
    assert!(
        TestSandbox::with("app-limit")
            .me(&token, "id")
            .await
            .headers
            .contains_key("x-app-usage")
    );
}

#[tokio::test]
async fn a_login_fails_at_the_exchange_as_the_scenario_says() {
    let table = [
        ("facebook-app-id", "Invalid platform app"),
        (
            "wrong-secret",
            "Error validating verification code. Please make sure your redirect_uri is identical \
                          to the one you used in the OAuth dialog request",
        ),
        ("code-used", "This authorization code has been used"),
    ];
    for (scenario, sentence) in table {
        let sandbox = TestSandbox::with(scenario);
        let response = sandbox.exchange(&sandbox.code().await, &[]).await.json();
        assert_eq!(response["error_message"], sentence, "{scenario}");
    }
}

#[tokio::test]
async fn a_consent_without_a_code_says_why() {
    let denied = query_of(&TestSandbox::with("denies").consent().await.location());
    assert_eq!(
        (&*denied["error"], &*denied["error_reason"]),
        ("access_denied", "user_denied")
    );
    assert_eq!(denied["state"], "the+state&=");
    let no_role = query_of(
        &TestSandbox::with("insufficient-role")
            .consent()
            .await
            .location(),
    );
    assert_eq!(no_role["error_description"], "Insufficient developer role");
    assert_eq!(
        TestSandbox::with("personal-account").consent().await.status,
        400
    );
}

#[tokio::test]
async fn a_failure_picked_on_the_page_only_affects_that_login() {
    let sandbox = TestSandbox::with("agrees");
    let page = sandbox
        .send(sandbox.client.get(sandbox.authorize_url(&[])))
        .await;
    let answer = page.headers["x-sandbox-answer"].replace("decision=allow", "scenario=revoked");
    let sent = sandbox
        .send(
            sandbox
                .client
                .get(sandbox.sandbox.address.join(&answer).unwrap()),
        )
        .await;
    let short = sandbox
        .exchange(&query_of(&sent.location())["code"], &[])
        .await
        .json();
    let long = sandbox
        .extend(short["access_token"].as_str().unwrap(), APP_SECRET)
        .await
        .json();
    let long = long["access_token"].as_str().unwrap();
    assert_eq!(sandbox.me(long, "id").await.graph_code(), (190, Some(460)));
    assert_eq!(
        TestSandbox::with("agrees")
            .me(long, "id")
            .await
            .graph_code(),
        (190, Some(460))
    );
    assert_eq!(sandbox.me(&sandbox.long().await, "id").await.status, 200);
}

#[tokio::test]
async fn some_scenarios_answer_instead_of_the_api() {
    let token = good_token().await;
    let portal = TestSandbox::with("html").me(&token, "id").await;
    assert_eq!(
        (portal.status, &*portal.headers["content-type"]),
        (200, "text/html; charset=utf-8")
    );
    let garbled = TestSandbox::with("garbled").me(&token, "id").await;
    assert!(serde_json::from_str::<Value>(&garbled.body).is_err() && garbled.body.starts_with('{'));
    let elsewhere = TestSandbox::with("redirect").me(&token, "id").await;
    assert_eq!(
        (elsewhere.status, elsewhere.location().host_str()),
        (302, Some("portal.example.invalid"))
    );
}

#[tokio::test]
async fn an_endless_reply_goes_on_and_a_silent_one_never_begins() {
    let token = good_token().await;
    let huge = TestSandbox::with("huge");
    let mut reply = huge
        .client
        .get(huge.at("/me", &[("access_token", &token)]))
        .send()
        .await
        .unwrap();
    let mut read = 0;
    while read < 4_000_000 {
        read += reply.chunk().await.unwrap().unwrap().len();
    }
    let silent = TestSandbox::with("silent");
    let asked = silent.me(&token, "id");
    assert!(
        tokio::time::timeout(Duration::from_millis(200), asked)
            .await
            .is_err()
    );
    let slow = TestSandbox::with("slow");
    let asked = slow.me(&token, "id");
    assert!(
        tokio::time::timeout(Duration::from_millis(200), asked)
            .await
            .is_err()
    );
}
