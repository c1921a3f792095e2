//! The forms of Instagram's answers, and how an answer is read.
//!
//! Invariant: an error in the body counts more than the status, and a reply other than 2xx is never used.

use serde_json::value::RawValue;

use super::error::{ApiError, InstagramError};
use super::fields::AnswerFields;
use super::usage::regain_seconds;
use crate::account::{Untrusted, without_secrets};
use crate::http::Reply;

/// Meta blocks calls for a day at most (Graph API, "Rate Limits"). A larger number is a mistake.
const RETRY_MAX: u64 = 24 * 3600;

/// Reads the fields of a reply, or of the only entry of `{"data":[…]}`.
pub(super) fn read(reply: &Reply) -> Result<AnswerFields<'_>, InstagramError> {
    match read_fields(reply) {
        Err(InstagramError::NotInstagram(_)) if is_of_a_server_in_trouble(reply.status) => {
            let (status, retry_after) = (reply.status, retry_after(reply));
            Err(InstagramError::ErrorPage {
                status,
                retry_after,
            })
        }
        other => other,
    }
}

/// 511 is the status of a captive portal (RFC 6585, section 6).
fn is_of_a_server_in_trouble(status: u16) -> bool {
    status == 429 || ((500..600).contains(&status) && status != 511)
}

fn read_fields(reply: &Reply) -> Result<AnswerFields<'_>, InstagramError> {
    const UNKNOWN_FORM: InstagramError =
        InstagramError::NotInstagram("an answer in an undocumented form");
    let not_instagram = |problem| Err(InstagramError::NotInstagram(problem));
    // Some servers write the mark, which JSON allows a reader to ignore (RFC 8259, section 8.1).
    let body = reply.body.strip_prefix(b"\xef\xbb\xbf");
    let body = body.unwrap_or(&reply.body);
    // Looked at first: a page of a portal or a deep array never reaches the parser.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return not_instagram("an answer that is not JSON");
    }
    // The parser's error is dropped because it may quote the body.
    let text = std::str::from_utf8(body).map_err(|_| UNKNOWN_FORM)?;
    let fields = AnswerFields::parse(text).ok_or(UNKNOWN_FORM)?;
    if let Some(error) = find_error(&fields, reply)? {
        return Err(InstagramError::Refused(Box::new(error)));
    }
    if !(200..300).contains(&reply.status) {
        return not_instagram("an error without an explanation");
    }
    if !fields.has("data") {
        return Ok(fields);
    }
    // An array of one, so that a list of a hundred thousand is not even read.
    let entries = fields
        .json("data")
        .and_then(|list| serde_json::from_str(list).ok());
    let [entry]: [&RawValue; 1] = entries.ok_or(UNKNOWN_FORM)?;
    AnswerFields::parse(entry.get()).ok_or(UNKNOWN_FORM)
}

/// Finds the error in either form: `{"error":{…}}` of the Graph API, `{"error_type","code","error_message"}` of the code
/// exchange. Without a code, the code is a status of 400 to 499.
fn find_error(
    fields: &AnswerFields<'_>,
    reply: &Reply,
) -> Result<Option<ApiError>, InstagramError> {
    const UNCLEAR: InstagramError = InstagramError::NotInstagram("an error without a code");
    let graph = fields.json("error").and_then(AnswerFields::parse);
    let word = fields.text("error");
    let is_flat = word.is_some() || fields.has("error_type") || fields.has("error_message");
    let source = match &graph {
        Some(graph) => graph,
        // Neither an object nor a word.
        None if word.is_none() && fields.has("error") => return Err(UNCLEAR),
        None if is_flat => fields,
        None => return Ok(None),
    };
    // A number that cannot be read could mean anything, so nothing else of the error counts either.
    let number = |name| match source.integer(name) {
        None if source.has(name) => Err(UNCLEAR),
        number => Ok(number),
    };
    let is_refusal = (400..500).contains(&reply.status);
    let code = number("code")?.or_else(|| is_refusal.then_some(i64::from(reply.status)));
    let message = match word {
        None if graph.is_some() => source.text("message"),
        None => source.text("error_message"),
        word => word,
    };
    let trace_id = source.text("fbtrace_id");
    Ok(Some(ApiError {
        status: reply.status,
        code: code.ok_or(UNCLEAR)?,
        subcode: number("error_subcode")?,
        message: scrub(&message.unwrap_or_default()),
        trace_id: trace_id.map(|id| Untrusted::new(id.chars().take(64).collect::<String>())),
        retry_after: retry_after(reply),
    }))
}

