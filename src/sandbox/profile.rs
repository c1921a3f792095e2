//! `GET /me`: the requested fields of the profile that a token belongs to.

use serde_json::{Map, Value, json};

use super::accounts::SandboxAccount;
use super::api_call::ApiCall;
use super::recorded::{RecordedAnswer, replay_with};
use super::response::Response;
use super::scenario::Scenario;

/// Returns the requested fields and always `id`; or the recorded answer `form` with the ids of this account.
pub(super) fn me(call: &ApiCall<'_>, form: Option<&RecordedAnswer>) -> Result<Response, Response> {
    let (token, account) = call.authenticate("me_err_expired_subcode0")?;
    let id = account.app_scoped_id(&token.app);
    if let Some(form) = form {
        return Ok(form.respond(&[
            ("user_id", account.user_id.to_owned()),
            ("username", account.username.to_owned()),
            ("id", id),
        ]));
    }
    let known = profile(account);
    let mut shown = Map::new();
    let requested = call.request.param("fields").unwrap_or_default();
    for field in requested.split(',').filter(|field| !field.is_empty()) {
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
    let mut body = Value::Object(shown);
    if call.scenario == Scenario::MeEnvelope {
        body = json!({ "data": [body] });
    }
    Ok(Response::json(200, &body))
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
    })
}

fn refuse_unknown(field: &str) -> Response {
    let message = format!("(#100) Tried accessing nonexisting field ({field})");
    replay_with("me_err_unknown_field", &[("message", message)])
}
