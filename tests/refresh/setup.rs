//! What the tests of this folder start from.

use serde_json::Value;

use crate::harness::Output;

pub fn account(output: &Output) -> Value {
    output.json()["accounts"][0].clone()
}
