//! The forms of Instagram's answers, and how an answer is read.
//!
//! Invariant: an error in the body counts more than the status, and a reply other than 2xx is never used.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::error::{ApiError, InstagramError};
use super::usage::regain_seconds;
use crate::account::{Untrusted, without_secrets};
use crate::http::Reply;

/// Meta blocks calls for a day at most (Graph API, "Rate Limits"). A larger number is a mistake.
const RETRY_MAX: u64 = 24 * 3600;

/// Reads a reply as `T`, which may be the only entry of `{"data":[…]}`.
pub(super) fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, InstagramError> {
    let not_instagram = |problem| Err(InstagramError::NotInstagram(problem));
    // Looked at first: a page of a portal or a deep array never reaches the parser.
    if reply.body.trim_ascii_start().first() != Some(&b'{') {
        return not_instagram("an answer that is not JSON");
    }
    let body: ErrorBody = parse(&reply.body)?;
    if let Some(error) = body.into_error(reply)? {
        return Err(InstagramError::Refused(Box::new(error)));
    }
    if !(200..300).contains(&reply.status) {
        return not_instagram("an error without an explanation");
    }
    let envelope: DataEnvelope<T> = parse(&reply.body)?;
    match envelope.data {
        None => parse(&reply.body),
        Some([entry]) => Ok(entry),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, InstagramError> {
    // The parser's error is dropped because it may quote the body.
    serde_json::from_slice(body)
        .map_err(|_| InstagramError::NotInstagram("an answer in an undocumented form"))
}

/// For a field that nothing depends on. With a wrong type it counts as missing.
pub(super) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// An array of one, so that a list of a hundred thousand is not even read.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct DataEnvelope<T> {
    data: Option<[T; 1]>,
}

/// `{"error":{…}}` of the Graph API, `{"error_type","code","error_message"}` of the code exchange.
#[derive(Deserialize)]
struct ErrorBody {
    error: Option<GraphError>,
    error_type: Option<String>,
    code: Option<i64>,
    error_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum GraphError {
    Object {
        message: Option<String>,
        code: Option<i64>,
        error_subcode: Option<i64>,
        fbtrace_id: Option<String>,
    },
    Word(String),
}

impl ErrorBody {
    /// Returns the error, if the body has one. Without a code, the code is a status of 400 to 499.
    fn into_error(self, reply: &Reply) -> Result<Option<ApiError>, InstagramError> {
        let (code, subcode, message, trace_id) = match self.error {
            Some(GraphError::Object {
                message,
                code,
                error_subcode,
                fbtrace_id,
            }) => (code, error_subcode, message, fbtrace_id),
            Some(GraphError::Word(word)) => (self.code, None, Some(word), None),
            None if self.error_type.is_some() || self.error_message.is_some() => {
                (self.code, None, self.error_message, None)
            }
            None => return Ok(None),
        };
        let is_refusal = (400..500).contains(&reply.status);
        let code = code.or_else(|| is_refusal.then_some(i64::from(reply.status)));
        Ok(Some(ApiError {
            status: reply.status,
            code: code.ok_or(InstagramError::NotInstagram("an error without a code"))?,
            subcode,
            message: scrub(&message.unwrap_or_default()),
            trace_id: trace_id.map(|id| Untrusted::new(id.chars().take(64).collect::<String>())),
            retry_after: regain_seconds(reply)
                .max(reply.retry_after)
                .map(|it| it.min(RETRY_MAX)),
        }))
    }
}

/// Removes from a message what could be a token.
fn scrub(message: &str) -> Untrusted {
    // Instagram's own messages are far shorter; a page that answers instead of it may not be.
    let message: String = message.chars().take(2000).collect();
    Untrusted::new(without_secrets(&message))
}

/// An id, which Instagram writes as a number in one form and as a string in the others.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum IdText {
    Text(String),
    Number(u64),
}

impl IdText {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// Permissions: an array, one string with commas, or nothing.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum PermissionList {
    List(Vec<String>),
    Text(String),
}

impl PermissionList {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::List(names) => names.join(","),
            Self::Text(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct One {
        x: i64,
    }

    #[test]
    fn flat_and_enveloped_answers_are_the_same() {
        for body in [
            r#"{"x":1}"#,
            r#"{"data":[{"x":1}]}"#,
            " {\"x\":1,\"y\":null}",
        ] {
            assert_eq!(
                read::<One>(&Reply::with_body(200, body)).unwrap().x,
                1,
                "{body}"
            );
        }
    }

    #[test]
    fn an_error_wins_over_the_status() {
        for status in [200, 400, 500] {
            let body = r#"{"x":1,"error":{"message":"m","code":190,"error_subcode":460}}"#;
            let error = read::<One>(&Reply::with_body(status, body)).unwrap_err();
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
            (200, r#"{"x":1,"x":2}"#),
            (200, r#"{"data":[]}"#),
            (200, r#"{"data":[{"x":1},{"x":2}]}"#),
            (401, r#"{"x":1}"#),
            (200, deep.as_str()),
            (200, r#"{"x":1e999}"#),
            // What says no without a code condemns nothing either, whatever number the status is.
            (200, r#"{"error":{}}"#),
            (200, r#"{"error":"no"}"#),
            (500, r#"{"error":{"message":"m"}}"#),
            (
                200,
                r#"{"error_type":"OAuthException","error_message":"m"}"#,
            ),
        ] {
            let error = read::<One>(&Reply::with_body(status, body)).unwrap_err();
            assert!(
                matches!(error, InstagramError::NotInstagram(_)),
                "{status} {error:?}"
            );
        }
    }

    #[test]
    fn the_wait_is_read_from_the_usage_header() {
        let mut limited = Reply::with_body(400, r#"{"error":{"code":80002,"message":"m"}}"#);
        limited.business_usage =
            Some(r#"{"1":[{"type":"instagram","estimated_time_to_regain_access":19}]}"#.into());
        match read::<One>(&limited).unwrap_err() {
            InstagramError::Refused(error) => assert_eq!(error.retry_after, Some(1140)),
            other => panic!("{other:?}"),
        }
    }
}
