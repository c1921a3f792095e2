//! What the tests of this folder start from.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

/// The recorded answers by name, with their status: the file that the sandbox itself plays from.
pub fn recorded() -> BTreeMap<String, u64> {
    let text = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/sandbox/recorded.json"
    ));
    let answers: Vec<Value> = serde_json::from_str(&text.unwrap()).unwrap();
    answers
        .iter()
        .map(|answer| {
            let name = answer["name"].as_str().unwrap().to_owned();
            (name, answer["status"].as_u64().unwrap())
        })
        .collect()
}

/// Fails unless these names, each once, are those of the recorded answers that are wanted.
#[track_caller]
pub fn assert_all_are_expected<'a>(
    shown: impl Iterator<Item = &'a str>,
    wanted: impl Fn(u64) -> bool,
) {
    let mut shown: Vec<_> = shown.collect();
    shown.sort_unstable();
    let recorded = recorded();
    let expected: Vec<_> = recorded
        .iter()
        .filter(|(_, status)| wanted(**status))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        shown, expected,
        "a recorded answer without an expectation, or the reverse"
    );
}
