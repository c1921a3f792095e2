//! `GET /me`: the requested fields of the profile that a token belongs to.

use serde_json::{Map, Value, json};

use super::accounts::SandboxAccount;
use super::api_call::ApiCall;
use super::recorded::{RecordedAnswer, replay_with};
use super::response::Response;
use super::routes::refusal;
use super::scenario::Scenario;

/// Returns the requested fields and always `id`; or the recorded answer `form` with the ids of this account.
pub(super) fn me(call: &ApiCall<'_>, form: Option<&RecordedAnswer>) -> Result<Response, Response> {
    let (token, account) = call.authenticate("me_err_expired_subcode0")?;
    let id = account.app_scoped_id(&token.app);
    if let Some(object) = &call.request.object {
        require_own(object, account, &id)?;
    }
    if let Some(form) = form {
        return Ok(form.respond(&[
            ("user_id", account.user_id.to_owned()),
            ("username", account.username.to_owned()),
            ("id", id),
        ]));
    }
    let mut body = show(call, account, &id)?;
    if call.scenario == Scenario::MeEnvelope {
        body = json!({ "data": [body] });
    }
    Ok(Response::json(200, &body))
}

/// Answers `?ids=` with an object for each id.
pub(super) fn objects(call: &ApiCall<'_>) -> Result<Response, Response> {
    let (token, account) = call.authenticate("me_err_expired_subcode0")?;
    let id = account.app_scoped_id(&token.app);
    let ids = call.request.param("ids");
    let ids = ids.ok_or_else(|| replay_with("me_err_unsupported_get", &[]))?;
    let mut shown = Map::new();
    for object in ids.split(',') {
        require_own(object, account, &id)?;
        shown.insert(object.to_owned(), show(call, account, &id)?);
    }
    Ok(Response::json(200, &Value::Object(shown)))
}

/// A token sees its own account alone, by either id.
fn require_own(object: &str, account: &SandboxAccount, app_scoped: &str) -> Result<(), Response> {
    if [account.user_id, app_scoped, "me"].contains(&object) {
        return Ok(());
    }
    let message = format!(
        "Unsupported get request. Object with ID '{object}' does not exist, cannot be loaded due to missing permissions, \
         or does not support this operation"
    );
    Err(replay_with(
        "me_err_object_missing",
        &[("message", message)],
    ))
}

fn show(call: &ApiCall<'_>, account: &SandboxAccount, id: &str) -> Result<Value, Response> {
    let known = profile(account);
    let mut shown = Map::new();
    for field in fields(call.request.param("fields").unwrap_or_default())? {
        match known.get(field) {
            None if field == "id" => {}
            None => return Err(refuse_unknown(field)),
            // Instagram leaves out what the account has not set.
            Some(Value::Null) => {}
            Some(value) => drop(shown.insert(field.to_owned(), value.clone())),
        }
    }
    // Instagram adds the id to every answer, requested or not.
    shown.insert("id".to_owned(), json!(id));
    Ok(Value::Object(shown))
}

/// Splits a list of fields at the commas outside of braces, and leaves out what is inside.
fn fields(list: &str) -> Result<Vec<&str>, Response> {
    let (mut names, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, c) in list.char_indices().chain([(list.len(), ',')]) {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let field = list.get(start..at).unwrap_or_default();
                let name = field
                    .split(['{', '(', '.'])
                    .next()
                    .unwrap_or_default()
                    .trim();
                if names.contains(&name) {
                    return Err(refuse_twice(name, start, list));
                }
                if !name.is_empty() {
                    names.push(name);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    Ok(names)
}

fn refuse_twice(name: &str, at: usize, list: &str) -> Response {
    let message = format!(
        "Syntax error \"Field {name} specified more than once. This is only possible before version 2.1\" at character {at}: {list}"
    );
    refusal(2500, "OAuthException", &message)
}

fn profile(account: &SandboxAccount) -> Value {
    let [followers, follows, media] = account.counts;
    json!({
        "user_id": account.user_id,
        "username": account.username,
        "name": account.name,
        "account_type": account.account_type,
        "profile_picture_url": account.picture,
        "followers_count": followers,
        "follows_count": follows,
        "media_count": media,
        "biography": account.biography,
        "website": account.website,
        "has_profile_pic": account.picture.is_some(),
        "is_published": true,
        "legacy_instagram_user_id": account.user_id.get(5..),
    })
}

fn refuse_unknown(field: &str) -> Response {
    let message = format!("(#100) Tried accessing nonexisting field ({field})");
    replay_with("me_err_unknown_field", &[("message", message)])
}
