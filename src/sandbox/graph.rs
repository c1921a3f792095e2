//! The Graph host: a short token becomes a long one, a long one a fresh one, and `/me` says who it is.

use jiff::{Timestamp, tz};
use serde_json::{Map, Value, json};

use super::{
    answers::{Answer, Facts, play, play_with},
    people::Person,
    scenario::Scenario,
    token::{Kind, Token},
    wire::{Ask, Reply},
    world::{APP_ID, APP_SECRET, World},
};
use crate::account::REFRESH_MIN_AGE;

/// What Instagram says that a long token lives, in the replies people have shown.
const LONG_SECONDS: i64 = 5_183_944;

/// How old a backdated token is: nine of its sixty days are left, so that a renewal is due.
const BACKDATED_SECONDS: i64 = 51 * 24 * 3600;

/// `GET /access_token`: the secret is judged first, so that a made-up token still tells whether it is right.
pub(super) fn extend(
    world: &World,
    scenario: Scenario,
    shape: &Answer,
    ask: &Ask,
) -> Result<Reply, Reply> {
    if ask.param("grant_type") != Some("ig_exchange_token") {
        return Err(play("token_long_err_unsupported_get"));
    }
    if ask.param("client_secret") != Some(APP_SECRET) {
        return Err(play("token_long_err_secret"));
    }
    let (token, _) = living(world, ask.token(), "token_refresh_err_expired")?;
    if token.kind == Kind::Long {
        return Err(play("token_long_err_session_key"));
    }
    let age = if scenario == Scenario::Backdated {
        BACKDATED_SECONDS
    } else {
        0
    };
    Ok(grant(world, shape, &token, age))
}

/// `GET /refresh_access_token`: only for a long token that is alive and at least 24 hours old.
pub(super) fn refresh(
    world: &World,
    scenario: Scenario,
    shape: &Answer,
    ask: &Ask,
) -> Result<Reply, Reply> {
    if ask.param("grant_type") != Some("ig_refresh_token") {
        return Err(play("token_refresh_err_legacy_token"));
    }
    let text = ask.token().unwrap_or_default();
    let (token, _) = living(world, Some(text), "token_refresh_err_expired")?;
    if token.kind == Kind::Short {
        return Err(play("token_long_err_session_key"));
    }
    let age = world.now().as_second().saturating_sub(token.issued_at);
    if age < REFRESH_MIN_AGE.as_secs() {
        return Err(play("token_refresh_err_too_young_UNKNOWN"));
    }
    if scenario == Scenario::SameToken {
        let left = token.expires_at.saturating_sub(world.now().as_second());
        let facts = Facts::default()
            .and("access_token", text)
            .and("expires_in", left.to_string());
        return Ok(shape.reply(&facts));
    }
    if scenario == Scenario::OldTokenDies {
        world.spend(text, "me_err_invalid_session_492");
    }
    Ok(grant(world, shape, &token, 0))
}

/// `GET /me`: the fields asked for, and always `id`.
pub(super) fn me(
    world: &World,
    scenario: Scenario,
    shape: Option<&Answer>,
    ask: &Ask,
) -> Result<Reply, Reply> {
    let (token, person) = living(world, ask.token(), "me_err_expired_subcode0")?;
    if let Some(shape) = shape {
        let facts = Facts::default()
            .and("user_id", person.user_id)
            .and("username", person.username)
            .and("id", person.app_scoped_id(&token.app));
        return Ok(shape.reply(&facts));
    }
    let mut known = profile(person);
    let mut shown = Map::new();
    for field in ask
        .param("fields")
        .unwrap_or_default()
        .split(',')
        .filter(|f| !f.is_empty())
    {
        match known.remove(field) {
            // Asked twice is shown once; `id` is added below.
            None if field == "id" || shown.contains_key(field) => {}
            None => return Err(nonexisting(field)),
            Some(Value::Null) => {}
            Some(value) => drop(shown.insert(field.to_owned(), value)),
        }
    }
    shown.insert("id".to_owned(), json!(person.app_scoped_id(&token.app)));
    let shown = Value::Object(shown);
    let enveloped = scenario == Scenario::MeEnvelope;
    Ok(Reply::json(
        200,
        &if enveloped {
            json!({"data": [shown]})
        } else {
            shown
        },
    ))
}

/// `DELETE /me/permissions`: the token is dead from here on, as far as this process remembers.
pub(super) fn revoke(world: &World, shape: &Answer, ask: &Ask) -> Result<Reply, Reply> {
    living(world, ask.token(), "me_err_expired_subcode0")?;
    world.spend(ask.token().unwrap_or_default(), "me_err_removed_458");
    Ok(shape.reply(&Facts::default()))
}

/// Whose token it is, if it is alive; otherwise what Instagram says about it.
fn living(
    world: &World,
    text: Option<&str>,
    expired: &str,
) -> Result<(Token, &'static Person), Reply> {
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or_else(|| play("me_err_unsupported_get"))?;
    let garbage = || play("me_err_cannot_parse");
    let token = Token::open(text)
        .filter(|token| token.app == APP_ID)
        .ok_or_else(garbage)?;
    let person = Person::named(&token.person).ok_or_else(garbage)?;
    if let Some(refusal) = world.refusal_of(text) {
        return Err(play(refusal));
    }
    if token.is_expired(world.now()) {
        let (end, now) = (
            in_california(token.expires_at),
            in_california(world.now().as_second()),
        );
        let message = format!(
            "Error validating access token: Session has expired on {end}. The current time is {now}."
        );
        return Err(play_with(
            expired,
            &Facts::default().and("message", message),
        ));
    }
    Ok((token, person))
}

fn grant(world: &World, shape: &Answer, token: &Token, age: i64) -> Reply {
    let seconds = shape.expires_in().unwrap_or(LONG_SECONDS);
    let next = token.next(world.now().as_second().saturating_sub(age), seconds);
    let facts = Facts::default()
        .and("access_token", next.seal())
        .and("expires_in", seconds.saturating_sub(age).to_string());
    shape.reply(&facts)
}

fn profile(person: &Person) -> Map<String, Value> {
    let [followers, follows, media] = person.counts;
    let fields = [
        ("user_id", json!(person.user_id)),
        ("username", json!(person.username)),
        ("name", json!(person.name)),
        ("account_type", json!(person.account_type)),
        ("profile_picture_url", json!(person.picture)),
        ("followers_count", json!(followers)),
        ("follows_count", json!(follows)),
        ("media_count", json!(media)),
        ("biography", json!(person.biography)),
        ("website", json!(person.website)),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn nonexisting(field: &str) -> Reply {
    let message = format!("(#100) Tried accessing nonexisting field ({field})");
    play_with(
        "me_err_unknown_field",
        &Facts::default().and("message", message),
    )
}

/// The way Instagram writes a time in a sentence, such as `Monday, 01-Dec-25 11:00:00 PST`.
fn in_california(second: i64) -> String {
    let zone = tz::TimeZone::fixed(tz::offset(-8));
    let at = Timestamp::from_second(second)
        .unwrap_or_default()
        .to_zoned(zone);
    at.strftime("%A, %d-%b-%y %H:%M:%S PST").to_string()
}
