//! What an answer says, rightly read, and what has to follow from it. Three rules, without a line of the program:
//! an answer is one JSON object, and what it says in two ways it does not say; a refusal is what has a code and says no,
//! and wins; what was asked for has to be there and be usable, in any form with one meaning, and nothing else has to.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

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
        None if fields.all("data").any(|value| value != "null") => return None,
        None => fields,
        Some(list) => {
            let [entry]: [&RawValue; 1] = serde_json::from_str(list).ok()?;
            object(entry.get().as_bytes())?
        }
    };
    match endpoint {
        Endpoint::Me => person(&fields),
        _ => token(&fields),
    }
}

fn object(body: &[u8]) -> Option<Fields<'_>> {
    let body = std::str::from_utf8(body).ok()?;
    serde_json::from_str(body.strip_prefix('\u{feff}').unwrap_or(body)).ok()
}

/// The refusal, if there is one; nothing at all where something looks like one and is none.
fn refusal(fields: &Fields<'_>, status: u16) -> Option<Option<Says>> {
    let says_no = (400..500).contains(&status).then_some(i64::from(status));
    let is_there = |name| fields.all(name).any(|value| value != "null");
    let flat = is_there("error_type") || is_there("error_message");
    let error = get(fields, "error");
    let inner = error.and_then(|error| object(error.as_bytes()));
    let of_error = match (&inner, error.and_then(text)) {
        (Some(inner), _) => inner,
        (None, Some(_)) => fields,
        (None, None) if is_there("error") => return None,
        (None, None) if flat => fields,
        (None, None) => return Some(None),
    };
    // A number that is there has to be one.
    let number_of = |name| match get(of_error, name) {
        Some(value) => number(value).map(Some),
        None if of_error.all(name).any(|value| value != "null") => None,
        None => Some(None),
    };
    let (code, subcode) = (number_of("code")?, number_of("error_subcode")?);
    Some(Some(Says::No(code.or(says_no)?, subcode)))
}

fn token(fields: &Fields<'_>) -> Option<Says> {
    let token = text(get(fields, "access_token")?)?;
    let usable = (1..=4096).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
    let life = get(fields, "expires_in").and_then(number);
    usable.then(|| Says::Token(token, life.filter(|seconds| *seconds > 0)))
}

fn person(fields: &Fields<'_>) -> Option<Says> {
    let id = get(fields, "user_id")?;
    let is_digits = |id: &str| id.bytes().all(|b| b.is_ascii_digit());
    let id = match text(id) {
        Some(id) => id.trim_ascii().to_owned(),
        None if is_digits(id) => id.to_owned(),
        None => number(id)?.to_string(),
    };
    let name = text(get(fields, "username")?)?;
    let whole = (1..=32).contains(&id.len()) && is_digits(&id);
    let is_name = (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
    (whole && is_name).then_some(Says::Person { same: id == ID })
}

/// Says what a text says; half a letter is a letter that no token and no name has.
fn text(json: &str) -> Option<String> {
    match serde_json::from_str::<Value>(json) {
        Ok(Value::String(text)) => Some(text),
        Err(_) if json.starts_with('"') => Some("\u{fffd}".to_owned()),
        _ => None,
    }
}

/// A whole number, whether it is written as one, with a fraction of zero, or as a text.
fn number(json: &str) -> Option<i64> {
    let inner = text(json);
    let digits = inner.as_deref().unwrap_or(json).trim_ascii();
    match serde_json::from_str::<Value>(digits).ok()? {
        Value::Number(number) => number.as_i64().or_else(|| {
            let number = number.as_f64()?;
            (number.fract() == 0.0 && number.abs() < 2_f64.powi(53)).then_some(number as i64)
        }),
        _ => None,
    }
}

fn get<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a str> {
    let all: Vec<_> = fields.all(name).collect();
    let first = *all.first()?;
    (first != "null" && all.iter().all(|other| *other == first)).then_some(first)
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

/// An object's fields in their order, each as often as it is there.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.get())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
