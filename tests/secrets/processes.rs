//! What other programs see.

use std::fs;

use crate::harness::login::Login;
use crate::harness::{Canaries, World, until};

#[test]
fn no_secret_is_in_an_argument_or_in_the_environment_of_the_browser() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let secret = canaries.make_app_secret();
    let dump = world.given("dump", "");
    let dump_name = dump.display();
    // What every user of the machine can read of every process, and what this child was given.
    world.script(
        "a-browser",
        &format!("#!/bin/sh\nfor line in /proc/[0-9]*/cmdline; do tr '\\0' '\\n' <$line; done >{dump_name} 2>/dev/null\nenv >>{dump_name}\necho complete >>{dump_name}\n"),
    );
    let login = [
        "--sandbox",
        "login",
        "--port",
        "0",
        "--browser",
        "a-browser",
        "--timeout",
        "3s",
    ];
    let run = world
        .command(&login)
        .env("IGCONNECT_SANDBOX_APP_SECRET", &secret)
        .env("IGCONNECT_SANDBOX_APP_ID", igconnect::sandbox::APP_ID);
    let login = Login::waiting(&world, run);
    let state = login.state();
    let seen = until("what the browser saw", || {
        fs::read_to_string(&dump)
            .ok()
            .filter(|text| text.ends_with("complete\n"))
    });
    let _ = login.finish().assert_code(8);
    canaries.assert_clean(seen.as_bytes(), "the arguments and the environment");
    canaries.watch("state", &state);
    canaries.assert_clean(seen.as_bytes(), "the arguments and the environment");
    assert!(
        seen.contains("a-browser") && seen.contains("--timeout"),
        "nothing was seen"
    );
}
