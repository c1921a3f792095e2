//! The JSON contract: one document, `"schema": 1`, fields only ever added, absent values `null`, ids as strings.

mod accounts;
mod instant;
#[macro_use]
mod plain;

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use crate::account::{
    Account, Alias, Condition, Fingerprint, Foreign, GUEST_STORE, Guest, Profile, REFRESH_WINDOW,
    deceives,
};

pub use accounts::Accounts;
pub use instant::Instant;
use plain::Names;
pub use plain::Plain;

/// The version of the contract.
pub const SCHEMA: u32 = 1;

object! {
    /// An account as programs read it.
    pub struct AccountJson {
        id: Option<&'a str>,
        app_scoped_id: Option<&'a str>,
        username: Option<&'a str>,
        alias: Option<&'a str>,
        default: bool,
        app: Option<&'a str>,
        state: &'static str,
        reason: Option<Cow<'static, str>>,
        reason_since: Option<Instant>,
        connected_at: Option<Instant>,
        verified_at: Option<Instant>,
        token: TokenJson<'a>,
        profile: Option<ProfileJson<'a>>,
    }
}

object! {
    struct TokenJson {
        store: &'a str,
        issued_at: Option<Instant>,
        expires_at: Option<Instant>,
        expires_in_seconds: Option<i64>,
        refresh_from: Option<Instant>,
        scopes: Names<'a>,
        fingerprint: Option<&'a str>,
    }
}

object! {
    struct ProfileJson {
        name: Option<&'a str>,
        biography: Option<&'a str>,
        website: Option<&'a str>,
        account_type: Option<&'a str>,
        profile_picture_url: Option<&'a str>,
        followers_count: Option<i64>,
        follows_count: Option<i64>,
        media_count: Option<i64>,
        fetched_at: Instant,
    }
}

impl<'a> AccountJson<'a> {
    /// `account` as it stands at `now`.
    pub fn new<T: AsRef<str>>(
        account: &'a Account<T>,
        condition: Condition,
        now: Timestamp,
    ) -> Self {
        Self {
            id: Some(account.id.as_str()),
            app_scoped_id: account.app_scoped_id.as_ref().map(AsRef::as_ref),
            username: Some(account.username.raw()),
            alias: account.alias.as_ref().map(Alias::as_str),
            default: account.is_default,
            app: Some(account.app.as_ref()),
            state: condition.standing.word(),
            reason: condition
                .reason
                .map(|reason| reason.sentence_about(account.store.as_ref())),
            reason_since: account.noticed_at(condition).map(Instant),
            connected_at: Some(Instant(account.connected_at)),
            verified_at: account.verified_at.map(Instant),
            token: TokenJson {
                store: account.store.as_ref(),
                scopes: Names(account.scopes.borrowed()),
                fingerprint: account.fingerprint.as_ref().map(Fingerprint::as_str),
                ..TokenJson::living(account.issued_at, account.expires_at, now)
            },
            profile: account.profile.as_ref().map(ProfileJson::new),
        }
    }

    /// The environment's token as it stands at `now`. Before Instagram was asked it has neither id nor name.
    pub fn of_guest(guest: &'a Guest, condition: Condition, now: Timestamp) -> Self {
        let owner = guest.owner.as_ref();
        Self {
            id: owner.map(|owner| owner.id.as_str()),
            app_scoped_id: owner.and_then(|owner| owner.app_scoped_id.as_deref()),
            username: owner.map(|owner| owner.username.raw()),
            alias: None,
            default: false,
            app: None,
            state: condition.standing.word(),
            reason: condition
                .reason
                .map(|reason| reason.sentence_about(GUEST_STORE)),
            reason_since: None,
            connected_at: None,
            verified_at: guest.verified_at.map(Instant),
            token: TokenJson {
                store: GUEST_STORE,
                scopes: Names::default(),
                fingerprint: Some(guest.fingerprint.as_str()),
                ..TokenJson::living(guest.issued_at, guest.expires_at, now)
            },
            profile: owner.map(|owner| ProfileJson::new(&owner.profile)),
        }
    }
}

impl<'a> TokenJson<'a> {
    fn living(issued_at: Option<Timestamp>, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            store: "",
            issued_at: issued_at.map(Instant),
            expires_at: expires_at.map(Instant),
            expires_in_seconds: expires_at.map(|end| end.duration_since(now).as_secs()),
            refresh_from: expires_at
                .and_then(|end| end.checked_sub(REFRESH_WINDOW).ok())
                .map(Instant),
            scopes: Names::default(),
            fingerprint: None,
        }
    }
}

impl<'a> ProfileJson<'a> {
    fn new<T: AsRef<str>>(profile: &'a Profile<T>) -> Self {
        let text = |text: &'a Option<Foreign<T>>| text.as_ref().map(Foreign::raw);
        Self {
            name: text(&profile.name),
            biography: text(&profile.biography),
            website: text(&profile.website),
            account_type: text(&profile.account_type),
            profile_picture_url: text(&profile.profile_picture_url),
            followers_count: profile.followers_count,
            follows_count: profile.follows_count,
            media_count: profile.media_count,
            fetched_at: Instant(profile.fetched_at),
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
    let mut text = Vec::new();
    serde_json::to_writer(&mut text, value)?;
    // Nearly all documents are plain ASCII, which a glance at many bytes at once tells; JSON itself escapes C0.
    if text.is_ascii() && !text.contains(&0x7f) {
        return out.write_all(&text);
    }
    let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
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
