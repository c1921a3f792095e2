//! Answers in forms that JSON allows and Instagram does not document: what has one meaning is taken, the rest is not.

use serde_json::{Value, json};

use crate::harness::faulty::Step::Say;
use crate::network::endpoint::{Case, Endpoint, ID, RENEWED, good, reply};
use crate::network::scene::{Left, Scene};

/// Lets the endpoint of a case answer this, and every other well.
fn answer(
    scene: &Scene,
    case: Case,
    status: &'static str,
    headers: &'static str,
    body: &str,
) -> Left {
    let answer = reply(status, headers, body);
    scene.server.play(move |line| match Endpoint::of(line) {
        Some(endpoint) if endpoint == case.endpoint() => vec![Say(answer.clone())],
        _ => good(line),
    });
    scene.run(case, scene.server.port())
}

/// The good body of an endpoint with another value of a field.
fn with(endpoint: Endpoint, field: &str, value: &str) -> String {
    let fields = endpoint.fields().into_iter();
    let others = fields.filter(|(name, _)| *name != field);
    let others = others.map(|(name, value)| format!("\"{name}\":{value},"));
    let others: String = others.collect();
    format!("{{{others}\"{field}\":{value}}}")
}

/// The account as `list --json` shows it.
#[track_caller]
fn account(scene: &Scene) -> Value {
    let list = scene.then(&["list", "--json"]).assert_code(0);
    list.json()["accounts"][0].clone()
}

#[test]
fn an_error_page_of_instagram_is_not_a_captive_portal() {
    const PAGE: &str = "<!DOCTYPE html><html><body>Sorry, something went wrong.</body></html>";
    let scene = Scene::new();
    for case in [Case::RefreshRefresh, Case::VerifyMe, Case::LoginExtend] {
        for status in [
            "429 Too Many Requests",
            "500 Internal Server Error",
            "502 Bad Gateway",
            "503 Service Unavailable",
        ] {
            for body in [PAGE, "", "upstream connect error", "{}"] {
                let output = answer(&scene, case, status, "", body).output.assert_code(3);
                let page = format!("Instagram answered with an error page ({})", &status[..3]);
                output.assert_warns(&page);
                output.assert_never_warns("portal");
            }
        }
        for status in ["200 OK", "511 Network Authentication Required"] {
            let output = answer(&scene, case, status, "", PAGE).output.assert_code(3);
            output.assert_warns("the answer did not come from Instagram");
            output.assert_warns("a captive portal or proxy");
        }
        let moved = answer(
            &scene,
            case,
            "302 Found",
            "Location: http://portal.example/\r\n",
            PAGE,
        );
        moved
            .output
            .assert_code(3)
            .assert_warns("log in with a browser first");
    }
    for wait in [
        "Retry-After: 120\r\n",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:51:37 GMT\r\n",
    ] {
        let limited = answer(&scene, Case::VerifyMe, "429 Too Many Requests", wait, PAGE);
        limited.output.assert_code(3).assert_warns("Wait 2 minutes");
    }
    let history = scene.then(&["history"]).assert_code(0);
    history.assert_prints("error page (429)");
}

