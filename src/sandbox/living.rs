//! Whether an access token is alive, and whose it is: the question that every Graph endpoint asks first.

use jiff::{Timestamp, tz};

use super::{
    answers::{Facts, play, play_with},
    people::Person,
    token::Token,
    wire::Reply,
    world::{APP_ID, World},
};

/// Whose token it is, if it is alive; otherwise what Instagram says about it. `expired` is the answer for a
/// token past its end, with the times put in.
pub(super) fn living(
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

/// The way Instagram writes a time in a sentence, such as `Monday, 01-Dec-25 11:00:00 PST`.
fn in_california(second: i64) -> String {
    let zone = tz::TimeZone::fixed(tz::offset(-8));
    let at = Timestamp::from_second(second)
        .unwrap_or_default()
        .to_zoned(zone);
    at.strftime("%A, %d-%b-%y %H:%M:%S PST").to_string()
}
