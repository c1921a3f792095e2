//! Requests that Instagram refuses, with Instagram's message.

use super::*;

#[tokio::test]
async fn a_wrong_authorization_request_stays_on_a_page() {
    let sandbox = TestSandbox::with("agrees");
    let table = [
        (
            "client_id",
            "",
            404,
            "Sorry, this page isn&#39;t available.",
        ),
        ("client_id", "100000000000001", 400, "Invalid platform app"),
        ("redirect_uri", "", 400, "Invalid redirect_uri"),
        (
            "redirect_uri",
            "http://localhost:8723/callback",
            400,
            "Request parameters are invalid: Invalid redirect_uri",
        ),
        (
            "redirect_uri",
            "https://localhost/#_",
            400,
            "Invalid redirect_uri",
        ),
        (
            "redirect_uri",
            "myapp://callback",
            400,
            "Invalid redirect_uri",
        ),
        ("response_type", "token", 400, "Invalid response_type"),
        ("scope", "", 400, "Invalid scope"),
        (
            "scope",
            "instagram_business_manage_insights",
            400,
            "Invalid scope",
        ),
        (
            "scope",
            "instagram_business_basic,user_profile",
            400,
            "Invalid scope: user_profile",
        ),
        (
            "scope",
            "instagram_business_basic,<script>",
            400,
            "Invalid scope: &lt;script&gt;",
        ),
    ];
    for (name, value, status, sentence) in table {
        let page = sandbox
            .send(sandbox.client.get(sandbox.authorize_url(&[(name, value)])))
            .await;
        assert_eq!(page.status, status, "{name}={value}");
        assert!(
            page.body.contains(sentence),
            "{name}={value}: {}",
            page.body
        );
        assert!(!page.headers.contains_key("location"));
    }
}

#[tokio::test]
async fn a_wrong_exchange_is_refused_in_instagrams_words() {
    let sandbox = TestSandbox::with("agrees");
    let code = sandbox.code().await;
    let identical = "Error validating verification code. Please make sure your redirect_uri is identical to the \
                     one you used in the OAuth dialog request";
    let table = [
        ("client_id", "", "Missing required field client_id"),
        ("client_id", "100000000000001", "Invalid platform app"),
        ("client_secret", "", "Missing required field client_secret"),
        (
            "client_secret",
            "00000000000000000000000000000000",
            identical,
        ),
        (
            "redirect_uri",
            "https://localhost:8723/callback/",
            identical,
        ),
        (
            "grant_type",
            "refresh_token",
            "Missing required field grant_type",
        ),
        ("code", "AQdummy", "Invalid authorization code"),
    ];
    for (name, value, sentence) in table {
        let response = sandbox.exchange(&code, &[(name, value)]).await;
        let body = response.json();
        assert_eq!(
            (response.status, body["error_message"].as_str()),
            (400, Some(sentence)),
            "{name}={value}"
        );
        assert_eq!(
            (body["error_type"].as_str(), body["code"].as_i64()),
            (Some("OAuthException"), Some(400))
        );
    }
    let json = sandbox
        .post(
            "application/json",
            format!("{{\"client_id\":\"{APP_ID}\"}}"),
        )
        .await
        .json();
    assert_eq!(json["error_message"], "Missing required field client_id");
    assert_eq!(sandbox.exchange(&code, &[]).await.status, 200);
    let again = sandbox.exchange(&code, &[]).await.json();
    assert_eq!(
        again["error_message"],
        "This authorization code has been used"
    );
}

#[tokio::test]
async fn a_code_works_for_an_hour() {
    let sandbox = TestSandbox::with("agrees");
    let code = sandbox.code().await;
    sandbox.advance(3600);
    let response = sandbox.exchange(&code, &[]).await.json();
    assert_eq!(
        response["error_message"],
        "Matching code was not found or was already used"
    );
}

#[tokio::test]
async fn only_a_valid_short_token_with_the_right_secret_is_extended() {
    let sandbox = TestSandbox::with("agrees");
    let (short, long) = (sandbox.short().await, sandbox.long().await);
    let code = async |token, secret| sandbox.extend(token, secret).await.graph_code();
    assert_eq!(code(&short, "wrong").await, (100, None));
    assert_eq!(code("IGAAdummy", "wrong").await, (100, None));
    assert_eq!(code("IGAAdummy", APP_SECRET).await, (190, None));
    assert_eq!(code(&long, APP_SECRET).await, (452, None));
    sandbox.advance(3600);
    assert_eq!(code(&short, APP_SECRET).await, (190, Some(463)));
}

#[tokio::test]
async fn a_token_is_refreshed_between_its_first_day_and_its_last() {
    let sandbox = TestSandbox::with("agrees");
    let (short, long) = (sandbox.short().await, sandbox.long().await);
    assert_eq!(sandbox.refresh(&short).await.graph_code(), (452, None));
    assert_eq!(sandbox.refresh("IGAAdummy").await.graph_code(), (190, None));
    sandbox.advance(DAY - 1);
    assert!(
        sandbox
            .refresh(&long)
            .await
            .body
            .contains("younger than 24 hours")
    );
    sandbox.advance(1);
    assert_eq!(sandbox.refresh(&long).await.status, 200);
    sandbox.advance(59 * DAY);
    let dead = sandbox.refresh(&long).await;
    assert_eq!((dead.status, dead.graph_code()), (400, (190, Some(463))));
    assert!(
        dead.body.contains("PST. The current time is"),
        "{}",
        dead.body
    );
}

#[tokio::test]
async fn a_profile_needs_a_valid_token_of_this_host() {
    let sandbox = TestSandbox::with("agrees");
    let token = sandbox.long().await;
    for garbage in [
        "EAAfacebook",
        "IGQVold",
        &token[..token.len() - 1],
        &format!("{token}x"),
    ] {
        assert_eq!(sandbox.me(garbage, "id").await.graph_code(), (190, None));
    }
    assert_eq!(sandbox.get("/me", &[]).await.graph_code(), (100, None));
    let unknown = sandbox.me(&token, "username,nope,name").await.json();
    assert_eq!(
        unknown["error"]["message"],
        "(#100) Tried accessing nonexisting field (nope)"
    );
    let posted = sandbox
        .send(sandbox.client.post(sandbox.at("/v25.0/me", &[])))
        .await;
    assert!(
        posted
            .body
            .contains("Unsupported request - method type: post")
    );
}
