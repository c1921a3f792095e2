//! What the tests of this folder start from.

use crate::harness::World;

/// Fails unless it ends with this code and a clear sentence, and with `--json` also as one document.
#[track_caller]
pub fn refused(world: &World, arguments: &[&str], code: i32, name: &str, words: &str) {
    let _ = world
        .command(arguments)
        .run()
        .assert_fails(code)
        .assert_says(words);
    // `--json` first: what follows may be swallowed.
    let json = [&["--json"], arguments].concat();
    let _ = world.command(&json).run().assert_json_failure(code, name);
}
