//! The published schema as a whole. It is made from the types of the answers (`src/commands/schema/tests.rs` holds it
//! against them), and `documents` holds the answers against it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::grammar::commands;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../schemas/igconnect.json")).unwrap()
}

fn words(list: &Value) -> BTreeSet<&str> {
    let words = list.as_array().expect("a list").iter();
    words.map(|word| word.as_str().unwrap()).collect()
}

/// `run` answers with what its command does, and `schema` with schemas.
#[test]
fn every_command_that_answers_has_its_document() {
    let schema = schema();
    let known = schema["$defs"].as_object().unwrap();
    for command in commands() {
        let answers = !["run", "schema"].contains(&command.as_str());
        assert_eq!(known.contains_key(&command), answers, "{command}");
    }
}

#[test]
fn a_field_is_always_there_but_for_what_was_not_asked_for() {
    fn optional(place: &str, part: &Value, found: &mut BTreeSet<String>) {
        if let Some(fields) = part.get("properties").and_then(Value::as_object) {
            let required = part.get("required").map(words).unwrap_or_default();
            let left_out = fields
                .keys()
                .filter(|name| !required.contains(name.as_str()));
            found.extend(left_out.map(|name| format!("{place} {name}")));
            assert!(
                required.iter().all(|name| fields.contains_key(*name)),
                "{place}"
            );
        }
        match part {
            Value::Object(parts) => parts.values().for_each(|part| optional(place, part, found)),
            Value::Array(parts) => parts.iter().for_each(|part| optional(place, part, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for (name, part) in schema()["$defs"].as_object().unwrap() {
        optional(name, part, &mut found);
    }
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(
        found,
        [
            "history error",
            "list error",
            "refresh error",
            "refresh handed_over",
            "status error"
        ]
    );
}
