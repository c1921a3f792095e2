//! What the tests of this folder start from.

use std::collections::BTreeSet;

use crate::harness::scan::assert_none;
use crate::harness::{Canaries, World};

/// Every verbosity and format.
pub const VOICES: [&[&str]; 7] = [
    &[],
    &["-v"],
    &["-vv"],
    &["--quiet"],
    &["--json"],
    &["--json", "-v"],
    &["--json", "-vv"],
];

/// Looks out for the tokens that are in the sandbox's store now: for their ends, which alone are random.
pub fn watch_tokens(world: &World, canaries: &mut Canaries, known: &mut BTreeSet<String>) {
    for (name, content) in world.secrets() {
        let text = String::from_utf8(content).unwrap();
        // An App Secret is kept there too.
        let Some(token) = text.split("\"token\":\"").nth(1) else {
            continue;
        };
        let token = token.split('"').next().unwrap();
        if known.insert(token.to_owned()) {
            canaries.watch(&format!("the token in {name}"), &token[token.len() - 24..]);
        }
    }
}

/// Searches everything but the sandbox's own store, which is a private file in plain text, and says so.
#[track_caller]
pub fn assert_no_leaks(world: &World, canaries: &Canaries) {
    let store = world.sandbox_folder().join("secrets").display().to_string();
    let mut leaks = world.leaks(canaries);
    leaks.retain(|leak| !leak.place.starts_with(&store));
    assert_none(&leaks);
}
