//! `POST /oauth/access_token`: exchanges a code for a short-lived token.

use super::accounts::SandboxAccount;
use super::recorded::{RecordedAnswer, replay, replay_with};
use super::request::Request;
use super::response::Response;
use super::seal::hash;
use super::state::{APP_ID, APP_SECRET, SandboxState};
use super::token::{Code, Token};

/// Codes and short-lived tokens are valid for one hour (Instagram API reference, "Business Login").
const CODE_SECONDS: i64 = 3600;
const SHORT_SECONDS: i64 = 3600;

/// Checks in the order that Instagram's answers show. `form` is the form of a success.
pub(super) fn exchange(
    state: &SandboxState,
    form: &RecordedAnswer,
    request: &Request,
) -> Result<Response, Response> {
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
