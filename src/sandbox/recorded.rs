//! Instagram's recorded answers from `recorded.json`, each with how sure we are of it.
//!
//! Every API response of the sandbox is one of these, with the current ids and tokens filled in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::endpoint::Endpoint;
use super::response::Response;

/// The account id in the recorded answers. It also names the account in a usage header.
const RECORDED_ID: &str = "17841400000000017";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RecordedAnswer {
    /// Such as `me_err_password_460`.
    pub(super) name: String,
    /// The scenario that plays it: `answer:NAME`.
    pub(super) scenario: String,
    pub(super) about: String,
    pub(super) endpoint: Endpoint,
    /// 200 if it only gives the form of a success, after the rules of its endpoint were checked.
    pub(super) status: u16,
    headers: BTreeMap<String, String>,
    pub(super) body: Value,
}

#[derive(Deserialize)]
struct RecordedJson {
    name: String,
    endpoint: String,
    method: String,
    status: u16,
    body: Value,
    confidence: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

static ANSWERS: LazyLock<Vec<RecordedAnswer>> = LazyLock::new(|| {
    let recorded: Vec<RecordedJson> =
        serde_json::from_str(include_str!("recorded.json")).unwrap_or_default();
    recorded.into_iter().map(RecordedAnswer::from).collect()
});

/// In the order of the file.
pub(super) fn all() -> &'static [RecordedAnswer] {
    &ANSWERS
}

pub(super) fn find(name: &str) -> Option<&'static RecordedAnswer> {
    ANSWERS.iter().find(|answer| answer.name == name)
}

pub(super) fn replay(name: &str) -> Response {
    replay_with(name, &[])
}

/// Responds with the answer of that name, with `values` filled in.
pub(super) fn replay_with(name: &str, values: CurrentValues<'_>) -> Response {
    let missing = || json!({"sandbox": "an answer is missing from recorded.json"});
    find(name).map_or_else(
        || Response::json(500, &missing()),
        |answer| answer.respond(values),
    )
}

/// Current values by their key in a body. The form stays as recorded: a number stays a number, a list stays a list, and a
/// key that was not recorded does not appear.
pub(super) type CurrentValues<'a> = &'a [(&'static str, String)];

fn current<'a>(values: CurrentValues<'a>, key: &str) -> Option<&'a str> {
    let (_, value) = values.iter().find(|(known, _)| *known == key)?;
    Some(value)
}

fn fill(recorded: &Value, values: CurrentValues<'_>) -> Value {
    match recorded {
        Value::Object(fields) => {
            let filled = fields.iter().map(|(key, old)| {
                let new = current(values, key);
                let new = new.map_or_else(|| fill(old, values), |new| convert_like(old, new));
                (key.clone(), new)
            });
            Value::Object(filled.collect())
        }
        Value::Array(items) => items.iter().map(|item| fill(item, values)).collect(),
        other => other.clone(),
    }
}

/// Gives `new` the JSON type of `old`.
fn convert_like(old: &Value, new: &str) -> Value {
    match old {
        Value::Number(_) => new.parse::<u64>().map_or_else(|_| json!(new), Value::from),
        Value::Array(_) => new.split(',').collect(),
        _ => json!(new),
    }
}

impl RecordedAnswer {
    pub(super) fn respond(&self, values: CurrentValues<'_>) -> Response {
        let mut response = Response::json(self.status, &fill(&self.body, values));
        // `account` is the professional id where `user_id` of the body is the app-scoped one.
        let account = current(values, "account").or_else(|| current(values, "user_id"));
        let account = account.unwrap_or(RECORDED_ID);
        for (name, value) in &self.headers {
            // A header name has to be static, and these two are all that was recorded.
            let name = match name.as_str() {
                "x-app-usage" => "x-app-usage",
                _ => "x-business-use-case-usage",
            };
            response = response.with_header(name, value.replace(RECORDED_ID, account));
        }
        response
    }

    /// A text in the body, such as `location` or `page_text`.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key)?.as_str()
    }

    /// The lifetime of the token in this answer, in seconds.
    pub(super) fn expires_in(&self) -> Option<i64> {
        self.body.get("expires_in")?.as_i64()
    }
}

impl From<RecordedJson> for RecordedAnswer {
    fn from(recorded: RecordedJson) -> Self {
        let url = Url::parse(&recorded.endpoint).ok();
        let endpoint = url.and_then(|url| Endpoint::find(&recorded.method, url.path()));
        Self {
            scenario: format!("answer:{}", recorded.name),
            about: format!("status {} ({})", recorded.status, recorded.confidence),
            // An answer of an endpoint that the sandbox does not have is played by the profile.
            endpoint: endpoint.unwrap_or(Endpoint::Me),
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
    fn a_value_takes_the_form_of_what_was_recorded() {
        let values = [
            ("user_id", "27000000000000019".to_owned()),
            ("permissions", "a,b".to_owned()),
        ];
        let old = json!({"data": [{"user_id": 1, "permissions": "x"}], "user_id": "1", "permissions": ["x"]});
        let new = json!({"data": [{"user_id": 27000000000000019_u64, "permissions": "a,b"}],
            "user_id": "27000000000000019", "permissions": ["a", "b"]});
        assert_eq!(fill(&old, &values), new);
    }

    #[test]
    fn every_recorded_answer_is_read() {
        let raw: Vec<Value> = serde_json::from_str(include_str!("recorded.json")).unwrap();
        assert_eq!(all().len(), raw.len());
        let known = ["x-app-usage", "x-business-use-case-usage"];
        assert!(
            all()
                .iter()
                .flat_map(|answer| answer.headers.keys())
                .all(|name| known.contains(&name.as_str()))
        );
    }
}
