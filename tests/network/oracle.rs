//! What an answer says, rightly read, and what has to follow from it. Three rules, without a line of the program:
//! an answer is one JSON object that says nothing of interest twice; a refusal is what has a code and says no, and wins;
//! what was asked for has to be there and be usable, and nothing else has to.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::endpoint::{Case, Endpoint, ID, LONG, RENEWED};

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// This token, which lives so many seconds, if that is said.
    Token(String, Option<i64>),
    /// That the token is the account's, or somebody else's.
    Person { same: bool },
    /// No, with a code and a subcode.
    No(i64, Option<i64>),
    /// Nothing that is Instagram's; whether the question can have reached anybody.
    Nothing { was_sent: bool },
}

pub const NOTHING: Says = Says::Nothing { was_sent: true };

/// Reads an answer of an endpoint.
pub fn read(endpoint: Endpoint, status: u16, body: &[u8]) -> Says {
    says(endpoint, status, body).unwrap_or(NOTHING)
}

fn says(endpoint: Endpoint, status: u16, body: &[u8]) -> Option<Says> {
    let fields = object(body)?;
    if let Some(no) = refusal(&fields, status)? {
        return Some(no);
    }
    if !(200..300).contains(&status) {
        return None;
    }
    let fields = match get(&fields, "data") {
        None => fields,
        Some(Value::Array(entries)) if entries.len() == 1 => {
            let entry = entries[0].as_object()?;
            entry
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        }
        Some(_) => return None,
    };
    match endpoint {
        Endpoint::Me => person(&fields),
        _ => token(&fields),
    }
}

fn object(body: &[u8]) -> Option<Fields> {
    let Fields(fields) = serde_json::from_slice(body).ok()?;
    let twice = (fields.iter().enumerate())
        .any(|(at, (name, _))| fields[..at].iter().any(|(known, _)| known == name));
    (!twice).then_some(Fields(fields))
}

/// The refusal, if there is one; nothing at all where something looks like one and is none.
fn refusal(Fields(fields): &Fields, status: u16) -> Option<Option<Says>> {
    let says_no = (400..500).contains(&status).then_some(i64::from(status));
    let code = match find(fields, "code") {
        Some(code) => Some(code.as_i64()?),
        None => None,
    };
    let texts = ["error_type", "error_message"].map(|name| find(fields, name));
    if texts.iter().flatten().any(|text| !text.is_string()) {
        return None;
    }
    match find(fields, "error") {
        None if texts.iter().any(Option::is_some) => Some(Some(Says::No(code.or(says_no)?, None))),
        None => Some(None),
        Some(Value::String(_)) => Some(Some(Says::No(code.or(says_no)?, None))),
        Some(Value::Object(error)) => {
            let number = |name| match error.get(name).filter(|value| !value.is_null()) {
                Some(value) => value.as_i64().map(Some),
                None => Some(None),
            };
            let is_text = |name| {
                error
                    .get(name)
                    .is_none_or(|text| text.is_null() || text.is_string())
            };
            let (code, subcode) = (number("code")?, number("error_subcode")?);
            let whole = is_text("message") && is_text("fbtrace_id");
            whole.then_some(Some(Says::No(code.or(says_no)?, subcode)))
        }
        Some(_) => None,
    }
}

fn token(fields: &Fields) -> Option<Says> {
    let token = get(fields, "access_token")?.as_str()?;
    let usable = (1..=4096).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
    let life = get(fields, "expires_in").and_then(Value::as_i64);
    usable.then(|| Says::Token(token.to_owned(), life.filter(|seconds| *seconds > 0)))
}

fn person(fields: &Fields) -> Option<Says> {
    let id = match get(fields, "user_id")? {
        Value::String(id) => id.clone(),
        id => id.as_u64()?.to_string(),
    };
    let name = get(fields, "username")?.as_str()?;
    let whole = (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    let is_name = (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
    (whole && is_name).then_some(Says::Person { same: id == ID })
}

fn get<'a>(Fields(fields): &'a Fields, name: &str) -> Option<&'a Value> {
    find(fields, name)
}

fn find<'a>(fields: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    let found = fields.iter().find(|(known, _)| known == name);
    found
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

/// What the store must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// Byte by byte what it held.
    AsBefore,
    /// This token, and no other.
    Only(String),
    /// This token, and the one before it.
    Also(String),
}

