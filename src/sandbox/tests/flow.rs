//! Successful logins: from the consent page to a refreshed token, in every form that Instagram sends.

use super::*;

#[tokio::test]
async fn a_login_and_a_refresh_work_from_the_page_to_the_profile() {
    let sandbox = TestSandbox::with("agrees");
    let redirect = sandbox.consent().await;
    let to = redirect.location();
    assert_eq!((redirect.status, to.fragment()), (302, Some("_")));
    assert_eq!(query_of(&to)["state"], "the+state&=");
    let code = query_of(&to)["code"].clone();
    assert!(
        code.starts_with("AQ")
            && code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    );

    let short = sandbox.exchange(&code, &[]).await.json();
    assert_eq!(
        short["permissions"],
        serde_json::json!(TWO.split(',').collect::<Vec<_>>())
    );
    let app_scoped = short["user_id"].as_u64().unwrap();
    assert!(app_scoped > 1 << 53);

    let long = sandbox
        .extend(short["access_token"].as_str().unwrap(), APP_SECRET)
        .await
        .json();
    assert_eq!(
        (long["token_type"].as_str(), long["expires_in"].as_i64()),
        (Some("bearer"), Some(5_183_944))
    );
    let long = long["access_token"].as_str().unwrap();

    let me = sandbox.me(long, EVERY_FIELD).await.json();
    assert_eq!(me["id"], app_scoped.to_string());
    assert_eq!(
        (me["user_id"].as_str(), me["followers_count"].as_i64()),
        (Some("17841400000000017"), Some(1234))
    );

    sandbox.advance(50 * DAY);
    let fresh = sandbox.refresh(long).await.json();
    let fresh = fresh["access_token"].as_str().unwrap();
    assert_ne!(fresh, long);
    sandbox.advance(59 * DAY);
    assert_eq!(
        sandbox.me(fresh, "username").await.json()["username"],
        "wreckshop.records"
    );
    assert_eq!(
        sandbox.me(long, "username").await.graph_code(),
        (190, Some(0))
    );
}

#[tokio::test]
async fn a_token_of_one_sandbox_is_accepted_by_the_next() {
    let token = good_token().await;
    assert_eq!(
        TestSandbox::with("agrees")
            .me(&token, "user_id")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_token_comes_as_header_or_parameter_with_and_without_a_version() {
    let sandbox = TestSandbox::with("agrees");
    let token = sandbox.long().await;
    for path in ["/me", "/v26.0/me"] {
        let me = sandbox
            .get(path, &[("fields", "id,username"), ("access_token", &token)])
            .await
            .json();
        assert_eq!(me.as_object().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn unset_fields_are_left_out_and_id_is_always_there() {
    let sandbox = TestSandbox::with("wrong-account");
    let me = sandbox.me(&sandbox.long().await, EVERY_FIELD).await.json();
    let keys: Vec<_> = me.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "account_type",
        "followers_count",
        "follows_count",
        "id",
        "media_count",
        "user_id",
        "username",
    ];
    assert_eq!(keys, expected);
    assert_eq!(
        (me["username"].as_str(), me["follows_count"].as_i64()),
        (Some("lina.draws"), Some(0))
    );
}

#[tokio::test]
async fn a_multipart_form_is_as_good_as_an_urlencoded_one() {
    let sandbox = TestSandbox::with("agrees");
    let code = sandbox.code().await;
    let fields = [
        ("client_id", APP_ID),
        ("client_secret", APP_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", CALLBACK),
        ("code", &code),
    ];
    let parts = fields.map(|(name, value)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let response = sandbox
        .post(
            "multipart/form-data; boundary=b",
            parts.concat() + "--b--\r\n",
        )
        .await;
    assert_eq!(response.status, 200, "{}", response.body);
}

#[tokio::test]
async fn the_short_token_comes_in_each_known_form() {
    let of = async |scenario| {
        let sandbox = TestSandbox::with(scenario);
        sandbox.exchange(&sandbox.code().await, &[]).await.json()
    };
    assert_eq!(of("envelope").await["data"][0]["permissions"], TWO);
    assert!(of("string-id").await["user_id"].is_string());
    assert!(of("minimal").await.get("permissions").is_none());
    assert!(
        of("fewer-scopes").await["permissions"]
            .as_array()
            .unwrap()
            .len()
            == 1
    );
    let sandbox = TestSandbox::with("me-envelope");
    assert_eq!(
        sandbox.me(&sandbox.long().await, "username").await.json()["data"][0]["username"],
        "wreckshop.records"
    );
}

#[tokio::test]
async fn a_backdated_token_can_be_refreshed_at_once() {
    let sandbox = TestSandbox::with("backdated");
    let long = sandbox
        .extend(&sandbox.short().await, APP_SECRET)
        .await
        .json();
    assert_eq!(long["expires_in"].as_i64(), Some(5_183_944 - 51 * DAY));
    let fresh = sandbox
        .refresh(long["access_token"].as_str().unwrap())
        .await
        .json();
    assert_eq!(fresh["expires_in"].as_i64(), Some(5_183_944));
}

#[tokio::test]
async fn a_refresh_can_keep_the_old_token_or_end_it() {
    let token = good_token().await;
    for (scenario, same, alive) in [("same-token", true, true), ("old-token-dies", false, false)] {
        let sandbox = TestSandbox::with(scenario);
        sandbox.advance(2 * DAY);
        let fresh = sandbox.refresh(&token).await.json();
        assert_eq!(fresh["access_token"] == token, same, "{scenario}");
        assert_eq!(
            sandbox.me(&token, "id").await.status == 200,
            alive,
            "{scenario}"
        );
    }
}

#[tokio::test]
async fn a_token_whose_permissions_were_revoked_is_invalid() {
    let sandbox = TestSandbox::with("agrees");
    let token = sandbox.long().await;
    let request = sandbox
        .client
        .delete(sandbox.at("/v25.0/me/permissions", &[]))
        .bearer_auth(&token);
    assert_eq!(
        sandbox.send(request).await.json(),
        serde_json::json!({"success": true})
    );
    assert_eq!(
        sandbox.me(&token, "id").await.graph_code(),
        (190, Some(458))
    );
}
