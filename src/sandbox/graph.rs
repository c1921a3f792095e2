//! The Graph host's tokens: a short one becomes a long one, a long one a fresh one, and a person takes it back.

use super::{
    answers::{Answer, Facts, play},
    living::living,
    scenario::Scenario,
    token::{Kind, Token},
    wire::{Ask, Reply},
    world::{APP_SECRET, World},
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

/// `DELETE /me/permissions`: the token is dead from here on, as far as this process remembers.
pub(super) fn revoke(world: &World, shape: &Answer, ask: &Ask) -> Result<Reply, Reply> {
    living(world, ask.token(), "me_err_expired_subcode0")?;
    world.spend(ask.token().unwrap_or_default(), "me_err_removed_458");
    Ok(shape.reply(&Facts::default()))
}

fn grant(world: &World, shape: &Answer, token: &Token, age: i64) -> Reply {
    let seconds = shape.expires_in().unwrap_or(LONG_SECONDS);
    let next = token.next(world.now().as_second().saturating_sub(age), seconds);
    let facts = Facts::default()
        .and("access_token", next.seal())
        .and("expires_in", seconds.saturating_sub(age).to_string());
    shape.reply(&facts)
}
