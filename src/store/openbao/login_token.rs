//! The token of this run: looked up or issued at the start, renewed during the run. An issued one is revoked at the end.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;
use zeroize::Zeroizing;

use super::access::OpenBaoLogin;
use super::error::OpenBaoError;
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
    token: RefCell<Rc<Secret>>,
    renewal: Cell<Option<Renewal>>,
    /// Whether the server issued it for this run.
    is_own: bool,
    /// Whether the server did not even say that it knows the token.
    is_doubtful: bool,
}

impl LoginToken {
    /// Logs in, or looks up the given token. A token may be good although its policies do not let it look itself up.
    pub(super) fn obtain(
        transport: &OpenBaoTransport,
        login: &OpenBaoLogin,
    ) -> Result<Self, OpenBaoError> {
        let (token, renewal, is_own, is_doubtful) = match login {
            OpenBaoLogin::Exchange { path, fields } => {
                let (token, renewal) = exchange(transport, path, fields)?;
                (token, renewal, true, false)
            }
            OpenBaoLogin::Token { token, .. } => {
                let copy = Secret::new(token.expose().to_owned());
                let copy = copy.map_err(|_| OpenBaoError::BadToken)?;
                let info = look_up(transport, &copy)?;
                let renewal = info.as_ref().and_then(plan_renewal);
                (copy, renewal, false, info.is_none())
            }
        };
        Ok(Self {
            token: RefCell::new(Rc::new(token)),
            renewal: Cell::new(renewal),
            is_own,
            is_doubtful,
        })
    }

    pub(super) fn current(&self) -> Rc<Secret> {
        Rc::clone(&self.token.borrow())
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }

    /// Renews the token when it is time. One that cannot be renewed is replaced when it expires.
    pub(super) fn renew_if_due(
        &self,
        transport: &OpenBaoTransport,
        login: &OpenBaoLogin,
    ) -> Result<(), OpenBaoError> {
        let due = self.renewal.get();
        let Some((_, seconds)) = due.filter(|(from, _)| *from <= instant_now()) else {
            return Ok(());
        };
        self.renewal.set(None);
        let path = ["auth", "token", "renew-self"];
        let body = json!({ "increment": format!("{seconds}s") });
        match transport.ask(&OpenBaoRequest::post(path, &body), Some(&self.current())) {
            Ok(Some(reply)) => {
                let renewed: LoginReply = replies::parse(&reply)?;
                let half = half_of(renewed.auth.lease_duration);
                self.renewal.set(half.map(|from| (from, seconds)));
                Ok(())
            }
            Err(OpenBaoError::Denied) => self.replace_if_expired(transport, login),
            // The reply to the next request shows what is wrong.
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Finds out why a request was denied. An expired token is replaced if possible; a valid one stays denied.
    pub(super) fn replace_if_expired(
        &self,
        transport: &OpenBaoTransport,
        login: &OpenBaoLogin,
    ) -> Result<(), OpenBaoError> {
        if look_up(transport, &self.current())?.is_some() || self.is_doubtful {
            return Err(OpenBaoError::Denied);
        }
        let (token, renewal) = match login {
            OpenBaoLogin::Exchange { path, fields } => exchange(transport, path, fields)?,
            OpenBaoLogin::Token {
                file: Some(file), ..
            } => {
                let token = read_token(file).ok_or(OpenBaoError::BadToken)?;
                let info = look_up(transport, &token)?.ok_or(OpenBaoError::BadToken)?;
                (token, plan_renewal(&info))
            }
            OpenBaoLogin::Token { file: None, .. } => return Err(OpenBaoError::BadToken),
        };
        self.token.replace(Rc::new(token));
        self.renewal.set(renewal);
        Ok(())
    }

    /// Revokes a token that was issued for this run.
    pub(super) fn revoke(&self, transport: &OpenBaoTransport) {
        if self.is_own {
            let path = ["auth", "token", "revoke-self"];
            // A token that cannot be revoked expires soon.
            let body = json!({});
            let request = OpenBaoRequest::post(path, &body);
            let _ = transport.ask(&request, Some(&self.current()));
        }
    }
}

/// Returns what the server says about a token; `None` if it does not know the token, or does not let it look itself up.
fn look_up(
    transport: &OpenBaoTransport,
    token: &Secret,
) -> Result<Option<TokenInfo>, OpenBaoError> {
    let path = ["auth", "token", "lookup-self"];
    match transport.ask(&OpenBaoRequest::get(path), Some(token)) {
        Ok(Some(reply)) => replies::parse_data(&reply).map(Some),
        Ok(None) => Err(OpenBaoError::NotOpenBao),
        Err(OpenBaoError::Denied) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Exchanges credentials for a token.
fn exchange(
    transport: &OpenBaoTransport,
    path: &str,
    fields: &[(&'static str, Zeroizing<String>)],
) -> Result<(Secret, Option<Renewal>), OpenBaoError> {
    let path = ["auth"].into_iter().chain(path.split('/'));
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value.as_str())));
    let fields = serde_json::Value::Object(fields.collect());
    match transport.ask(&OpenBaoRequest::post(path, &fields), None) {
        Ok(Some(reply)) => {
            let auth = replies::parse::<LoginReply>(&reply)?.auth;
            let seconds = auth.lease_duration;
            let half = half_of(seconds).filter(|_| auth.renewable);
            let renewal = half.map(|from| (from, seconds));
            let token = Secret::new(auth.client_token.to_string());
            Ok((token.map_err(|_| OpenBaoError::NotOpenBao)?, renewal))
        }
        Ok(None)
        | Err(OpenBaoError::Denied | OpenBaoError::NoMount | OpenBaoError::Unwell(400)) => {
            Err(OpenBaoError::LoginRefused)
        }
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

fn half_of(seconds: u64) -> Option<Instant> {
    (seconds > 0).then(|| instant_now() + Duration::from_secs(seconds) / 2)
}

/// Reads a token from the file of an agent or of `bao login`.
fn read_token(file: &Path) -> Option<Secret> {
    let bytes = private_files::read_already_private(file, TOKEN_FILE_MAX_BYTES).ok()?;
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
