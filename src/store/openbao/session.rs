//! Who we are on the server: a token, renewed as long as we need it. One that we got by a login is for this run alone,
//! and is given back at its end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::access::Login;
use super::line::{Line, Question, now};
use super::problem::OpenBaoError;
use super::wire::{self, Granted, TokenInfo};
use crate::account::Secret;
use crate::private_files;

/// A token in a file is short.
const TOKEN_FILE_MAX_BYTES: u64 = 8 * 1024;

/// When a token is to be renewed, and for how many seconds: as many as it had at first. Without a number OpenBao takes
/// the one that it was told last.
type Renewal = (Instant, u64);

/// A session.
pub(super) struct OpenBaoSession {
    token: RefCell<Rc<Secret>>,
    /// From when on it is to be renewed, and for how many seconds.
    renewal: Cell<Option<Renewal>>,
    /// Whether the token is ours to end.
    is_own: bool,
    /// Whether the server has not even said that it knows the token.
    is_doubtful: bool,
}

impl OpenBaoSession {
    /// Logs in, or looks at the token that there is. A token whose policies do not let it look at itself may be good.
    pub(super) fn open(line: &Line, login: &Login) -> Result<Self, OpenBaoError> {
        match login {
            Login::Exchange { .. } => {
                let (token, renewal) = exchanged(line, login)?;
                Ok(Self {
                    token: RefCell::new(Rc::new(token)),
                    renewal: Cell::new(renewal),
                    is_own: true,
                    is_doubtful: false,
                })
            }
            Login::Token { token, .. } => {
                let copy = copied(token)?;
                let known = known(line, &copy)?;
                let session = Self {
                    token: RefCell::new(Rc::new(copy)),
                    renewal: Cell::new(known.as_ref().and_then(renewal_of)),
                    is_own: false,
                    is_doubtful: known.is_none(),
                };
                Ok(session)
            }
        }
    }

    pub(super) fn token(&self) -> Rc<Secret> {
        Rc::clone(&self.token.borrow())
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }

    /// Renews the token when its time has come. What cannot be renewed ends, and is then replaced or told.
    pub(super) fn keep_alive(&self, line: &Line, login: &Login) -> Result<(), OpenBaoError> {
        let Some((_, seconds)) = self.renewal.get().filter(|(from, _)| *from <= now()) else {
            return Ok(());
        };
        self.renewal.set(None);
        let path = ["auth", "token", "renew-self"];
        let token = self.token();
        let wanted = json!({ "increment": format!("{seconds}s") });
        match line.ask(&Question::post(path, &wanted), Some(&token)) {
            Ok(Some(reply)) => {
                let granted: Granted = wire::parse(&reply)?;
                let half = half_of(granted.auth.lease_duration);
                self.renewal.set(half.map(|from| (from, seconds)));
                Ok(())
            }
            Err(OpenBaoError::Denied) => self.refused(line, login),
            // The answer to the question that follows tells what is wrong.
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Learns that something was denied: it may be the token that ended. A new one is got where that is possible;
    /// otherwise what was denied stays so.
    pub(super) fn refused(&self, line: &Line, login: &Login) -> Result<(), OpenBaoError> {
        match known(line, &self.token())? {
            Some(_) => return Err(OpenBaoError::Denied),
            None if self.is_doubtful => return Err(OpenBaoError::Denied),
            None => {}
        }
        let (token, renewal) = match login {
            Login::Exchange { .. } => exchanged(line, login)?,
            Login::Token {
                file: Some(file), ..
            } => {
                let token = read_token(file).ok_or(OpenBaoError::BadToken)?;
                let info = known(line, &token)?.ok_or(OpenBaoError::BadToken)?;
                (token, renewal_of(&info))
            }
            Login::Token { file: None, .. } => return Err(OpenBaoError::BadToken),
        };
        self.token.replace(Rc::new(token));
        self.renewal.set(renewal);
        Ok(())
    }

    /// Gives back what was ours alone.
    pub(super) fn close(&self, line: &Line) {
        if self.is_own {
            let path = ["auth", "token", "revoke-self"];
            // What fails here ends by itself.
            let _ = line.ask(&Question::post(path, &json!({})), Some(&self.token()));
        }
    }
}

/// What the server says of a token; `None` when it does not know it, or does not let it ask.
fn known(line: &Line, token: &Secret) -> Result<Option<TokenInfo>, OpenBaoError> {
    let path = ["auth", "token", "lookup-self"];
    match line.ask(&Question::get(path), Some(token)) {
        Ok(Some(reply)) => wire::data(&reply).map(Some),
        Ok(None) => Err(OpenBaoError::NotOpenBao),
        Err(OpenBaoError::Denied) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A token for a name and its secret.
fn exchanged(line: &Line, login: &Login) -> Result<(Secret, Option<Renewal>), OpenBaoError> {
    let Login::Exchange { path, fields } = login else {
        return Err(OpenBaoError::LoginRefused);
    };
    let path = ["auth"].into_iter().chain(path.split('/'));
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value.as_str())));
    let fields = serde_json::Value::Object(fields.collect());
    match line.ask(&Question::post(path, &fields), None) {
        Ok(Some(reply)) => {
            let auth = wire::parse::<Granted>(&reply)?.auth;
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

/// When to renew a token that has so much left: at once with less than half of its life, else when half of that is over.
fn renewal_of(info: &TokenInfo) -> Option<Renewal> {
    if !info.renewable || info.ttl == 0 {
        return None;
    }
    let is_late = info.ttl < info.creation_ttl / 2;
    let from = if is_late {
        Some(now())
    } else {
        half_of(info.ttl)
    };
    from.map(|from| (from, info.creation_ttl.max(info.ttl)))
}

fn half_of(seconds: u64) -> Option<Instant> {
    (seconds > 0).then(|| now() + Duration::from_secs(seconds) / 2)
}

/// The token in a file, as an agent or the command line tool keeps it.
fn read_token(file: &std::path::Path) -> Option<Secret> {
    let bytes = private_files::read_already_private(file, TOKEN_FILE_MAX_BYTES).ok()?;
    Secret::new(std::str::from_utf8(&bytes).ok()?.trim().to_owned()).ok()
}

fn copied(token: &Secret) -> Result<Secret, OpenBaoError> {
    Secret::new(token.expose().to_owned()).map_err(|_| OpenBaoError::BadToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In how many minutes it is to be renewed, and for how many seconds.
    fn renewal(ttl: u64, creation_ttl: u64, renewable: bool) -> Option<(u64, u64)> {
        let info = TokenInfo {
            ttl,
            creation_ttl,
            renewable,
        };
        let before = now();
        let (from, seconds) = renewal_of(&info)?;
        Some((from.duration_since(before).as_secs() / 60, seconds))
    }

    #[test]
    fn a_token_is_renewed_at_half_of_what_is_left_and_at_once_when_that_is_little() {
        for (left, of, expected) in [
            (3600, 3600, Some((30, 3600))),
            (1800, 3600, Some((15, 3600))),
            (1799, 3600, Some((0, 3600))),
            (2000, 4001, Some((16, 4001))),
            // It was renewed for longer than it was made for.
            (7200, 3600, Some((60, 7200))),
            (7200, 0, Some((60, 7200))),
            // It has no end.
            (0, 3600, None),
            (0, 0, None),
        ] {
            assert_eq!(renewal(left, of, true), expected, "{left} of {of}");
            assert_eq!(renewal(left, of, false), None);
        }
        assert!(half_of(0).is_none());
    }
}
