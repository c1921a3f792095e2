//! `GET /me`: the profile of the person whose token it is, field by field as asked.

use serde_json::{Map, Value, json};

use super::{
    answers::{Answer, Facts, play_with},
    living::living,
    people::Person,
    scenario::Scenario,
    wire::{Ask, Reply},
    world::World,
};

/// The fields asked for, and always `id`; or the recorded answer `shape` with this person's ids.
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
