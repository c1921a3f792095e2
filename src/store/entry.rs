//! An entry of the store: a token that describes itself, so that the cache can be lost and rebuilt.
//!
//! Invariant: an entry that decodes is whole; a torn, cut or foreign one does not.

use jiff::Timestamp;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::account::{AccountId, Fingerprint, Grant, LongToken, SECRET_MAX_BYTES, Scopes, Secret};

/// The format of entries. A newer program may write another; this one then leaves it alone.
const FORMAT: u32 = 1;

/// Windows refuses credentials above 2560 bytes, which are 1280 UTF-16 units. Elsewhere a secret's own limit counts: a
/// token that was just issued is not thrown away for one of another system.
const ENTRY_MAX_CHARS: usize = if cfg!(windows) {
    1280
} else {
    SECRET_MAX_BYTES
};

/// A token with what is needed to know it again.
#[derive(Debug)]
pub struct Entry {
    /// Whose it is.
    pub id: AccountId,
    /// The name of the app, in the configuration, that it was issued for.
    pub app: String,
    /// The username at the time of writing.
    pub username: String,
    /// Counts up by one with each write.
    pub generation: i64,
    /// The token and its life.
    pub grant: Grant,
    /// Who wrote it, and when.
    pub written: Option<Written>,
}

/// Who wrote an entry, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What the machine calls itself, where several share the store.
    pub by: Option<String>,
    /// When, by its clock.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Wire {
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

impl Entry {
    /// The entry as one line, `CHECKSUM:JSON`; `None` when it is too long for some store. A token is not thrown away for
    /// the number of its scopes or the name of its writer: those are left out then.
    pub fn encode(&self) -> Option<Secret> {
        let (scopes, written) = (self.grant.scopes.joined(), self.written.as_ref());
        self.line(scopes, written)
            .or_else(|| self.line(scopes, None))
            .or_else(|| self.line("", None))
    }

    fn line(&self, scopes: &str, written: Option<&Written>) -> Option<Secret> {
        let wire = Wire {
            v: FORMAT,
            id: self.id.to_string(),
            app: visible(&self.app),
            username: visible(&self.username),
            generation: self.generation,
            token: self.grant.token.expose().to_owned(),
            issued_at: self.grant.issued_at.map(Timestamp::as_second),
            expires_at: self.grant.expires_at.map(Timestamp::as_second),
            scopes: scopes.to_owned(),
            written_at: written.map(|written| written.at.as_second()),
            written_by: written.and_then(|written| written.by.as_deref().map(visible)),
        };
        let json = serde_json::to_string(&wire).ok()?;
        let text = format!("{}:{json}", checksum(&json));
        (text.len() <= ENTRY_MAX_CHARS)
            .then(|| Secret::new(text).ok())
            .flatten()
    }

    /// Whether a newer program wrote this, in a format that is not known here.
    pub fn is_newer(secret: &Secret) -> bool {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        let whole = secret.expose().split_once(':');
        whole
            .filter(|(sum, json)| *sum == checksum(json))
            .and_then(|(_, json)| serde_json::from_str::<Version>(json).ok())
            .is_some_and(|version| version.v > FORMAT)
    }

    /// Reads an entry back; `None` for anything that this program did not write whole.
    pub fn decode(secret: &Secret) -> Option<Self> {
        let (sum, json) = secret.expose().split_once(':')?;
        if sum != checksum(json) {
            return None;
        }
        let wire: Wire = serde_json::from_str(json).ok()?;
        let instant = |seconds: Option<i64>| seconds.and_then(|s| Timestamp::from_second(s).ok());
        Some(Self {
            id: wire.id.parse().ok().filter(|_| wire.v == FORMAT)?,
            app: wire.app,
            username: wire.username,
            generation: wire.generation,
            grant: Grant {
                token: LongToken::new(wire.token).ok()?,
                issued_at: instant(wire.issued_at),
                expires_at: instant(wire.expires_at),
                scopes: Scopes::parse(&wire.scopes).ok()?,
            },
            written: instant(wire.written_at).map(|at| Written {
                by: wire.written_by,
                at,
            }),
        })
    }

    /// What may be known of the token without holding it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.grant.token)
    }
}

/// Text for an entry: what some store might mangle is left out, it is only there to be recognised by.
fn visible(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_graphic)
        .take(64)
        .collect()
}

fn checksum(json: &str) -> String {
    let digest = digest::digest(&digest::SHA256, json.as_bytes());
    let text = data_encoding::BASE32_NOPAD.encode(digest.as_ref());
    text.get(..16).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
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
            written: Some(Written {
                by: Some("desk.studio".into()),
                at: Timestamp::from_second(1_790_000_100).unwrap(),
            }),
        }
    }

    #[test]
    fn an_entry_comes_back_whole() {
        let back = Entry::decode(&entry().encode().unwrap()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{:?}", entry()));
        assert_eq!(back.grant.token.expose(), entry().grant.token.expose());
    }

    #[test]
    fn a_cut_or_changed_entry_does_not_decode() {
        let text = entry().encode().unwrap().expose().to_owned();
        for end in 1..text.len() {
            assert!(Entry::decode(&Secret::new(text[..end].to_owned()).unwrap()).is_none());
        }
        for (from, to) in [("\"generation\":3", "\"generation\":9"), ("IGAA", "IGAB")] {
            let changed = text.replacen(from, to, 1);
            assert!(Entry::decode(&Secret::new(changed).unwrap()).is_none());
        }
        assert!(Entry::decode(&Secret::new("IGAAjunk".into()).unwrap()).is_none());
    }

    #[test]
    fn an_entry_of_a_newer_program_is_recognised() {
        let of = |json: &str| Secret::new(format!("{}:{json}", checksum(json))).unwrap();
        assert!(Entry::is_newer(&of(r#"{"v":2,"other":"fields"}"#)));
        assert!(!Entry::is_newer(&of(r#"{"v":1,"other":"fields"}"#)));
        assert!(!Entry::is_newer(&entry().encode().unwrap()));
        assert!(!Entry::is_newer(
            &Secret::new(r#"x:{"v":2}"#.into()).unwrap()
        ));
    }

    #[test]
    fn a_token_is_kept_without_its_scopes_rather_than_not_at_all() {
        let names: Vec<_> = (0..64).map(|n| format!("{n:064}")).collect();
        let mut entry = entry();
        entry.grant.scopes = Scopes::collect(names.iter().map(String::as_str)).unwrap();
        let back = Entry::decode(&entry.encode().unwrap()).unwrap();
        assert_eq!(back.grant.token.expose(), entry.grant.token.expose());
        assert_eq!(back.grant.scopes, Scopes::default());
    }

    #[test]
    fn a_hostile_name_cannot_break_an_entry() {
        let hostile = Entry {
            username: "a \u{202e}\n\"é:".repeat(100),
            ..entry()
        };
        assert!(Entry::decode(&hostile.encode().unwrap()).is_some());
    }
}
