//! The tokens of the Graph host: extends a short-lived token, refreshes a long-lived one, revokes permissions.

use super::authenticate::authenticate;
use super::recorded::{RecordedAnswer, replay};
use super::request::Request;
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_SECRET, SandboxState};
use super::token::{Token, TokenKind};
use crate::account::REFRESH_MIN_AGE;

/// The lifetime of a long-lived token in the replies that people have published.
const LONG_SECONDS: i64 = 5_183_944;

/// The age of a backdated token: nine of its sixty days are left, so a refresh is due.
const BACKDATED_SECONDS: i64 = 51 * 24 * 3600;

/// `GET /access_token`. Checks the secret first, so that a made-up token still shows whether the secret is right.
pub(super) fn extend(
    state: &SandboxState,
    scenario: Scenario,
    form: &RecordedAnswer,
    request: &Request,
) -> Result<Response, Response> {
    if request.param("grant_type") != Some("ig_exchange_token") {
        return Err(replay("token_long_err_unsupported_get"));
    }
    if request.param("client_secret") != Some(APP_SECRET) {
        return Err(replay("token_long_err_secret"));
    }
    let (token, _) = authenticate(state, request.token(), "token_refresh_err_expired")?;
    if token.kind == TokenKind::Long {
        return Err(replay("token_long_err_session_key"));
    }
    let age = match scenario {
        Scenario::Backdated => BACKDATED_SECONDS,
        _ => 0,
    };
    Ok(grant(state, form, &token, age))
}

/// `GET /refresh_access_token`: only for a valid long-lived token that is at least 24 hours old.
pub(super) fn refresh(
    state: &SandboxState,
    scenario: Scenario,
    form: &RecordedAnswer,
    request: &Request,
) -> Result<Response, Response> {
    if request.param("grant_type") != Some("ig_refresh_token") {
        return Err(replay("token_refresh_err_legacy_token"));
    }
    let text = request.token().unwrap_or_default();
    let (token, _) = authenticate(state, Some(text), "token_refresh_err_expired")?;
    if token.kind == TokenKind::Short {
        return Err(replay("token_long_err_session_key"));
    }
    let now = state.now().as_second();
    if now.saturating_sub(token.issued_at) < REFRESH_MIN_AGE.as_secs() {
        return Err(replay("token_refresh_err_too_young_UNKNOWN"));
    }
    if scenario == Scenario::SameToken {
        let left = token.expires_at.saturating_sub(now);
        return Ok(form.respond(&[
            ("access_token", text.to_owned()),
            ("expires_in", left.to_string()),
        ]));
    }
    if scenario == Scenario::OldTokenDies {
        state.refuse(text, "me_err_invalid_session_492");
    }
    Ok(grant(state, form, &token, 0))
}

/// `DELETE /me/permissions`: the token stays invalid for as long as this process runs.
pub(super) fn revoke(
    state: &SandboxState,
    form: &RecordedAnswer,
    request: &Request,
) -> Result<Response, Response> {
    authenticate(state, request.token(), "me_err_expired_subcode0")?;
    state.refuse(request.token().unwrap_or_default(), "me_err_removed_458");
    Ok(form.respond(&[]))
}

/// Issues the next long-lived token, `age` seconds old.
fn grant(state: &SandboxState, form: &RecordedAnswer, token: &Token, age: i64) -> Response {
    let seconds = form.expires_in().unwrap_or(LONG_SECONDS);
    let next = token.next(state.now().as_second().saturating_sub(age), seconds);
    form.respond(&[
        ("access_token", next.seal()),
        ("expires_in", seconds.saturating_sub(age).to_string()),
    ])
}