#[test]
fn text_that_json_allows_does_not_spoil_an_answer() {
    let scene = Scene::new();
    let me = Endpoint::Me;
    for (what, body) in [
        (
            "half of a surrogate pair",
            with(me, "biography", r#""a\ud83db""#),
        ),
        (
            "half of one in a name of a field",
            with(me, r"x\udc00", "0"),
        ),
        ("a mark at the beginning", format!("\u{feff}{}", me.body())),
        ("a huge number in another field", with(me, "other", "1e400")),
        (
            "a deep value",
            with(
                me,
                "other",
                &format!("{}{}", "[".repeat(500), "]".repeat(500)),
            ),
        ),
        (
            "the same twice",
            with(me, "id", &format!("1,\"user_id\":\"{ID}\"")),
        ),
        ("a name twice", with(me, "name", r#""a","name":"b""#)),
        (
            "escaped names",
            me.body().replace("user_id", "user\\u005fid"),
        ),
        (
            "blanks around the id",
            with(me, "user_id", &format!("\" {ID}\\n\"")),
        ),
        ("the id as a number", with(me, "user_id", ID)),
    ] {
        let left = answer(&scene, Case::VerifyMe, "200 OK", "", &body);
        assert_eq!(left.output.code(), 0, "{what}: {}", left.output.report());
    }
    for (what, body) in [
        (
            "two ids",
            with(me, "id", &format!("1,\"user_id\":\"{ID}1\"")),
        ),
        (
            "half of a surrogate pair in the username",
            with(me, "username", r#""a\ud83d""#),
        ),
        (
            "an id with lost digits",
            with(me, "user_id", "1.7841400000000017e16"),
        ),
    ] {
        let left = answer(&scene, Case::VerifyMe, "200 OK", "", &body);
        assert!(left.keeps_the_store(), "{what}");
        let output = left.output.assert_code(3);
        output.assert_warns("Instagram's answer has no valid");
    }
}

#[test]
fn numbers_are_taken_in_every_form_with_one_meaning() {
    let scene = Scene::new();
    let refresh = |value: &str| {
        let body = with(Endpoint::Refresh, "expires_in", value);
        let left = answer(&scene, Case::RefreshRefresh, "200 OK", "", &body);
        assert_eq!(left.output.code(), 0, "{value}: {}", left.output.report());
        assert_eq!(left.tokens(), [RENEWED], "{value}");
        account(&scene)["state"].clone()
    };
    for value in [
        "5183944",
        "5183944.0",
        "5.183944e6",
        "\"5183944\"",
        "\" 5183944 \"",
        // Counted as 90 days.
        "9223372036854775807",
    ] {
        assert_eq!(refresh(value), "connected", "{value}");
    }
    for value in [
        "0",
        "-1",
        "-5183944.0",
        "1e400",
        "1e18",
        "18446744073709551616",
        "1.5",
        "null",
        "\"\"",
        "\"soon\"",
        "true",
        "[5183944]",
        "1,\"expires_in\":2",
    ] {
        assert_eq!(refresh(value), "unverified", "{value}");
    }
    for (value, followers) in [
        ("\"1234\"", json!(1234)),
        ("1234.0", json!(1234)),
        ("0", json!(0)),
        ("-1", Value::Null),
        ("1e400", Value::Null),
        ("\"many\"", Value::Null),
    ] {
        let body = with(Endpoint::Me, "followers_count", value);
        let left = answer(&scene, Case::VerifyMe, "200 OK", "", &body);
        assert_eq!(left.output.code(), 0, "{value}: {}", left.output.report());
        assert_eq!(
            account(&scene)["profile"]["followers_count"],
            followers,
            "{value}"
        );
    }
}

#[test]
fn the_code_of_an_error_is_taken_as_text_too() {
    let scene = Scene::new();
    for (error, code) in [
        (r#"{"code":"190","message":"m"}"#, 4),
        (r#"{"code":190.0,"message":["m"]}"#, 4),
        (r#"{"code":190,"error_subcode":"463"}"#, 4),
        // Only the owner of the account can say what these mean for the token.
        (r#"{"code":190,"error_subcode":"459"}"#, 3),
        (r#"{"code":190,"error_subcode":[]}"#, 3),
        (r#"{"code":[190]}"#, 3),
        (r#"{"code":190,"code":4}"#, 3),
    ] {
        let body = format!(r#"{{"error":{error}}}"#);
        let left = answer(&scene, Case::VerifyMe, "400 Bad Request", "", &body);
        assert_eq!(
            left.output.code(),
            code,
            "{error}: {}",
            left.output.report()
        );
        assert_eq!(
            account(&scene)["state"] == "needs_login",
            code == 4,
            "{error}"
        );
    }
}

#[test]
fn permissions_are_taken_in_every_form_of_a_list() {
    let scene = Scene::new();
    let known = json!([
        "instagram_business_basic",
        "instagram_business_manage_insights"
    ]);
    for (value, scopes) in [
        (
            r#"["instagram_business_basic","instagram_business_manage_insights"]"#,
            &known,
        ),
        (
            r#""instagram_business_basic,instagram_business_manage_insights""#,
            &known,
        ),
        (
            r#""instagram_business_basic, instagram_business_manage_insights""#,
            &known,
        ),
        (
            r#""instagram_business_basic instagram_business_manage_insights""#,
            &known,
        ),
        (
            r#"["instagram_business_basic, instagram_business_manage_insights"]"#,
            &known,
        ),
        (
            r#"["instagram_business_basic","","instagram_business_manage_insights"]"#,
            &known,
        ),
        ("null", &json!([])),
        ("[]", &json!([])),
        ("17", &json!([])),
        ("[17]", &json!([])),
        (r#"{"a":"b"}"#, &json!([])),
    ] {
        let body = with(Endpoint::Exchange, "permissions", value);
        let left = answer(&scene, Case::LoginExchange, "200 OK", "", &body);
        assert_eq!(left.output.code(), 0, "{value}: {}", left.output.report());
        assert_eq!(&account(&scene)["token"]["scopes"], scopes, "{value}");
    }
}
