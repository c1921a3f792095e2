//! The format of an entry: a token that describes itself, so that the cache can be rebuilt from the store.
//!
//! Invariant: an entry decodes only if it is whole and was written by igconnect.

use jiff::Timestamp;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::account::{AccountId, Fingerprint, Grant, LongToken, SECRET_MAX_BYTES, Scopes, Secret};

/// An entry with a higher format is left alone.
const FORMAT: u32 = 1;

/// Windows limits credentials to 2560 bytes, which are 1280 UTF-16 units. Other systems do not share that limit: a token
/// that was just issued must not be lost to it there.
const ENTRY_MAX_CHARS: usize = if cfg!(windows) {
    1280
} else {
    SECRET_MAX_BYTES
};

#[derive(Debug)]
pub struct TokenEntry {
    pub id: AccountId,
    /// The name of the app in the configuration.
    pub app: String,
    /// The username when the entry was written.
    pub username: String,
    /// Increases by one with each write.
    pub generation: i64,
    pub grant: Grant,
    pub written: Option<EntryOrigin>,
}

/// Where and when an entry was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryOrigin {
    /// The name of the machine, if several share the store.
    pub machine: Option<String>,
    /// By the clock of that machine.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct EntryJson {
    v: u32,
    id: String,
    app: String,
    username: String,
    generation: i64,
    token: String,
    issued_at: Option<i64>,
    expires_at: Option<i64>,
    scopes: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    written_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    written_by: Option<String>,
}

impl TokenEntry {
    /// Returns the entry as one line, `CHECKSUM:JSON`; `None` if it is too long. A token must not be lost to a long list
    /// of scopes or a long machine name: those are left out then.
    pub fn encode(&self) -> Option<Secret> {
        let (scopes, written) = (self.grant.scopes.joined(), self.written.as_ref());
        self.encode_with(scopes, written)
            .or_else(|| self.encode_with(scopes, None))
            .or_else(|| self.encode_with("", None))
    }

    fn encode_with(&self, scopes: &str, written: Option<&EntryOrigin>) -> Option<Secret> {
        let entry = EntryJson {
            v: FORMAT,
            id: self.id.to_string(),
            app: simplify(&self.app),
            username: simplify(&self.username),
            generation: self.generation,
            token: self.grant.token.expose().to_owned(),
            issued_at: self.grant.issued_at.map(Timestamp::as_second),
            expires_at: self.grant.expires_at.map(Timestamp::as_second),
            scopes: scopes.to_owned(),
            written_at: written.map(|written| written.at.as_second()),
            written_by: written.and_then(|written| written.machine.as_deref().map(simplify)),
        };
        let json = serde_json::to_string(&entry).ok()?;
        let text = format!("{}:{json}", checksum(&json));
        let fits = text.len() <= ENTRY_MAX_CHARS;
        fits.then(|| Secret::new(text).ok()).flatten()
    }

    /// Whether a newer igconnect wrote this, in a format that is not known here.
    pub(crate) fn is_newer(secret: &Secret) -> bool {
        #[derive(Deserialize)]
        struct EntryVersion {
            v: u32,
        }
        checked_json(secret)
            .and_then(|json| serde_json::from_str::<EntryVersion>(json).ok())
            .is_some_and(|version| version.v > FORMAT)
    }

    /// Reads an entry; `None` if it is damaged or igconnect did not write it.
    pub(crate) fn decode(secret: &Secret) -> Option<Self> {
        let entry: EntryJson = serde_json::from_str(checked_json(secret)?).ok()?;
        // A time out of range is unknown, not damage: what counts is the token.
        let instant = |seconds: Option<i64>| seconds.and_then(|s| Timestamp::from_second(s).ok());
        Some(Self {
            id: entry.id.parse().ok().filter(|_| entry.v == FORMAT)?,
            app: entry.app,
            username: entry.username,
            generation: entry.generation,
            grant: Grant {
                token: LongToken::new(entry.token).ok()?,
                issued_at: instant(entry.issued_at),
                expires_at: instant(entry.expires_at),
                scopes: Scopes::parse(&entry.scopes).ok()?,
            },
            written: instant(entry.written_at).map(|at| EntryOrigin {
                machine: entry.written_by,
                at,
            }),
        })
    }

    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.grant.token)
    }
}

