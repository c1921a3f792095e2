//! `token`: the one command that writes a token, for a pipe.

use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::now;
use crate::harness::keeper::Keeper;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{Canaries, World};

#[test]
fn the_token_is_one_line_on_stdout_and_nowhere_else() {
    let world = World::new();
    world.connect();
    let output = world
        .sandbox(&["token", "-vv"])
        .prints_a_secret()
        .run()
        .assert_code(0);
    assert_eq!(output.stderr(), "");
    let token = output.stdout().strip_suffix('\n').unwrap();
    assert!(token.starts_with("IGAA") && token.bytes().all(|byte| byte.is_ascii_graphic()));
    let mut canaries = Canaries::new();
    canaries.watch("the token", token);
    // The sandbox's own store, without a keyring, is a private file in plain text, and the login said so.
    let store = world.plain_folder().display().to_string();
    let (own, leaks): (Vec<_>, _) =
        (world.leaks(&canaries).into_iter()).partition(|leak| leak.place.starts_with(&store));
    assert!(leaks.is_empty(), "{leaks:?}");
    let is_plain = matches!(world.keeper(), Keeper::Plain);
    assert_eq!(own.is_empty(), !is_plain, "the search finds nothing at all");
}

#[test]
fn json_is_one_document_with_the_token_in_it() {
    let world = World::new();
    world.connect();
    let output = world
        .sandbox(&["token", "--json"])
        .prints_a_secret()
        .run()
        .assert_code(0);
    let document = output.json();
    crate::status::contract::assert_keys(&document, &["id", "schema", "token", "username"]);
    assert_eq!(
        (&document["schema"], &document["id"]),
        (&1.into(), &WRECKSHOP.into())
    );
    assert_eq!(document["token"], world.token("@wreckshop.records"));
}

#[cfg(unix)]
#[test]
fn a_terminal_is_refused_unless_the_person_insists() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    world.connect();
    let token = world.token("@wreckshop.records");
    let refused = world
        .on_a_terminal(&["--sandbox", "token"], &[])
        .run()
        .assert_code(2);
    assert!(
        refused.stdout().contains("--show") && !refused.stdout().contains("IGAA"),
        "{}",
        refused.report()
    );
    let json = world
        .on_a_terminal(&["--sandbox", "token", "--json"], &[])
        .run()
        .assert_code(2);
    json.assert_never_prints("IGAA");
    let shown = world
        .on_a_terminal(&["--sandbox", "token", "--show"], &[])
        .run()
        .assert_code(0);
    assert_eq!(shown.stdout().trim_end(), token);
}

#[test]
fn a_due_token_is_refreshed_before_it_is_printed() {
    let world = World::new();
    world.connect_in("backdated");
    let before = world.secrets();
    let token = world.token("@wreckshop.records");
    assert_ne!(world.secrets(), before);
    assert_eq!(world.state("@wreckshop.records"), "connected");
    assert_eq!(world.token("@wreckshop.records"), token, "once is enough");
}

#[test]
fn a_failed_refresh_is_reported_and_the_valid_token_is_printed() {
    for scenario in ["down", "rate-limited", "app-limit"] {
        let world = World::new();
        world.connect_in("backdated");
        let output = world
            .sandbox(&["--scenario", scenario, "token"])
            .prints_a_secret();
        let output = output.run().assert_code(0);
        assert!(output.stdout().starts_with("IGAA"), "{scenario}");
        let _ = output.assert_says("warning: @wreckshop.records was not refreshed: ");
    }
}

#[test]
fn a_token_that_a_refresh_may_have_ended_is_not_printed() {
    for scenario in ["html", "garbled", "redirect"] {
        let world = World::new();
        world.connect_in("backdated");
        let output = world.sandbox(&["--scenario", scenario, "token"]).run();
        let output = output.assert_code(3);
        assert_eq!(output.stdout(), "", "{scenario}");
        let _ = output.assert_says("igconnect --sandbox refresh");
        // Instagram answers again, and the doubt is over.
        assert!(
            world.token("@wreckshop.records").starts_with("IGAA"),
            "{scenario}"
        );
    }
}

#[test]
fn a_token_that_ended_is_never_printed() {
    let world = World::new();
    world.connect();
    for (expires_in, trouble) in [
        (-1, None),
        (5_000_000, Some("app_removed")),
        (5_000_000, Some("password_changed")),
        (5_000_000, Some("token_refused")),
    ] {
        world.database().change(|account| {
            account.expires_at = Some(now() + expires_in);
            account.trouble = trouble.map(str::to_owned);
        });
        let output = world.sandbox(&["token"]).run().assert_fails(4);
        let _ = output
            .assert_says("@wreckshop.records")
            .assert_says("igconnect --sandbox login");
        let _ = world
            .sandbox(&["token", "--json"])
            .run()
            .assert_json_failure(4, "login");
        let _ = world
            .sandbox(&["run", "--", "echo", "ran"])
            .run()
            .assert_fails(4);
    }
}

#[test]
fn a_token_refused_during_its_refresh_is_not_printed() {
    let world = World::new();
    world.connect_in("backdated");
    let output = world.sandbox(&["--scenario", "app-removed", "token"]).run();
    assert_eq!(output.stdout_bytes(), b"", "{}", output.report());
    let _ = output.assert_code(4);
}

#[test]
fn a_missing_token_prints_nothing() {
    let world = World::new();
    world.connect();
    world.lose_secrets();
    let _ = world
        .sandbox(&["token"])
        .run()
        .assert_fails(4)
        .assert_says("the secret is gone");
}
