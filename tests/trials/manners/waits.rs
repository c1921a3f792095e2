//! A wait over a second has a spinner on a terminal.

use crate::harness::front::SandboxBehindFront;
use crate::harness::login::Login;
use crate::harness::{World, need};

#[test]
fn a_long_wait_has_a_spinner() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let login = ["login", "--port", "0", "--browser", "true"];
    let login = Login::waiting(&world, world.command(&login));
    let _ = login.agree();
    let _ = login.finish().assert_code(0);
    instagram.front.hold();
    for (line, words) in [
        (
            &["status", "--verify"][..],
            "Asking the store and Instagram",
        ),
        (&["refresh", "--force"], "Refreshing"),
        (&["disconnect", "--revoke", "--yes"], "Disconnecting"),
        (&["doctor"], "Checking"),
        (&["app", "check"], "Asking Instagram"),
    ] {
        // Ctrl-C as soon as it is seen.
        let run = world.on_a_terminal(line, &[(words, "\\003")]);
        let _ = run.run().assert_code(130);
    }
}
