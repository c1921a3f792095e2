//! Which requests and pasted texts finish a login.

use super::request::TARGET_MAX_BYTES;
use super::secrets::CODE_MAX_BYTES;
use super::*;
use crate::account::Untrusted;

const GOOD: RequestHead<'static> = RequestHead {
    method: "GET",
    target: "/callback?code=AQx&state=s",
    hosts: &["localhost:8723"],
    has_origin: false,
    fetch_mode: Some("navigate"),
    fetch_dest: Some("document"),
    purpose: None,
};

fn state() -> OAuthState {
    OAuthState::from_random([7; 32]).unwrap()
}

fn good_query() -> String {
    format!("code=AQ_code-1&state={}", state().expose())
}

#[test]
fn the_one_right_head_passes() {
    let bare = RequestHead {
        fetch_mode: None,
        fetch_dest: None,
        ..GOOD
    };
    for head in [GOOD, bare] {
        let (path, query) = check_head(&head, "localhost:8723").unwrap();
        assert_eq!((path, query), ("/callback", Some("code=AQx&state=s")));
    }
}

#[test]
fn every_other_head_is_ignored() {
    type Change = fn(&mut RequestHead<'static>);
    let table: [(Change, IgnoreReason); 13] = [
        (|head| head.method = "POST", IgnoreReason::Method),
        (|head| head.method = "get", IgnoreReason::Method),
        (
            |head| head.target = "http://evil/callback",
            IgnoreReason::Target,
        ),
        (|head| head.target = "*", IgnoreReason::Target),
        (
            |head| head.target = "/callback?state=s&code=AQx#_",
            IgnoreReason::Target,
        ),
        (|head| head.hosts = &[], IgnoreReason::Host),
        (
            |head| head.hosts = &["localhost:8723", "localhost:8723"],
            IgnoreReason::Host,
        ),
        (|head| head.hosts = &["127.0.0.1:8723"], IgnoreReason::Host),
        (|head| head.hosts = &["localhost"], IgnoreReason::Host),
        (|head| head.has_origin = true, IgnoreReason::CrossSite),
        (
            |head| head.fetch_mode = Some("no-cors"),
            IgnoreReason::CrossSite,
        ),
        (
            |head| head.fetch_dest = Some("iframe"),
            IgnoreReason::CrossSite,
        ),
        (
            |head| head.purpose = Some("prefetch;prerender"),
            IgnoreReason::Prefetch,
        ),
    ];
    for (change, reason) in table {
        let mut head = GOOD;
        change(&mut head);
        let checked = check_head(&head, "localhost:8723");
        assert_eq!(checked, Err(reason), "{head:?}");
    }
    let target = format!("/{}", "a".repeat(TARGET_MAX_BYTES));
    let head = RequestHead {
        target: &target,
        ..GOOD
    };
    let checked = check_head(&head, "localhost:8723");
    assert_eq!(checked, Err(IgnoreReason::Target));
}

#[test]
fn a_code_with_the_right_state_is_accepted() {
    match parse_query(&good_query(), &state()) {
        Ok(AuthorizationResponse::Code(code)) => assert_eq!(code.expose(), "AQ_code-1"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_state_is_identified_by_its_digest_and_never_shown() {
    assert_eq!(format!("{:?}", state()), "[state]");
    let digest = state().digest();
    assert_eq!(digest.len(), 64);
    assert_ne!(OAuthState::from_random([8; 32]).unwrap().digest(), digest);
    let address = format!("https://localhost:8723/callback?{}#_", good_query());
    for text in [address, good_query()] {
        assert_eq!(
            OAuthState::in_pasted(&text).unwrap().digest(),
            digest,
            "{text}"
        );
    }
    assert!(OAuthState::in_pasted("AQ_a-code-of-some-length").is_none());
    assert!(OAuthState::in_pasted(&format!("{}&state=x", good_query())).is_none());
}

#[test]
fn the_longest_target_and_the_right_issuer_pass() {
    let target = format!("/{}", "a".repeat(TARGET_MAX_BYTES - 1));
    let head = RequestHead {
        target: &target,
        ..GOOD
    };
    assert!(check_head(&head, "localhost:8723").is_ok());
    let query = format!("{}&iss=https://www.instagram.com", good_query());
    assert!(matches!(
        parse_query(&query, &state()),
        Ok(AuthorizationResponse::Code(_))
    ));
}

#[test]
fn a_foreign_or_doubled_answer_is_ignored() {
    let s = state().expose().to_owned();
    let table = [
        ("code=a".to_owned(), IgnoreReason::State),
        (String::new(), IgnoreReason::State),
        (format!("code=a&state={s}x"), IgnoreReason::State),
        (
            format!("code=a&state={}", s.to_lowercase()),
            IgnoreReason::State,
        ),
        (format!("code=a&code=a&state={s}"), IgnoreReason::Parameters),
        (
            format!("code=a&state={s}&state={s}"),
            IgnoreReason::Parameters,
        ),
        (
            format!("code=a&error=b&state={s}"),
            IgnoreReason::Parameters,
        ),
        (format!("state={s}"), IgnoreReason::Parameters),
        (format!("code=&state={s}"), IgnoreReason::Code),
        (format!("code=a%00b&state={s}"), IgnoreReason::Code),
        (
            format!("code={}&state={s}", "a".repeat(CODE_MAX_BYTES + 1)),
            IgnoreReason::Code,
        ),
        (
            format!("code=a&state={s}&iss=https://evil.example"),
            IgnoreReason::Issuer,
        ),
    ];
    for (query, expected) in table {
        match parse_query(&query, &state()) {
            Err(found) => assert_eq!(found, expected, "{query}"),
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn a_denial_counts_only_with_the_right_state() {
    let s = state().expose().to_owned();
    let query = format!("error=access_denied&error_reason=user_denied&state={s}");
    match parse_query(&query, &state()) {
        Ok(AuthorizationResponse::Denied(denial)) => assert!(denial.is_by_person()),
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        parse_query("error=access_denied", &state()),
        Err(IgnoreReason::State)
    ));
}

#[test]
fn a_denial_says_why() {
    let query = format!(
        "error=e&error_reason=r&error_description=d&state={}",
        state().expose()
    );
    let expected = Denial {
        error: Untrusted::new("e"),
        reason: Some(Untrusted::new("r")),
        description: Some(Untrusted::new("d")),
    };
    match parse_query(&query, &state()) {
        Ok(AuthorizationResponse::Denied(denial)) => assert_eq!(denial, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_denial_by_the_person_differs_from_one_by_instagram() {
    for (error, reason, description, by_person) in [
        ("access_denied", Some("user_denied"), None, true),
        ("server_error", Some("user_denied"), None, true),
        ("access_denied", None, None, true),
        ("access_denied", None, Some("The user denied it"), true),
        ("access_denied", None, Some("no developer role"), false),
        ("access_denied", Some("x"), Some("no developer role"), false),
        ("server_error", None, None, false),
    ] {
        let denial = Denial {
            error: Untrusted::new(error),
            reason: reason.map(Untrusted::new),
            description: description.map(Untrusted::new),
        };
        assert_eq!(denial.is_by_person(), by_person, "{denial:?}");
    }
}
