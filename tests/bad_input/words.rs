//! Words that were typed wrong.

use super::setup::refused;
use crate::harness::World;

#[test]
fn wrong_arguments_are_named() {
    let world = World::new();
    for (arguments, words) in [
        (&["frobnicate"][..], "unrecognized subcommand 'frobnicate'"),
        (
            &["status", "--frobnicate"],
            "unexpected argument '--frobnicate'",
        ),
        (
            &["--sandbox", "login", "--port", "70000"],
            "a port is a number from 0 to 65535",
        ),
        (
            &["--sandbox", "login", "--port", "http"],
            "a port is a number from 0 to 65535",
        ),
        (&["--sandbox", "login", "--port", ""], "a port is a number"),
        (&["sandbox", "--port", "-1"], "unexpected argument '-1'"),
        (
            &["--sandbox", "login", "--timeout", "5x"],
            "use a number and a unit",
        ),
        (
            &["--sandbox", "login", "--timeout=-5m"],
            "a duration cannot be negative",
        ),
        (
            &["status", "--expires-within", "soon"],
            "use a number and a unit",
        ),
        (
            &["status", "--expires-within=-1d"],
            "a duration cannot be negative",
        ),
        (
            &["refresh", "--if-expires-within", "99999999999999y"],
            "use a number and a unit",
        ),
        (
            &["--sandbox", "login", "--as", "12345"],
            "an alias is 1 to 32 letters",
        ),
        (
            &["--sandbox", "login", "--as", "a b"],
            "an alias is 1 to 32 letters",
        ),
        (&["--sandbox", "login", "--expect", ""], "cannot be empty"),
        (
            &["--sandbox", "login", "--scope", "Basic!"],
            "a scope is made of",
        ),
        (&["status", ""], "cannot be empty"),
        (&["status", "--all", "@somebody"], "cannot be used with"),
        (&["use"], "no account is connected"),
        (&["--sandbox", "run", "--", ""], "no account is connected"),
        (&["app", "remove", "nothing"], "no app nothing is set up"),
        (&["app", "add", "a/b"], "an app's name is"),
        (
            &["--sandbox", "app", "add", "--id", "12x"],
            "is not a number of 5 to 20 digits",
        ),
        (
            &["--sandbox", "--scenario", "nonsense", "login"],
            "no such scenario",
        ),
        (&["sandbox", "--scenario", "nonsense"], "no such scenario"),
    ] {
        let (code, name) = match arguments {
            ["use", ..] | ["--sandbox", "run", ..] => (4, "login"),
            _ => (2, "usage"),
        };
        // The sandbox reports the missing keyring; with `--quiet` it prints only the failure.
        refused(
            &world,
            &[&["--quiet"], arguments].concat(),
            code,
            name,
            words,
        );
    }
}

#[test]
fn a_redirect_uri_that_instagram_would_not_take_is_refused_with_the_reason() {
    let world = World::new();
    for (uri, words) in [
        ("http://localhost:8723/callback", "must begin with https://"),
        ("localhost:8723", "must begin with https://"),
        ("not an address", "is not an address"),
        (
            "https://localhost:8723/callback?x=1",
            "neither a query nor a fragment",
        ),
        (
            "https://localhost:8723/callback#_",
            "neither a query nor a fragment",
        ),
        (
            "https://me:secret@localhost:8723/callback",
            "user name or password",
        ),
        ("https://LOCALHOST:8723/callback", "lower-case host"),
        ("https://localhost:99999/callback", "is not an address"),
    ] {
        for command in [&["login"][..], &["app", "add", "--id", "1234567890123456"]] {
            let arguments = [&["--quiet", "--sandbox"], command, &["--redirect-uri", uri]].concat();
            refused(&world, &arguments, 2, "usage", words);
        }
        let run = world.sandbox(&["--quiet", "app", "add", "--id", "1234567890123456"]);
        let _ = run
            .env("IGCONNECT_REDIRECT_URI", uri)
            .run()
            .assert_fails(2)
            .assert_says(words);
    }
}

#[test]
fn every_command_names_an_unknown_account() {
    let world = World::new();
    for connected in [false, true] {
        if connected {
            world.connect();
        }
        for command in [
            &["status", "@unknown"][..],
            &["status", "--verify", "@unknown"],
            &["refresh", "@unknown"],
            &["refresh", "--dry-run", "@unknown"],
            &["disconnect", "--yes", "@unknown"],
            &["token", "@unknown"],
            &["run", "@unknown", "--", "true"],
            &["use", "@unknown"],
            &["status", "--account", "@unknown"],
            &["token", "--account", "@unknown"],
            &["disconnect", "--yes", "--account", "@unknown"],
            &["run", "--account", "@unknown", "--", "true"],
        ] {
            let arguments = [&["--sandbox"], command].concat();
            refused(
                &world,
                &arguments,
                4,
                "login",
                "account @unknown is not connected",
            );
        }
    }
    let run = world
        .sandbox(&["status"])
        .env("IGCONNECT_ACCOUNT", "@unknown");
    let _ = run
        .run()
        .assert_fails(4)
        .assert_says("account @unknown is not connected");
}
