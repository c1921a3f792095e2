//! `--verify` asks Instagram.

use crate::harness::World;

#[test]
fn a_verification_is_remembered_by_the_next_status() {
    let world = World::new();
    world.connect();
    let verify = ["--scenario", "revoked", "status", "--verify"];
    let asked = world.sandbox(&verify).run().assert_code(4);
    let _ = asked.assert_says("error: @wreckshop.records: the password was changed");
    let _ = world.sandbox(&["status"]).run().assert_code(4);
    assert_eq!(world.state("@wreckshop.records"), "needs_login");
    // A token that answers again is no longer condemned.
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    assert_eq!(world.state("@wreckshop.records"), "connected");
}

#[test]
fn a_verification_without_an_answer_changes_no_state() {
    let world = World::new();
    world.connect();
    for scenario in ["down", "html", "rate-limited"] {
        let asked = world
            .sandbox(&["--scenario", scenario, "status", "--verify", "--json"])
            .run()
            .assert_code(3);
        assert_eq!(
            asked.json()["accounts"][0]["state"],
            "connected",
            "{scenario}"
        );
        assert_eq!(world.state("@wreckshop.records"), "connected", "{scenario}");
    }
}
