//! Instagram's recorded answers, one by one in `answers.json`, each with how sure we are of it.
//! Every API reply of the sandbox is one of these, with the ids and tokens of the moment put in.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{door::Door, wire::Reply};

/// The account id in the recorded answers, which also names the account in a usage header.
const RECORDED_ID: &str = "17841400000000017";

/// One recorded answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it is called, such as `me_err_password_460`.
    pub(super) name: String,
    /// The scenario that plays it: `answer:NAME`.
    pub(super) scenario: String,
    /// One line about it.
    pub(super) about: String,
    /// Where it is played.
    pub(super) door: Door,
    /// Its status.
    pub(super) status: u16,
    /// Its headers beside the ordinary ones.
    headers: BTreeMap<String, String>,
    /// Its body.
    pub(super) body: Value,
}

#[derive(Deserialize)]
struct Recorded {
    name: String,
    endpoint: String,
    method: String,
    status: u16,
    body: Value,
    confidence: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

static ANSWERS: LazyLock<Vec<Answer>> = LazyLock::new(|| {
    let recorded: Vec<Recorded> =
        serde_json::from_str(include_str!("answers.json")).unwrap_or_default();
    recorded.into_iter().map(Answer::from).collect()
});

/// All of them, in the order of the file.
pub(super) fn all() -> &'static [Answer] {
    &ANSWERS
}

/// The one of that name.
pub(super) fn find(name: &str) -> Option<&'static Answer> {
    ANSWERS.iter().find(|answer| answer.name == name)
}

/// The answer of that name as it was recorded.
pub(super) fn play(name: &str) -> Reply {
    play_with(name, &Facts::default())
}

/// The answer of that name with `facts` in the place of what was recorded.
pub(super) fn play_with(name: &str, facts: &Facts) -> Reply {
    let missing = || {
        Reply::json(
            500,
            &json!({"sandbox": "an answer is missing from answers.json"}),
        )
    };
    find(name).map_or_else(missing, |answer| answer.reply(facts))
}

/// What is true now, by the key it has in a body. The form stays as recorded: a number stays a number,
/// a list a list, and a key that was not recorded does not appear.
#[derive(Debug, Default)]
pub(super) struct Facts(Vec<(&'static str, String)>);

impl Facts {
    /// The same facts and one more.
    pub(super) fn and(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.0.push((key, value.into()));
        self
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value.as_str())
    }

    fn put_into(&self, recorded: &Value) -> Value {
        match recorded {
            Value::Object(fields) => {
                let filled = fields.iter().map(|(key, old)| {
                    let new = self
                        .get(key)
                        .map_or_else(|| self.put_into(old), |new| alike(old, new));
                    (key.clone(), new)
                });
                Value::Object(filled.collect())
            }
            Value::Array(items) => items.iter().map(|item| self.put_into(item)).collect(),
            other => other.clone(),
        }
    }
}

fn alike(old: &Value, new: &str) -> Value {
    match old {
        Value::Number(_) => new
            .parse::<u64>()
            .map_or_else(|_| json!(new), |number| json!(number)),
        Value::Array(_) => new.split(',').collect(),
        _ => json!(new),
    }
}

impl Answer {
    /// Whether the rules of its endpoint come first and it only gives the form of their success.
    pub(super) fn is_success(&self) -> bool {
        self.status == 200
    }

    /// The reply, with `facts` in it.
    pub(super) fn reply(&self, facts: &Facts) -> Reply {
        let mut reply = Reply::json(self.status, &facts.put_into(&self.body));
        // `account` is the professional id where `user_id` of the body is the app-scoped one.
        let account = facts
            .get("account")
            .or_else(|| facts.get("user_id"))
            .unwrap_or(RECORDED_ID);
        for (name, value) in &self.headers {
            let name = match name.as_str() {
                "x-app-usage" => "x-app-usage",
                _ => "x-business-use-case-usage",
            };
            reply = reply.with(name, value.replace(RECORDED_ID, account));
        }
        reply
    }

    /// A text somewhere in the body, such as `location` or `page_text`.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key)?.as_str()
    }

    /// How many seconds the token of this answer lives.
    pub(super) fn expires_in(&self) -> Option<i64> {
        self.body.get("expires_in")?.as_i64()
    }
}

impl From<Recorded> for Answer {
    fn from(recorded: Recorded) -> Self {
        let path = Url::parse(&recorded.endpoint)
            .map(|url| url.path().to_owned())
            .unwrap_or_default();
        Self {
            scenario: format!("answer:{}", recorded.name),
            about: format!("status {} ({})", recorded.status, recorded.confidence),
            // An endpoint that the sandbox does not have lends its answer to the profile.
            door: Door::at(&recorded.method, &path).unwrap_or(Door::Me),
            name: recorded.name,
            status: recorded.status,
            headers: recorded.headers,
            body: recorded.body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_takes_the_form_of_what_was_recorded() {
        let facts = Facts::default()
            .and("user_id", "27000000000000019")
            .and("permissions", "a,b");
        let old = json!({"data": [{"user_id": 1, "permissions": "x"}], "user_id": "1", "permissions": ["x"]});
        let new = json!({"data": [{"user_id": 27000000000000019_u64, "permissions": "a,b"}],
            "user_id": "27000000000000019", "permissions": ["a", "b"]});
        assert_eq!(facts.put_into(&old), new);
    }

    #[test]
    fn every_recorded_answer_is_read() {
        let raw: Vec<Value> = serde_json::from_str(include_str!("answers.json")).unwrap();
        assert_eq!(all().len(), raw.len());
        let known = ["x-app-usage", "x-business-use-case-usage"];
        assert!(
            all()
                .iter()
                .flat_map(|a| a.headers.keys())
                .all(|name| known.contains(&name.as_str()))
        );
    }
}
