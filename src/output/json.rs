//! The JSON contract: one document, `"schema": 1`, fields only ever added, absent values `null`, ids as strings.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use crate::account::{
    Account, Condition, Foreign, GUEST_STORE, Guest, Profile, REFRESH_WINDOW, Reason, deceives,
};

/// The version of the contract.
pub const SCHEMA: u32 = 1;

/// An account as programs read it.
#[derive(Debug, Serialize)]
pub struct AccountJson {
    id: Option<String>,
    app_scoped_id: Option<String>,
    username: Option<String>,
    alias: Option<String>,
    default: bool,
    app: Option<String>,
    state: &'static str,
    reason: Option<&'static str>,
    connected_at: Option<Timestamp>,
    verified_at: Option<Timestamp>,
    token: TokenJson,
    profile: Option<ProfileJson>,
}

#[derive(Debug, Serialize)]
struct TokenJson {
    store: String,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    expires_in_seconds: Option<i64>,
    refresh_from: Option<Timestamp>,
    scopes: Vec<String>,
    fingerprint: Option<String>,
}

#[derive(Debug, Serialize)]
struct ProfileJson {
    name: Option<String>,
    biography: Option<String>,
    website: Option<String>,
    account_type: Option<String>,
    profile_picture_url: Option<String>,
    followers_count: Option<i64>,
    follows_count: Option<i64>,
    media_count: Option<i64>,
    fetched_at: Timestamp,
}

impl AccountJson {
    /// `account` as it stands at `now`.
    pub fn new(account: &Account, condition: Condition, now: Timestamp) -> Self {
        Self {
            id: Some(account.id.to_string()),
            app_scoped_id: account.app_scoped_id.clone(),
            username: Some(account.username.raw().to_owned()),
            alias: account.alias.as_ref().map(ToString::to_string),
            default: account.is_default,
            app: Some(account.app.clone()),
            state: condition.standing.word(),
            reason: condition.reason.map(Reason::sentence),
            connected_at: Some(account.connected_at),
            verified_at: account.verified_at,
            token: TokenJson {
                store: account.store.clone(),
                scopes: account.scopes.names().to_vec(),
                fingerprint: account.fingerprint.as_ref().map(ToString::to_string),
                ..TokenJson::living(account.issued_at, account.expires_at, now)
            },
            profile: account.profile.as_ref().map(ProfileJson::new),
        }
    }

    /// The environment's token as it stands at `now`. Before Instagram was asked it has neither id nor name.
    pub fn of_guest(guest: &Guest, condition: Condition, now: Timestamp) -> Self {
        let owner = guest.owner.as_ref();
        Self {
            id: owner.map(|owner| owner.id.to_string()),
            app_scoped_id: owner.and_then(|owner| owner.app_scoped_id.clone()),
            username: owner.map(|owner| owner.username.raw().to_owned()),
            alias: None,
            default: false,
            app: None,
            state: condition.standing.word(),
            reason: condition.reason.map(Reason::sentence),
            connected_at: None,
            verified_at: guest.verified_at,
            token: TokenJson {
                store: GUEST_STORE.to_owned(),
                scopes: Vec::new(),
                fingerprint: Some(guest.fingerprint.to_string()),
                ..TokenJson::living(guest.issued_at, guest.expires_at, now)
            },
            profile: owner.map(|owner| ProfileJson::new(&owner.profile)),
        }
    }
}

impl TokenJson {
    fn living(issued_at: Option<Timestamp>, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            store: String::new(),
            issued_at,
            expires_at,
            expires_in_seconds: expires_at.map(|end| end.duration_since(now).as_secs()),
            refresh_from: expires_at.and_then(|end| end.checked_sub(REFRESH_WINDOW).ok()),
            scopes: Vec::new(),
            fingerprint: None,
        }
    }
}

impl ProfileJson {
    fn new(profile: &Profile) -> Self {
        let text = |text: &Option<Foreign>| text.as_ref().map(|text| text.raw().to_owned());
        Self {
            name: text(&profile.name),
            biography: text(&profile.biography),
            website: text(&profile.website),
            account_type: text(&profile.account_type),
            profile_picture_url: text(&profile.profile_picture_url),
            followers_count: profile.followers_count,
            follows_count: profile.follows_count,
            media_count: profile.media_count,
            fetched_at: profile.fetched_at,
        }
    }
}

/// The document of commands about accounts.
#[derive(Debug, Serialize)]
pub struct Accounts<T> {
    schema: u32,
    accounts: Vec<T>,
}

impl<T> Accounts<T> {
    /// The document about these.
    pub fn new(accounts: Vec<T>) -> Self {
        Self {
            schema: SCHEMA,
            accounts,
        }
    }
}

/// An error as programs read it.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorJson {
    code: &'static str,
    exit: u8,
    message: String,
    cause: Option<String>,
    hint: Option<String>,
}

impl ErrorJson {
    /// The error of kind `code`, with its exit code.
    pub fn new(
        code: &'static str,
        exit: u8,
        message: String,
        cause: Option<String>,
        hint: Option<String>,
    ) -> Self {
        Self {
            code,
            exit,
            message,
            cause,
            hint,
        }
    }
}

/// The document of a command that failed.
#[derive(Debug, Serialize)]
pub struct Failed {
    schema: u32,
    error: ErrorJson,
}

impl Failed {
    /// The document about this error.
    pub fn new(error: ErrorJson) -> Self {
        Self {
            schema: SCHEMA,
            error,
        }
    }
}

/// Writes a value so that also a terminal is safe from it: what JSON leaves raw and a terminal obeys is escaped.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    let mut units = [0; 2];
    let mut kept = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| deceives(*c)) {
        out.write_all(text.get(kept..at).unwrap_or_default().as_bytes())?;
        for unit in c.encode_utf16(&mut units) {
            write!(out, "\\u{unit:04x}")?;
        }
        kept = at + c.len_utf8();
    }
    out.write_all(text.get(kept..).unwrap_or_default().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_that_deceives_is_written_raw() {
        let text: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        write(&text, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.chars().any(deceives));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
