//! The token of this run: looked up or issued, with the time of its next renewal.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::access::OpenBaoLogin;
use super::error::{OpenBaoError, OpenBaoResult};
use super::replies::{self, LoginReply, TokenInfo};
use super::transport::{OpenBaoRequest, OpenBaoTransport, instant_now};
use crate::account::Secret;
use crate::private_files;

/// A token is one line; a larger file is a different one.
const TOKEN_FILE_MAX_BYTES: u64 = 8 * 1024;

/// When to renew a token, and for how many seconds: as many as it had at first. Without a number OpenBao repeats the
/// last one.
type Renewal = (Instant, u64);

pub(super) struct LoginToken {
    pub(super) secret: Secret,
    pub(super) renewal: Option<Renewal>,
    /// Whether the server did not even say that it knows the token.
    pub(super) is_doubtful: bool,
}

impl LoginToken {
    /// Logs in, or looks up the given token. A token may be good although its policies do not let it look itself up.
    pub(super) fn obtain(transport: &OpenBaoTransport) -> OpenBaoResult<Self> {
        match &transport.access.login {
            OpenBaoLogin::Exchange { path, fields } => Self::issue(transport, path, fields),
            OpenBaoLogin::Token { token, .. } => {
                let copy = Secret::new(token.expose().to_owned());
                Self::look_up(transport, copy.map_err(|_| OpenBaoError::BadToken)?)
            }
        }
    }

    /// Replaces an expired token: logs in again, or reads the file that an agent keeps up to date.
    pub(super) fn obtain_again(transport: &OpenBaoTransport) -> OpenBaoResult<Self> {
        let file = match &transport.access.login {
            OpenBaoLogin::Exchange { path, fields } => return Self::issue(transport, path, fields),
            OpenBaoLogin::Token { file, .. } => file.as_deref(),
        };
        let token = file.and_then(read_token).ok_or(OpenBaoError::BadToken)?;
        let found = Self::look_up(transport, token)?;
        // The one before could look itself up.
        (!found.is_doubtful)
            .then_some(found)
            .ok_or(OpenBaoError::BadToken)
    }

    fn look_up(transport: &OpenBaoTransport, secret: Secret) -> OpenBaoResult<Self> {
        let info = look_up(transport, &secret)?;
        Ok(Self {
            secret,
            renewal: info.as_ref().and_then(plan_renewal),
            is_doubtful: info.is_none(),
        })
    }

    /// Exchanges credentials for a token.
    fn issue(
        transport: &OpenBaoTransport,
        path: &str,
        fields: &[(&'static str, Zeroizing<String>)],
    ) -> OpenBaoResult<Self> {
        let fields = fields.iter();
        let fields = fields.map(|(name, value)| ((*name).to_owned(), json!(value.as_str())));
        let fields = Value::Object(fields.collect());
        let login = OpenBaoRequest::Post(&format!("auth/{path}"), &fields);
        let reply = match transport.ask(login, None) {
            Ok(Some(reply)) => reply,
            // OpenBao answers a wrong secret with 400, and an unknown login like an unknown path.
            Ok(None)
            | Err(OpenBaoError::Denied | OpenBaoError::NoMount | OpenBaoError::Unwell(400)) => {
                return Err(OpenBaoError::LoginRefused);
            }
            Err(error) => return Err(error),
        };
        let auth = replies::parse::<LoginReply>(&reply)?.auth;
        let half = half_of(auth.lease_duration).filter(|_| auth.renewable);
        let secret = Secret::new(auth.client_token.to_string());
        Ok(Self {
            secret: secret.map_err(|_| OpenBaoError::NotOpenBao)?,
            renewal: half.map(|from| (from, auth.lease_duration)),
            is_doubtful: false,
        })
    }
}

/// Returns what the server says about a token; `None` if it does not know the token, or does not let it look itself up.
pub(super) fn look_up(
    transport: &OpenBaoTransport,
    token: &Secret,
) -> OpenBaoResult<Option<TokenInfo>> {
    match transport.ask(OpenBaoRequest::Get("auth/token/lookup-self"), Some(token)) {
        Ok(Some(reply)) => replies::parse_data(&reply).map(Some),
        Ok(None) => Err(OpenBaoError::NotOpenBao),
        Err(OpenBaoError::Denied) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Plans to renew at half of the time left, or at once if less than half of the token's lifetime is left.
fn plan_renewal(info: &TokenInfo) -> Option<Renewal> {
    if !info.renewable || info.ttl == 0 {
        return None;
    }
    let is_late = info.ttl < info.creation_ttl / 2;
    let from = if is_late {
        Some(instant_now())
    } else {
        half_of(info.ttl)
    };
    from.map(|from| (from, info.creation_ttl.max(info.ttl)))
}

pub(super) fn half_of(seconds: u64) -> Option<Instant> {
    let half = Duration::from_secs(seconds) / 2;
    (seconds > 0).then(|| instant_now() + half)
}

/// Reads a token from the file of an agent or of `bao login`.
fn read_token(file: &Path) -> Option<Secret> {
    let bytes = private_files::read_named(file, TOKEN_FILE_MAX_BYTES).ok()?;
    Secret::new(std::str::from_utf8(&bytes).ok()?.trim().to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The minutes until the renewal, and its seconds.
    fn renewal(ttl: u64, creation_ttl: u64, renewable: bool) -> Option<(u64, u64)> {
        let info = TokenInfo {
            ttl,
            creation_ttl,
            renewable,
        };
        let before = instant_now();
        let (from, seconds) = plan_renewal(&info)?;
        Some((from.duration_since(before).as_secs() / 60, seconds))
    }

    #[test]
    fn a_token_is_renewed_at_half_of_what_is_left_and_at_once_when_that_is_little() {
        for (left, of, expected) in [
            (3600, 3600, Some((30, 3600))),
            (1800, 3600, Some((15, 3600))),
            (1799, 3600, Some((0, 3600))),
            (2000, 4001, Some((16, 4001))),
            // It was renewed for longer than its first lifetime.
            (7200, 3600, Some((60, 7200))),
            (7200, 0, Some((60, 7200))),
            // It never expires.
            (0, 3600, None),
            (0, 0, None),
        ] {
            assert_eq!(renewal(left, of, true), expected, "{left} of {of}");
            assert_eq!(renewal(left, of, false), None);
        }
        assert!(half_of(0).is_none());
    }
}
