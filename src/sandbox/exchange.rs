//! `POST /oauth/access_token`: a code becomes a short token, or Instagram's sentence about why not.

use super::{
    answers::{Answer, Facts, play, play_with},
    people::Person,
    seal::mark,
    token::{Code, Kind, Token},
    wire::{Ask, Reply},
    world::{APP_ID, APP_SECRET, World},
};

/// How long a code lives (Instagram API reference, "Business Login"): one hour.
const CODE_SECONDS: i64 = 3600;

/// How long a short token lives: one hour.
const SHORT_SECONDS: i64 = 3600;

/// Applies Instagram's rules in the order in which its answers show them; `shape` is the form of a success.
pub(super) fn exchange(world: &World, shape: &Answer, ask: &Ask) -> Result<Reply, Reply> {
    // A JSON body reads as a form without any field: that is how Instagram answers it.
    match ask.field("client_id") {
        None => return Err(play("token_err_missing_client_id")),
        Some(APP_ID) => {}
        Some(_) => return Err(play("token_err_invalid_platform_app")),
    }
    for name in ["client_secret", "grant_type", "redirect_uri", "code"] {
        if ask.field(name).is_none() {
            return Err(missing(name));
        }
    }
    if ask.field("grant_type") != Some("authorization_code") {
        return Err(missing("grant_type"));
    }
    let text = ask.field("code").unwrap_or_default();
    let (code, person) = known(text).ok_or_else(|| play("token_err_invalid_code"))?;
    let now = world.now().as_second();
    if code.app != APP_ID || now.saturating_sub(code.issued_at) >= CODE_SECONDS {
        return Err(play("token_err_code_not_found_or_used"));
    }
    if let Some(used) = world.refusal_of(text) {
        return Err(play(used));
    }
    let same_place = ask
        .field("redirect_uri")
        .is_some_and(|uri| mark(uri) == code.redirect);
    if !same_place || ask.field("client_secret") != Some(APP_SECRET) {
        return Err(play("token_err_redirect_mismatch_or_secret"));
    }
    if !world.spend(text, "token_err_code_used") {
        return Err(play("token_err_code_used"));
    }
    let token = Token::issue(Kind::Short, &code, now, SHORT_SECONDS);
    let facts = Facts::default()
        .and("access_token", token.seal())
        .and("user_id", person.app_scoped_id(APP_ID))
        .and("permissions", code.permissions.joined());
    Ok(shape.reply(&facts))
}

/// A code of ours and who gave it.
fn known(text: &str) -> Option<(Code, &'static Person)> {
    let code = Code::open(text)?;
    let person = Person::named(&code.person)?;
    Some((code, person))
}

fn missing(field: &str) -> Reply {
    let message = format!("Missing required field {field}");
    play_with(
        "token_err_missing_client_id",
        &Facts::default().and("error_message", message),
    )
}
