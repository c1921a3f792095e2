//! What types are called.

use std::collections::{BTreeMap, BTreeSet};

use super::assert_none;
use super::tree::program;

/// Once per command: what may be typed, and what is answered.
const REPEATED: [&str; 2] = ["Args", "Report"];

#[test]
fn a_type_has_its_name_for_itself() {
    let mut places = BTreeMap::<String, BTreeSet<String>>::new();
    for source in program() {
        for (kind, name) in source.definitions() {
            if ["struct", "enum", "union", "trait", "type"].contains(&kind) {
                let place = source.name.clone();
                places.entry(name.to_owned()).or_default().insert(place);
            }
        }
    }
    places.retain(|name, places| places.len() > 1 && !REPEATED.contains(&name.as_str()));
    let found: Vec<_> = places.keys().cloned().collect();
    println!("{places:#?}");
    assert_none("a name of several types", &found);
}
