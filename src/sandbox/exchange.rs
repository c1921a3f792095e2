//! The endpoints for tokens: exchanges a code, extends a short-lived token, refreshes a long-lived one, revokes.

use super::accounts::SandboxAccount;
use super::api_call::ApiCall;
use super::recorded::{RecordedAnswer, replay, replay_with};
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_ID, APP_SECRET};
use super::token::{Code, Token, TokenKind, hash};
use crate::account::REFRESH_MIN_AGE;

/// Codes and short-lived tokens are valid for one hour (Instagram API reference, "Business Login").
const CODE_SECONDS: i64 = 3600;
const SHORT_SECONDS: i64 = 3600;

/// The lifetime of a long-lived token in the replies that people have published.
const LONG_SECONDS: i64 = 5_183_944;

/// The age of a backdated token: nine of its sixty days are left, so a refresh is due.
const BACKDATED_SECONDS: i64 = 51 * 24 * 3600;

/// `POST /oauth/access_token`. Checks in the order that Instagram's answers show. `form` is the form of a success.
pub(super) fn exchange(call: &ApiCall<'_>, form: &RecordedAnswer) -> Result<Response, Response> {
    let (state, request) = (call.state, call.request);
    // A JSON body counts as a form without fields: Instagram answers it like that.
    match request.field("client_id") {
        None => return Err(replay("token_err_missing_client_id")),
        Some(APP_ID) => {}
        Some(_) => return Err(replay("token_err_invalid_platform_app")),
    }
    for name in ["client_secret", "grant_type", "redirect_uri", "code"] {
        if request.field(name).is_none() {
            return Err(refuse_missing(name));
        }
    }
    if request.field("grant_type") != Some("authorization_code") {
        return Err(refuse_missing("grant_type"));
    }
    let text = request.field("code").unwrap_or_default();
    let opened =
        Code::open(text).and_then(|code| Some((SandboxAccount::find(&code.username)?, code)));
    let (account, code) = opened.ok_or_else(|| replay("token_err_invalid_code"))?;
    let now = state.now().as_second();
    if code.app != APP_ID || now.saturating_sub(code.issued_at) >= CODE_SECONDS {
        return Err(replay("token_err_code_not_found_or_used"));
    }
    if let Some(refusal) = state.refusal_of(text) {
        return Err(replay(refusal));
    }
    let is_same_uri =
        (request.field("redirect_uri")).is_some_and(|uri| hash(uri) == code.redirect_hash);
    // One answer for both: Instagram does not say which of them is wrong.
    if !is_same_uri || request.field("client_secret") != Some(APP_SECRET) {
        return Err(replay("token_err_redirect_mismatch_or_secret"));
    }
    // Again, because another request may have used the code since the look above.
    if !state.refuse(text, "token_err_code_used") {
        return Err(replay("token_err_code_used"));
    }
    let token = Token::issue(&code, now, SHORT_SECONDS);
    Ok(form.respond(&[
        ("access_token", token.seal()),
        ("user_id", account.app_scoped_id(APP_ID)),
        ("permissions", code.permissions.joined()),
    ]))
}

fn refuse_missing(field: &str) -> Response {
    let message = format!("Missing required field {field}");
    replay_with("token_err_missing_client_id", &[("error_message", message)])
}

/// `GET /access_token`. Checks the secret first, so that a made-up token still shows whether the secret is right.
pub(super) fn extend(call: &ApiCall<'_>, form: &RecordedAnswer) -> Result<Response, Response> {
    let request = call.request;
    if request.param("grant_type") != Some("ig_exchange_token") {
        return Err(replay("token_long_err_unsupported_get"));
    }
    if request.param("client_secret") != Some(APP_SECRET) {
        return Err(replay("token_long_err_secret"));
    }
    let (token, _) = call.authenticate("token_refresh_err_expired")?;
    if token.kind == TokenKind::Long {
        return Err(replay("token_long_err_session_key"));
    }
    let age = match call.scenario {
        Scenario::Backdated => BACKDATED_SECONDS,
        _ => 0,
    };
    Ok(grant(call, form, &token, age))
}

/// `GET /refresh_access_token`: only for a valid long-lived token that is at least 24 hours old.
pub(super) fn refresh(call: &ApiCall<'_>, form: &RecordedAnswer) -> Result<Response, Response> {
    if call.request.param("grant_type") != Some("ig_refresh_token") {
        return Err(replay("token_refresh_err_legacy_token"));
    }
    let text = call.request.token().unwrap_or_default();
    let (token, _) = call.authenticate("token_refresh_err_expired")?;
    if token.kind == TokenKind::Short {
        return Err(replay("token_long_err_session_key"));
    }
    let now = call.state.now().as_second();
    if now.saturating_sub(token.issued_at) < REFRESH_MIN_AGE.as_secs() {
        return Err(replay("token_refresh_err_too_young_UNKNOWN"));
    }
    if call.scenario == Scenario::SameToken {
        let left = token.expires_at.saturating_sub(now);
        return Ok(form.respond(&[
            ("access_token", text.to_owned()),
            ("expires_in", left.to_string()),
        ]));
    }
    if call.scenario == Scenario::OldTokenDies {
        call.state.refuse(text, "me_err_invalid_session_492");
    }
    Ok(grant(call, form, &token, 0))
}

/// `DELETE /me/permissions`: the token stays invalid for as long as this process runs.
pub(super) fn revoke(call: &ApiCall<'_>, form: &RecordedAnswer) -> Result<Response, Response> {
    call.authenticate("me_err_expired_subcode0")?;
    let text = call.request.token().unwrap_or_default();
    call.state.refuse(text, "me_err_removed_458");
    Ok(form.respond(&[]))
}

/// Issues the next long-lived token, `age` seconds old.
fn grant(call: &ApiCall<'_>, form: &RecordedAnswer, token: &Token, age: i64) -> Response {
    let seconds = form.expires_in().unwrap_or(LONG_SECONDS);
    let next = token.next(call.state.now().as_second().saturating_sub(age), seconds);
    form.respond(&[
        ("access_token", next.seal()),
        ("expires_in", seconds.saturating_sub(age).to_string()),
    ])
}