/// Drops characters that some store might change.
fn simplify(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_graphic);
    kept.take(64).collect()
}

fn checked_json(secret: &Secret) -> Option<&str> {
    let (sum, json) = secret.expose().split_once(':')?;
    (sum == checksum(json)).then_some(json)
}

fn checksum(json: &str) -> String {
    let digest = digest::digest(&digest::SHA256, json.as_bytes());
    let mut text = data_encoding::BASE32_NOPAD.encode(digest.as_ref());
    // Against damage, not against forgery: 80 bits are enough, and the Credential Manager has little room.
    text.truncate(16);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> TokenEntry {
        TokenEntry {
            id: "17841400000000017".parse().unwrap(),
            app: "default".into(),
            username: "sample.studio".into(),
            generation: 3,
            grant: Grant {
                token: LongToken::new("IGAA".repeat(50)).unwrap(),
                issued_at: Timestamp::from_second(1_790_000_000).ok(),
                expires_at: None,
                scopes: Scopes::parse("instagram_business_basic").unwrap(),
            },
            written: Some(EntryOrigin {
                machine: Some("desk.studio".into()),
                at: Timestamp::from_second(1_790_000_100).unwrap(),
            }),
        }
    }

    #[test]
    fn an_entry_comes_back_whole() {
        let back = TokenEntry::decode(&entry().encode().unwrap()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{:?}", entry()));
        assert_eq!(back.grant.token.expose(), entry().grant.token.expose());
    }

    #[test]
    fn a_cut_or_changed_entry_does_not_decode() {
        let text = entry().encode().unwrap().expose().to_owned();
        for end in 1..text.len() {
            assert!(TokenEntry::decode(&Secret::new(text[..end].to_owned()).unwrap()).is_none());
        }
        for (from, to) in [("\"generation\":3", "\"generation\":9"), ("IGAA", "IGAB")] {
            let changed = text.replacen(from, to, 1);
            assert!(TokenEntry::decode(&Secret::new(changed).unwrap()).is_none());
        }
        assert!(TokenEntry::decode(&Secret::new("IGAAjunk".into()).unwrap()).is_none());
    }

    #[test]
    fn an_entry_of_a_newer_program_is_recognised() {
        let of = |json: &str| Secret::new(format!("{}:{json}", checksum(json))).unwrap();
        assert!(TokenEntry::is_newer(&of(r#"{"v":2,"other":"fields"}"#)));
        assert!(!TokenEntry::is_newer(&of(r#"{"v":1,"other":"fields"}"#)));
        assert!(!TokenEntry::is_newer(&entry().encode().unwrap()));
        assert!(!TokenEntry::is_newer(
            &Secret::new(r#"x:{"v":2}"#.into()).unwrap()
        ));
    }

    #[test]
    fn a_token_is_kept_without_its_scopes_rather_than_not_at_all() {
        let names: Vec<_> = (0..64)
            .map(|n| "a".repeat(n) + &"b".repeat(64 - n))
            .collect();
        let mut entry = entry();
        entry.grant.scopes = Scopes::collect(names.iter().map(String::as_str)).unwrap();
        let back = TokenEntry::decode(&entry.encode().unwrap()).unwrap();
        assert_eq!(back.grant.token.expose(), entry.grant.token.expose());
        assert_eq!(back.grant.scopes, Scopes::default());
    }

    #[test]
    fn a_hostile_name_cannot_break_an_entry() {
        let hostile = TokenEntry {
            username: "a \u{202e}\n\"é:".repeat(100),
            ..entry()
        };
        assert!(TokenEntry::decode(&hostile.encode().unwrap()).is_some());
    }
}
