//! Credential helpers that cannot do all that a login needs, or that say why they failed.

use crate::harness::{Canaries, World, need};

/// A world whose helper first runs this line of sh.
fn world_with_helper(first: &str) -> World {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "command:own");
    world.keeps_in_files("own", first);
    world
}

#[test]
fn a_helper_that_lacks_a_verb_is_found_before_the_consent() {
    for verb in ["get", "store", "erase", "list"] {
        let misdeed = format!("[ \"$1\" != {verb} ] || {{ echo unknown verb $1; exit 1; }}");
        let world = world_with_helper(&misdeed);
        for command in [
            &["store", "check"][..],
            &["doctor"],
            &["login", "--port", "0"],
        ] {
            let output = world.sandbox(command).run().assert_code(6);
            let said = format!("{} {}", output.stdout(), output.stderr());
            let said: Vec<_> = said.split_whitespace().collect();
            for words in [
                format!("docker-credential-own {verb} failed"),
                format!("unknown verb {verb}"),
            ] {
                assert!(
                    said.join(" ").contains(&words),
                    "{words}\n{}",
                    output.report()
                );
            }
            output.assert_never_warns("keyring");
            // What a login says when it asks for the consent.
            output.assert_never_warns("browser");
        }
    }
}

#[test]
fn pass_says_that_it_is_not_initialized() {
    if !need("credential-helpers") {
        return;
    }
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "command:pass");
    for command in [&["store", "check"][..], &["login", "--port", "0"]] {
        let output = world.sandbox(command).run().assert_code(6);
        output.assert_warns("pass not initialized");
        output.assert_never_warns("keyring");
    }
}

#[test]
fn the_line_of_a_helper_shows_no_secret() {
    let world = world_with_helper("");
    world.connect_in("backdated");
    let mut canaries = Canaries::new();
    canaries.watch("the token", &world.token("wreckshop.records"));
    world
        .database()
        .change(|account| account.issued_at = Some(0));
    for misdeed in [
        // All that it was given, and all that it keeps.
        "[ \"$1\" != store ] || { cat; exit 1; }",
        "[ \"$1\" != store ] || { sed 's/[{}\"]//g'; exit 1; }",
        "[ \"$1\" != get ] || { cat kept_*; exit 1; }",
        "[ \"$1\" != get ] || { cat kept_* | tr -d '{}\"'; exit 1; }",
    ] {
        world.keeps_in_files("own", misdeed);
        for command in [
            &["refresh"][..],
            &["status", "--verify"],
            &["store", "check"],
        ] {
            let output = world.sandbox(command).run();
            canaries.assert_clean(output.stdout_bytes(), "standard output");
            canaries.assert_clean(output.stderr_bytes(), "standard error");
        }
    }
}

#[test]
fn a_helper_that_keeps_nothing_is_not_called_a_keyring() {
    let world = world_with_helper("[ \"$1\" != store ] || { cat >/dev/null; exit; }");
    let output = world.sandbox(&["store", "check"]).run().assert_code(6);
    output.assert_warns("the credential helper docker-credential-own did not keep");
    output.assert_never_warns("keyring");
}
