//! Killed in a move: of an account beside a real keyring, and of an App Secret with the configuration that names its store.

use super::kills::kill;
use super::scene::{SCENES, Scene};
use super::sweep::{Point, of_trace, points};
use crate::harness::sweep::{size, spread, try_all};
use crate::harness::{SecretService, World, need};

#[test]
fn a_kill_during_a_move_beside_a_real_keyring_loses_no_account() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    if !need("strace") {
        return;
    }
    let key = world.folder("XDG_CONFIG_HOME").join("seal.key");
    world.set_env("IGCONNECT_SEAL_KEY_FILE", key);
    let way = |to| ["store", "move", "--to", to, "--all", "--yes"];
    let traced =
        |options: &[&str], to| world.traced(options, &[&["--sandbox"], &way(to)[..]].concat());
    let tokens = || {
        let left = keyring.search_all("igconnect-sandbox");
        let tokens = left
            .iter()
            .filter(|entry| entry.attributes["username"].starts_with("acct/"));
        tokens.count()
    };
    world.connect();
    // The first move makes the sealed file and says so in the configuration; every later one is like the other.
    for to in ["sealed", "keyring"] {
        let _ = world.sandbox(&way(to)).run().assert_code(0);
    }
    for (to, other, in_keyring) in [("sealed", "keyring", 0), ("keyring", "sealed", 1)] {
        let trace = world.folder("TMPDIR").join(to);
        let written = ["-o", trace.to_str().unwrap()];
        let _ = traced(&written, to).run().assert_code(0);
        let chosen = spread(
            &of_trace(&trace, &world.folder("XDG_DATA_HOME")),
            size(40) / 10,
        );
        let mut killed = 0;
        for (place, point) in chosen.iter().enumerate() {
            let _ = world.sandbox(&way(other)).run().assert_code(0);
            let ended = traced(&kill(point), to).run();
            // A run that did not reach the point is judged like any run to its end.
            assert!([0, 137].contains(&ended.code()), "{}", ended.report());
            killed += usize::from(ended.code() == 137);
            if place % 2 == 0 {
                let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
            }
            let _ = world.sandbox(&way(to)).run().assert_code(0);
            assert_eq!(tokens(), in_keyring, "{to} killed at {point}");
            let _ = world.sandbox(&["store", "check"]).run().assert_code(0);
        }
        let all = chosen.len();
        assert!(killed * 10 >= all * 9, "only {killed} of {all} were killed");
    }
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
    assert_eq!(tokens(), 0);
}

#[test]
fn a_kill_while_an_app_secret_moves_leaves_it_where_a_login_looks() {
    if !need("strace") {
        return;
    }
    // Nothing is chosen, so the private file is used, and the configuration says what comes after it.
    let scene = Scene {
        name: "move an App Secret",
        store: "",
        ..*SCENES.iter().find(|scene| scene.moves()).unwrap()
    };
    let template = scene.template();
    let add = template.command(&["app", "add", "--id", "1029384756102938"]);
    let add = add.env(
        "IGCONNECT_SANDBOX_APP_SECRET",
        "5a9db0c05a9db0c05a9db0c05a9db0c0",
    );
    let _ = add.run().assert_code(0);
    let points = points(&scene, &template);
    let attempt = |point: &Point| {
        let world = scene.world(&template);
        let _ = world.traced(&kill(point), scene.command).run();
        for command in [
            &["login", "--port", "0", "--app", "default"][..],
            scene.command,
            &["store", "check", "--all"],
        ] {
            let _ = world.command(command).run().assert_code(0);
        }
        let shown = world.command(&["store", "show", "--json"]).run().json();
        // The entry of a killed store check is gone too: the next check deletes it.
        let is_clean = shown["leftovers"].as_array().unwrap().is_empty();
        assert!(is_clean && shown["apps"][0]["store"] == "sealed", "{shown}");
        Ok(())
    };
    try_all("App Secrets kept", &spread(&points, size(12)), attempt);
}
