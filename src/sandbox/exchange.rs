//! `POST /oauth/access_token`: exchanges a code for a short-lived token.

use super::accounts::SandboxAccount;
use super::recorded::{RecordedAnswer, RecordedValues, replay, replay_with};
use super::request::Request;
use super::response::Response;
use super::seal::hash;
use super::state::{APP_ID, APP_SECRET, SandboxState};
use super::token::{Code, Token, TokenKind};

/// One hour (Instagram API reference, "Business Login").
const CODE_SECONDS: i64 = 3600;

/// One hour.
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
    let (code, account) = open_code(text).ok_or_else(|| replay("token_err_invalid_code"))?;
    let now = state.now().as_second();
    if code.app != APP_ID || now.saturating_sub(code.issued_at) >= CODE_SECONDS {
        return Err(replay("token_err_code_not_found_or_used"));
    }
    if let Some(refusal) = state.refusal_of(text) {
        return Err(replay(refusal));
    }
    let is_same_uri = request
        .field("redirect_uri")
        .is_some_and(|uri| hash(uri) == code.redirect_hash);
    if !is_same_uri || request.field("client_secret") != Some(APP_SECRET) {
        return Err(replay("token_err_redirect_mismatch_or_secret"));
    }
    if !state.refuse(text, "token_err_code_used") {
        return Err(replay("token_err_code_used"));
    }
    let token = Token::issue(TokenKind::Short, &code, now, SHORT_SECONDS);
    let values = RecordedValues::default()
        .with("access_token", token.seal())
        .with("user_id", account.app_scoped_id(APP_ID))
        .with("permissions", code.permissions.joined());
    Ok(form.respond(&values))
}

fn open_code(text: &str) -> Option<(Code, &'static SandboxAccount)> {
    let code = Code::open(text)?;
    let account = SandboxAccount::find(&code.username)?;
    Some((code, account))
}

fn refuse_missing(field: &str) -> Response {
    let message = format!("Missing required field {field}");
    let values = RecordedValues::default().with("error_message", message);
    replay_with("token_err_missing_client_id", &values)
}
