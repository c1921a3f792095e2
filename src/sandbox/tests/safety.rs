//! Which requests are accepted, and what no response contains.

use super::*;

#[tokio::test]
async fn only_its_own_host_known_paths_and_small_bodies_are_accepted() {
    let sandbox = TestSandbox::with("agrees");
    let port = sandbox.sandbox.address.port().unwrap();
    for (host, status) in [
        (format!("localhost:{port}"), 200),
        ("evil.example".into(), 421),
        ("127.0.0.1".into(), 421),
    ] {
        let request = sandbox
            .client
            .get(sandbox.at("/", &[]))
            .header("host", &host);
        assert_eq!(sandbox.send(request).await.status, status, "{host}");
    }
    assert_eq!(sandbox.get("/oauth/nowhere", &[]).await.status, 404);
    let big = sandbox
        .post(
            "application/x-www-form-urlencoded",
            "a".repeat(64 * 1024 + 1),
        )
        .await;
    assert_eq!(big.status, 413);
}

#[tokio::test]
async fn no_refusal_repeats_a_secret() {
    let sandbox = TestSandbox::with("agrees");
    let code = sandbox.code().await;
    let mut bodies = String::new();
    for change in [
        ("redirect_uri", "https://x.example/"),
        ("client_id", "1"),
        ("code", "AQcanary"),
    ] {
        bodies += &sandbox
            .exchange(&code, &[("client_secret", "canary"), change])
            .await
            .body;
    }
    bodies += &sandbox.extend("IGAAcanary", "canary").await.body;
    bodies += &sandbox.refresh("IGAAcanary").await.body;
    bodies += &sandbox.me("IGAAcanary", "id").await.body;
    assert!(!bodies.contains("canary") && !bodies.contains(&code));
}

#[tokio::test]
async fn a_page_loads_runs_and_frames_nothing() {
    let sandbox = TestSandbox::with("agrees");
    let consent = sandbox
        .send(
            sandbox
                .client
                .get(sandbox.authorize_url(&[("state", "\"><script>")])),
        )
        .await;
    for page in [consent, sandbox.get("/", &[]).await] {
        assert!(page.headers["content-security-policy"].starts_with("default-src 'none';"));
        let expected = [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ];
        for (name, value) in expected {
            assert_eq!(page.headers[name], value);
        }
        assert!(
            !page.body.contains("<script")
                && !page.body.contains('\u{1b}')
                && !page.body.contains("src=")
        );
        assert!(page.body.contains("not Instagram"));
    }
}