/// In seconds, if Instagram said how long to wait.
fn retry_after(reply: &Reply) -> Option<u64> {
    let seconds = regain_seconds(reply).max(reply.retry_after);
    seconds.map(|seconds| seconds.min(RETRY_MAX))
}

/// Removes from a message what could be a token.
fn scrub(message: &str) -> Untrusted {
    // Instagram's own messages are far shorter; a page that answers instead of it may not be.
    let message: String = message.chars().take(2000).collect();
    Untrusted::new(without_secrets(&message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal_of(reply: &Reply) -> InstagramError {
        read(reply).map(|_| ()).unwrap_err()
    }

    #[test]
    fn flat_and_enveloped_answers_are_the_same() {
        for body in [
            r#"{"x":1}"#,
            r#"{"data":[{"x":1}]}"#,
            " {\"x\":1,\"y\":null}",
        ] {
            assert_eq!(
                read(&Reply::with_body(200, body)).unwrap().integer("x"),
                Some(1),
                "{body}"
            );
        }
    }

    #[test]
    fn an_error_wins_over_the_status() {
        for status in [200, 400, 500] {
            let body = r#"{"x":1,"error":{"message":"m","code":190,"error_subcode":460}}"#;
            let error = refusal_of(&Reply::with_body(status, body));
            assert_eq!(error.cause(), "190/460");
        }
    }

    #[test]
    fn a_reply_from_elsewhere_says_nothing_about_the_token() {
        let deep = "[".repeat(100_000);
        for (status, body) in [
            (200, ""),
            (200, "null"),
            (200, "[]"),
            (200, "<html>"),
            (200, r#"{"x":"#),
            (200, r#"{"data":[]}"#),
            (200, r#"{"data":[{"x":1},{"x":2}]}"#),
            (401, r#"{"x":1}"#),
            (200, deep.as_str()),
            // What says no without a code condemns nothing either, whatever number the status is.
            (200, r#"{"error":{}}"#),
            (200, r#"{"error":"no"}"#),
            (200, r#"{"error":{"code":[190]}}"#),
            (400, r#"{"error":{"code":190,"error_subcode":{}}}"#),
            (200, r#"{"error":{"code":190},"error":{"code":4}}"#),
            (511, "<html>"),
            (403, "<html>"),
            (
                200,
                r#"{"error_type":"OAuthException","error_message":"m"}"#,
            ),
        ] {
            let error = refusal_of(&Reply::with_body(status, body));
            assert!(
                matches!(error, InstagramError::NotInstagram(_)),
                "{status} {error:?}"
            );
        }
    }

    #[test]
    fn a_server_in_trouble_is_not_a_portal() {
        for status in [429, 500, 502, 503, 599] {
            for body in [
                "",
                "<html>",
                "{}",
                r#"{"x":1}"#,
                r#"{"error":{"message":"m"}}"#,
            ] {
                let error = refusal_of(&Reply::with_body(status, body));
                let is_page =
                    matches!(error, InstagramError::ErrorPage { status: s, .. } if s == status);
                // 4xx is a code itself, where an error has none.
                let is_refusal = status == 429 && body.contains("error");
                assert_eq!(is_page, !is_refusal, "{status} {body} {error:?}");
            }
        }
    }

    #[test]
    fn the_wait_is_read_from_the_usage_header() {
        let mut limited = Reply::with_body(400, r#"{"error":{"code":80002,"message":"m"}}"#);
        limited.business_usage =
            Some(r#"{"1":[{"type":"instagram","estimated_time_to_regain_access":19}]}"#.into());
        match refusal_of(&limited) {
            InstagramError::Refused(error) => assert_eq!(error.retry_after, Some(1140)),
            other => panic!("{other:?}"),
        }
    }
}
