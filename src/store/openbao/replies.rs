//! The JSON of OpenBao's replies, and what their status means (OpenBao API, "KV secrets engine - version 2", "Token auth
//! method").

use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use super::error::{OpenBaoError, OpenBaoResult};
use crate::http::Reply;

/// OpenBao's own default for the longest lease is 32 days. A longer one may be a mistake, and renewing earlier is harmless.
const LEASE_MAX: u64 = 32 * 24 * 3600;

/// A version of an entry. Its data is missing if it was deleted.
#[derive(Default, Deserialize)]
pub(super) struct VersionedData<T> {
    pub(super) data: Option<T>,
    pub(super) metadata: VersionInfo,
}

#[derive(Default, Deserialize)]
pub(super) struct VersionInfo {
    pub(super) version: u64,
    pub(super) created_time: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct StoredSecret {
    pub(super) secret: Zeroizing<String>,
}

#[derive(Deserialize)]
pub(super) struct NameList {
    pub(super) keys: Vec<String>,
}

/// The reply to a login or renewal.
#[derive(Deserialize)]
pub(super) struct LoginReply {
    pub(super) auth: LoginAuth,
}

#[derive(Deserialize)]
pub(super) struct LoginAuth {
    pub(super) client_token: Zeroizing<String>,
    /// 0 for a token that never expires.
    #[serde(deserialize_with = "seconds")]
    pub(super) lease_duration: u64,
    pub(super) renewable: bool,
}

/// What a token may know about itself.
#[derive(Deserialize)]
pub(super) struct TokenInfo {
    /// What is left; 0 for a token that never expires.
    #[serde(deserialize_with = "seconds")]
    pub(super) ttl: u64,
    /// What was left when it was issued or last renewed.
    #[serde(default, deserialize_with = "seconds")]
    pub(super) creation_ttl: u64,
    #[serde(default)]
    pub(super) renewable: bool,
}

/// Reads a number of seconds. One that makes no sense is 0: such a token is not renewed.
fn seconds<'de, D: Deserializer<'de>>(json: D) -> Result<u64, D::Error> {
    let number = Value::deserialize(json)?.as_u64();
    Ok(number.unwrap_or_default().min(LEASE_MAX))
}

#[derive(Deserialize)]
pub(super) struct MountInfo {
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// `null` for an engine without options.
    #[serde(default)]
    pub(super) options: Value,
}

#[derive(Deserialize)]
struct ErrorReply {
    errors: Vec<String>,
}

pub(super) fn parse<T: DeserializeOwned>(reply: &Reply) -> OpenBaoResult<T> {
    // The parser's error may quote the body, so it is dropped.
    serde_json::from_slice(&reply.body).map_err(|_| OpenBaoError::NotOpenBao)
}

/// Almost every reply has its content in `data`.
pub(super) fn parse_data<T: DeserializeOwned>(reply: &Reply) -> OpenBaoResult<T> {
    #[derive(Deserialize)]
    struct DataReply<T> {
        data: Option<T>,
    }
    let reply: DataReply<T> = parse(reply)?;
    reply.data.ok_or(OpenBaoError::NotOpenBao)
}

/// Returns a reply that has content; `None` if nothing is at the path. A deleted version has status 404 and metadata.
pub(super) fn check(reply: Reply) -> OpenBaoResult<Option<Reply>> {
    let status = reply.status;
    let has_data = || parse_data::<IgnoredAny>(&reply).is_ok();
    if matches!(status, 200..=299) || status == 404 && has_data() {
        return Ok(Some(reply));
    }
    let errors = parse::<ErrorReply>(&reply).map(|reply| reply.errors.join("\n"));
    let says = |words| errors.as_ref().is_ok_and(|errors| errors.contains(words));
    Err(match status {
        503 if says("sealed") => OpenBaoError::Sealed,
        // The server is starting, on standby or overloaded, or a proxy answers.
        412 | 429 | 472 | 473 | 500..=599 => OpenBaoError::Unwell(status),
        _ if errors.is_err() => OpenBaoError::NotOpenBao,
        404 if says("no handler for route") => OpenBaoError::NoMount,
        404 => return Ok(None),
        400 if says("check-and-set") => OpenBaoError::Conflict,
        // OpenBao says this about a mount that does not exist, too.
        403 if says("preflight capability check") => OpenBaoError::NoMount,
        403 => OpenBaoError::Denied,
        _ => OpenBaoError::Unwell(status),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the status and the body of an answer mean.
    fn meaning(status: u16, body: &str) -> Result<bool, OpenBaoError> {
        check(Reply::with_body(status, body)).map(|found| found.is_some())
    }

    fn refused(status: u16, words: &str) -> Result<bool, OpenBaoError> {
        meaning(status, &format!("{{\"errors\":[{words:?}]}}"))
    }

    #[test]
    fn a_status_and_the_servers_words_mean_one_thing_together() {
        use OpenBaoError::*;
        let conflict = "check-and-set parameter did not match the current version";
        let preflight = "preflight capability check returned 403, please ensure client's policies \
                         grant access to path \"secret/\"";
        for (status, words, meant) in [
            (400, conflict, Conflict),
            (400, "missing data", Unwell(400)),
            (403, "permission denied", Denied),
            (403, preflight, NoMount),
            (403, conflict, Denied),
            (
                404,
                "no handler for route \"x/\". route entry not found.",
                NoMount,
            ),
            (405, "unsupported operation", Unwell(405)),
            (412, "required index state not present", Unwell(412)),
            (429, "rate limit quota exceeded", Unwell(429)),
            (500, "internal error", Unwell(500)),
            (500, "sealed", Unwell(500)),
            (503, "Vault is sealed", Sealed),
            (503, "try again", Unwell(503)),
        ] {
            assert_eq!(refused(status, words), Err(meant), "{status} {words}");
        }
        // A standby has no body, and a proxy answers in HTML.
        for status in [429, 472, 473, 500, 502, 599] {
            assert_eq!(meaning(status, ""), Err(Unwell(status)));
        }
        for status in [302, 400, 401, 403, 404] {
            assert_eq!(meaning(status, "<html>"), Err(NotOpenBao), "{status}");
        }
    }

    #[test]
    fn a_lease_is_bounded() {
        for (json, expected) in [
            ("0", 0),
            ("3600", 3600),
            ("2764800", LEASE_MAX),
            ("2764801", LEASE_MAX),
            ("18446744073709551615", LEASE_MAX),
            ("18446744073709551616", 0),
            ("-1", 0),
            ("1.5", 0),
            ("1e300", 0),
            ("\"3600\"", 0),
            ("null", 0),
            ("[]", 0),
        ] {
            let auth = format!(
                r#"{{"auth":{{"client_token":"s.x","lease_duration":{json},"renewable":true}}}}"#
            );
            let reply: LoginReply = parse(&Reply::with_body(200, &auth)).unwrap();
            assert_eq!(reply.auth.lease_duration, expected, "{json}");
            let info = format!(r#"{{"data":{{"ttl":{json},"creation_ttl":{json}}}}}"#);
            let info: TokenInfo = parse_data(&Reply::with_body(200, &info)).unwrap();
            assert_eq!(
                (info.ttl, info.creation_ttl),
                (expected, expected),
                "{json}"
            );
        }
    }

    #[test]
    fn a_missing_entry_differs_from_a_deleted_version() {
        assert_eq!(meaning(404, "{\"errors\":[]}"), Ok(false));
        assert_eq!(meaning(404, "{\"errors\":[],\"data\":null}"), Ok(false));
        let deleted = "{\"data\":{\"data\":null,\"metadata\":{\"version\":2}}}";
        assert_eq!(meaning(404, deleted), Ok(true));
        let refusal = "{\"errors\":[\"permission denied\"],\"data\":{}}";
        assert_eq!(meaning(403, refusal), Err(OpenBaoError::Denied));
        for status in [200, 204, 299] {
            assert_eq!(meaning(status, ""), Ok(true));
        }
    }
}