/// What has to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub code: i32,
    /// None where no account is.
    pub state: Option<&'static str>,
    pub store: Store,
}

/// What follows for a command from an answer at its endpoint, all others being good.
pub fn follows(case: Case, says: &Says) -> Expected {
    let expected = |code, state, store| Expected {
        code,
        state: Some(state),
        store,
    };
    let kept = |code, state| expected(code, state, Store::AsBefore);
    let only = |token: &str, life| expected(0, state_of(life), Store::Only(token.to_owned()));
    let no_account = |code| Expected {
        code,
        state: None,
        store: Store::AsBefore,
    };
    let long = Some(5_183_944);
    match (case, says) {
        (Case::LoginExtend, Says::Token(token, life)) => only(token, *life),
        (Case::LoginExchange, Says::Token(..)) | (Case::LoginMe, Says::Person { .. }) => {
            only(LONG, long)
        }
        (_, Says::No(code, _)) if case.is_login() => {
            no_account(if is_passing(*code) { 3 } else { 8 })
        }
        (_, _) if case.is_login() => no_account(3),
        (Case::RefreshRefresh | Case::TokenRefresh, Says::Token(token, life)) => only(token, *life),
        (Case::RefreshMe, Says::Person { same: false }) => kept(3, "unverified"),
        (Case::RefreshMe, Says::No(code, sub)) if no(*code, *sub) == No::Dead => {
            // The former token was not refused.
            expected(3, "unverified", Store::Also(RENEWED.to_owned()))
        }
        (Case::RefreshMe, Says::No(code, sub)) if no(*code, *sub) == No::Permission => {
            expected(4, "unverified", Store::Only(RENEWED.to_owned()))
        }
        (Case::RefreshMe, _) => only(RENEWED, long),
        (Case::VerifyMe, Says::Person { same: true }) => kept(0, "expiring"),
        (Case::VerifyMe, Says::Person { same: false }) => kept(3, "expiring"),
        (_, Says::No(code, sub)) => match (no(*code, *sub), case) {
            (No::Dead, _) => kept(4, "needs_login"),
            (No::Look, _) => kept(3, "unverified"),
            (No::Perhaps, Case::RefreshRefresh) => kept(3, "unverified"),
            // The token lives on, and is handed out.
            (_, Case::TokenRefresh) => kept(0, "expiring"),
            (No::Permission, _) => kept(4, "unverified"),
            (No::Perhaps | No::Other, _) => kept(3, "expiring"),
        },
        // Whatever the address of refreshes says: another one says that the token lives.
        (Case::TokenRefresh, Says::Nothing { .. }) => kept(0, "expiring"),
        (Case::VerifyMe, _) | (_, Says::Nothing { was_sent: false }) => kept(3, "expiring"),
        _ => kept(3, "unverified"),
    }
}

fn state_of(life: Option<i64>) -> &'static str {
    match life {
        None => "unverified",
        Some(seconds) if seconds < 10 * 86_400 => "expiring",
        Some(_) => "connected",
    }
}

/// What a no means (Graph API, "Error Handling").
#[derive(PartialEq, Eq)]
enum No {
    Dead,
    Look,
    Permission,
    /// Perhaps it was done all the same.
    Perhaps,
    Other,
}

fn no(code: i64, subcode: Option<i64>) -> No {
    match (code, subcode) {
        (190, Some(459 | 464)) => No::Look,
        (190 | 102, _) => No::Dead,
        (3 | 10 | 200..300, _) => No::Permission,
        (1, _) => No::Perhaps,
        _ => No::Other,
    }
}

/// Down, or one call too many.
fn is_passing(code: i64) -> bool {
    matches!(code, 1 | 2 | 4 | 17 | 32 | 341 | 613 | 80002)
}

/// Of any other field no form is a wrong one.
const OF_INTEREST: [&str; 14] = [
    "access_token",
    "expires_in",
    "permissions",
    "user_id",
    "username",
    "id",
    "name",
    "followers_count",
    "media_count",
    "data",
    "error",
    "error_type",
    "error_message",
    "code",
];

/// An object's fields of interest in their order, each as often as it is there.
struct Fields(Vec<(String, Value)>);

impl FromIterator<(String, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if OF_INTEREST.contains(&name.as_str()) {
                        fields.push((name, map.next_value()?));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
