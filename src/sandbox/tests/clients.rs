//! What clients for the Graph API ask in their own ways, and what they get.

use super::*;

#[tokio::test]
async fn objects_paths_versions_and_fields_are_answered_as_instagram_does() {
    let sandbox = TestSandbox::with("agrees");
    let token = sandbox.long().await;
    let token = token.as_str();
    let user_id = "17841400000000017";
    let me = sandbox
        .get(
            "/v25.0/me",
            &[("fields", "user_id,username"), ("access_token", token)],
        )
        .await
        .json();
    assert_eq!(me["user_id"], user_id);
    let scoped = me["id"].as_str().unwrap().to_owned();
    for path in [
        "/me",
        "/me/",
        "/v25.0//me",
        "/v17.0/me",
        "/v27.0/me",
        &format!("/{user_id}"),
        &format!("/v25.0/{scoped}/"),
    ] {
        let answer = sandbox
            .get(path, &[("fields", "user_id"), ("access_token", token)])
            .await;
        assert_eq!(
            (answer.status, &answer.json()["user_id"]),
            (200, &user_id.into()),
            "{path}"
        );
    }
    for (path, code) in [
        ("/me/nope", (2500, None)),
        ("/v25.0/me/nope", (2500, None)),
        ("/v16.0/me", (2500, None)),
        ("/v99.0/me", (2500, None)),
        ("/you", (2500, None)),
        ("/17841400000000099", (100, Some(33))),
        ("/v25.0/1", (100, Some(33))),
    ] {
        let answer = sandbox.get(path, &[("access_token", token)]).await;
        assert_eq!((answer.status, answer.graph_code()), (400, code), "{path}");
    }
    for (fields, code) in [
        ("nope", 100),
        ("media{id}", 100),
        ("id,id", 2500),
        ("username,id,username", 2500),
    ] {
        let answer = sandbox
            .get("/me", &[("fields", fields), ("access_token", token)])
            .await;
        assert_eq!(answer.graph_code().0, code, "{fields}");
        let message = answer.json()["error"]["message"].to_string();
        assert!(!message.contains("media{"), "{message}");
    }
    let documented = "has_profile_pic,is_published,legacy_instagram_user_id";
    let answer = sandbox
        .get("/me", &[("fields", documented), ("access_token", token)])
        .await
        .json();
    assert_eq!(answer["has_profile_pic"], true);
    let ids = format!("{user_id},{scoped}");
    let answer = sandbox
        .get(
            "/v25.0/",
            &[
                ("ids", &ids),
                ("fields", "username"),
                ("access_token", token),
            ],
        )
        .await
        .json();
    assert_eq!(answer[user_id]["username"], "wreckshop.records");
    assert_eq!(answer[&scoped]["username"], "wreckshop.records");
}

#[tokio::test]
async fn the_last_of_a_repeated_parameter_counts_and_a_token_may_be_anywhere() {
    let sandbox = TestSandbox::with("agrees");
    let token = sandbox.long().await;
    let token = token.as_str();
    let twice = [
        ("fields", "nope"),
        ("access_token", "x"),
        ("fields", "username"),
        ("access_token", token),
    ];
    assert_eq!(sandbox.get("/me", &twice).await.status, 200);
    let by_header = sandbox
        .client
        .get(sandbox.at("/me", &[]))
        .bearer_auth(token);
    assert_eq!(sandbox.send(by_header).await.status, 200);
    let proof = [
        ("appsecret_proof", "x"),
        ("pretty", "1"),
        ("access_token", token),
    ];
    assert_eq!(sandbox.get("/me", &proof).await.status, 200);
    let in_form = sandbox.client.delete(sandbox.at("/me/permissions", &[]));
    let in_form = in_form
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("access_token={token}"));
    assert_eq!(sandbox.send(in_form).await.status, 200);
}
