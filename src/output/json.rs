//! The JSON contract: one document, `"schema": 1`, fields only ever added, absent values `null`, ids as strings.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::{Timestamp, tz::Offset};
use serde::Serialize;

use crate::account::{
    Account, Alias, Condition, Fingerprint, Foreign, GUEST_STORE, Guest, Profile, REFRESH_WINDOW,
    deceives,
};

/// The version of the contract.
pub const SCHEMA: u32 = 1;

/// An account as programs read it.
#[derive(Debug, Serialize)]
pub struct AccountJson<'a> {
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

#[derive(Debug, Serialize)]
struct TokenJson<'a> {
    store: &'a str,
    issued_at: Option<Instant>,
    expires_at: Option<Instant>,
    expires_in_seconds: Option<i64>,
    refresh_from: Option<Instant>,
    scopes: &'a [String],
    fingerprint: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ProfileJson<'a> {
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

impl<'a> AccountJson<'a> {
    /// `account` as it stands at `now`.
    pub fn new(account: &'a Account, condition: Condition, now: Timestamp) -> Self {
        Self {
            id: Some(account.id.as_str()),
            app_scoped_id: account.app_scoped_id.as_deref(),
            username: Some(account.username.raw()),
            alias: account.alias.as_ref().map(Alias::as_str),
            default: account.is_default,
            app: Some(&account.app),
            state: condition.standing.word(),
            reason: condition
                .reason
                .map(|reason| reason.sentence_about(&account.store)),
            reason_since: account.noticed_at(condition).map(Instant),
            connected_at: Some(Instant(account.connected_at)),
            verified_at: account.verified_at.map(Instant),
            token: TokenJson {
                store: &account.store,
                scopes: account.scopes.names(),
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
                scopes: &[],
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
            scopes: &[],
            fingerprint: None,
        }
    }
}

impl<'a> ProfileJson<'a> {
    fn new(profile: &'a Profile) -> Self {
        let text = |text: &'a Option<Foreign>| text.as_ref().map(Foreign::raw);
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

/// An instant as RFC 3339 in UTC. Lists hold millions of them, so the usual ones, to the second, are written digit by
/// digit instead of through the machinery of formatting.
#[derive(Debug)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = Offset::UTC.to_datetime(self.0);
        let whole = time.subsec_nanosecond() == 0 && (0..=9999).contains(&time.year());
        if !whole {
            return serializer.collect_str(&self.0);
        }
        let mut text = *b"0000-00-00T00:00:00Z";
        let year = time.year().unsigned_abs();
        let two = |part: i8| u16::from(part.unsigned_abs());
        let parts = [
            (0, year / 100),
            (2, year % 100),
            (5, two(time.month())),
            (8, two(time.day())),
            (11, two(time.hour())),
            (14, two(time.minute())),
            (17, two(time.second())),
        ];
        for (at, number) in parts {
            if let Some([tens, ones]) = text.get_mut(at..at + 2) {
                *tens += (number / 10) as u8;
                *ones += (number % 10) as u8;
            }
        }
        serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
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
    // Room for an account at once, of which lists write millions.
    let mut text = Vec::with_capacity(1024);
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
    fn an_instant_is_written_as_its_own_type_would() {
        let seconds = [
            0,
            1,
            -1,
            951_782_400,
            1_790_000_000,
            4_102_444_799,
            -62_135_596_800,
            253_402_207_200,
        ];
        let whole = seconds.map(|s| Timestamp::from_second(s).unwrap());
        let odd = [
            Timestamp::MIN,
            Timestamp::MAX,
            Timestamp::from_millisecond(1_500).unwrap(),
        ];
        for at in whole.into_iter().chain(odd) {
            let written = serde_json::to_string(&Instant(at)).unwrap();
            assert_eq!(written, format!("\"{at}\""));
        }
    }

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
