//! What `refresh` says: each thing once, in sentences with a verb.

use crate::harness::World;
#[cfg(unix)]
use crate::harness::need;

#[cfg(unix)]
#[test]
fn a_failure_of_a_refresh_is_said_once_on_a_terminal() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect_two();
    world.database().expire_in(-60);
    let line = ["--sandbox", "refresh", "--all"];
    let output = world.on_a_terminal(&line, &[]).run().assert_code(4);
    let said = output.stdout().matches("does not refresh expired tokens");
    assert_eq!(said.count(), 2, "{}", output.report());
}

#[test]
fn a_refresh_that_is_not_due_has_a_verb() {
    let world = World::new();
    world.connect();
    let output = world.sandbox(&["refresh"]).run().assert_code(0);
    output.assert_prints("@wreckshop.records: needs no refresh until ");
    let output = world
        .sandbox(&["refresh", "--dry-run"])
        .run()
        .assert_code(0);
    output.assert_prints("@wreckshop.records: needs no refresh until ");
}
