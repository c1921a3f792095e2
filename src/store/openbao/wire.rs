//! The shapes of OpenBao's answers, private to this room (OpenBao API, "KV secrets engine - version 2", "Token auth
//! method").

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use zeroize::Zeroizing;

use super::problem::OpenBaoError;
use crate::http::Reply;

/// What almost every answer is wrapped in.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: Option<T>,
}

/// A version of an entry: what it holds, unless it was deleted, and which one it is.
#[derive(Deserialize)]
pub(super) struct Read<T> {
    pub(super) data: Option<T>,
    pub(super) metadata: VersionInfo,
}

/// What the server says of a version that it has or has just written.
#[derive(Deserialize)]
pub(super) struct VersionInfo {
    pub(super) version: u64,
    pub(super) created_time: Option<Timestamp>,
}

/// The entry of a secret.
#[derive(Deserialize)]
pub(super) struct Kept {
    pub(super) secret: Zeroizing<String>,
}

#[derive(Deserialize)]
pub(super) struct Names {
    pub(super) keys: Vec<String>,
}

/// What a login or a renewal gives.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub(super) auth: Auth,
}

#[derive(Deserialize)]
pub(super) struct Auth {
    pub(super) client_token: Zeroizing<String>,
    /// Seconds; 0 for a token without an end.
    pub(super) lease_duration: u64,
    pub(super) renewable: bool,
}

/// What a token may know of itself.
#[derive(Deserialize)]
pub(super) struct TokenInfo {
    /// Seconds that are left; 0 for a token without an end.
    pub(super) ttl: u64,
    /// Seconds that it had when it was made or last renewed.
    #[serde(default)]
    pub(super) creation_ttl: u64,
    #[serde(default)]
    pub(super) renewable: bool,
}

/// What is mounted.
#[derive(Deserialize)]
pub(super) struct Mount {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) options: Option<MountOptions>,
}

#[derive(Deserialize)]
pub(super) struct MountOptions {
    #[serde(default)]
    pub(super) version: String,
}

#[derive(Deserialize)]
struct Refusal {
    errors: Vec<String>,
}

/// A whole answer as `T`.
pub(super) fn parse<T: DeserializeOwned>(reply: &Reply) -> Result<T, OpenBaoError> {
    // The parser's error may quote the body, so it is dropped.
    serde_json::from_slice(&reply.body).map_err(|_| OpenBaoError::NotOpenBao)
}

/// The part of an answer that counts.
pub(super) fn data<T: DeserializeOwned>(reply: &Reply) -> Result<T, OpenBaoError> {
    let envelope: Envelope<T> = parse(reply)?;
    envelope.data.ok_or(OpenBaoError::NotOpenBao)
}

/// A reply that says something: `None` is that nothing is there. A deleted version is told with 404 and all that is
/// known of it.
pub(super) fn judged(reply: Reply) -> Result<Option<Reply>, OpenBaoError> {
    let tells = parse::<Envelope<IgnoredAny>>(&reply).is_ok_and(|found| found.data.is_some());
    match (reply.status, refusal(&reply)) {
        (200..=299, _) => Ok(Some(reply)),
        (404, _) if tells => Ok(Some(reply)),
        (_, Some(error)) => Err(error),
        (_, None) => Ok(None),
    }
}

/// What a status that is no success says; `None` where there is nothing of that name.
fn refusal(reply: &Reply) -> Option<OpenBaoError> {
    let errors = parse::<Refusal>(reply).map(|refusal| refusal.errors);
    let says = |words: &str| {
        let errors = errors.iter().flatten();
        errors.into_iter().any(|error| error.contains(words))
    };
    Some(match reply.status {
        503 if says("sealed") => OpenBaoError::Sealed,
        // A server that is starting, a standby, one that is overloaded, or what stands before it.
        412 | 429 | 472 | 473 | 500..=599 => OpenBaoError::Unwell(reply.status),
        _ if errors.is_err() => OpenBaoError::NotOpenBao,
        404 if says("no handler for route") => OpenBaoError::NoMount,
        404 => return None,
        400 if says("check-and-set") => OpenBaoError::Conflict,
        // Asked about a mount, OpenBao says this of one that is not there too.
        403 if says("preflight capability check") => OpenBaoError::NoMount,
        403 => OpenBaoError::Denied,
        _ => OpenBaoError::Unwell(reply.status),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the status and the body of an answer mean.
    fn meaning(status: u16, body: &str) -> Result<bool, OpenBaoError> {
        judged(Reply::with_body(status, body)).map(|found| found.is_some())
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
        // A standby says nothing, and what stands before the server speaks another language.
        for status in [429, 472, 473, 500, 502, 599] {
            assert_eq!(meaning(status, ""), Err(Unwell(status)));
        }
        for status in [302, 400, 401, 403, 404] {
            assert_eq!(meaning(status, "<html>"), Err(NotOpenBao), "{status}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_apart_from_a_version_that_was_deleted() {
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
