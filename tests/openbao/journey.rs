//! Connect, use, renew, forget, with everything secret on the server and nothing of it here.

use std::fs;

use crate::harness::accounts::WRECKSHOP;
use crate::harness::{OpenBao, World};

/// Where the sandbox's secrets are below the mount.
const FOLDER: &str = "igconnect-sandbox";

#[test]
fn an_account_is_kept_on_the_server_from_login_to_disconnect() {
    let world = World::new();
    for server in [OpenBao::start, OpenBao::start_on_disk] {
        let Some(server) = server(&world) else {
            return;
        };
        server.serve(&world);
        travel(&world, &server);
    }
}

#[track_caller]
fn travel(world: &World, server: &OpenBao) {
    world.connect_in("backdated");
    let status = world.sandbox(&["status", "--json"]).run().assert_code(0);
    assert_eq!(status.json()["accounts"][0]["token"]["store"], "openbao");
    let slot = |letter| server.lookup(FOLDER, &format!("acct/{WRECKSHOP}/{letter}"));
    let entry = slot('a').expect("an entry");
    let describes = [
        "\"written_by\":",
        "\"written_at\":",
        "\"expires_at\":",
        "\"generation\":1",
    ];
    assert!(describes.iter().all(|word| entry.contains(word)), "{entry}");
    let verified = world.sandbox(&["status", "--verify"]).run();
    let _ = verified.assert_code(0);
    // Due, so it is renewed first: the former token is gone from the server, with all its versions.
    let token = world.token("wreckshop.records");
    assert!(slot('b').expect("an entry").contains(&token));
    assert_eq!(
        server.names(FOLDER),
        [format!("acct.{WRECKSHOP}.b"), format!("claim.{WRECKSHOP}")]
    );
    let run = world.sandbox(&["run", "--", "sh", "-c", "echo $INSTAGRAM_TOKEN; env"]);
    let run = run.prints_a_secret().run().assert_code(0);
    assert!(run.stdout().starts_with(&token));
    assert!(!run.stdout().contains(&server.root), "{}", run.stdout());
    let refresh = world.sandbox(&["refresh", "--json"]).run().assert_code(0);
    assert_eq!(refresh.json()["accounts"][0]["outcome"], "not_due");
    fs::remove_file(world.database()).unwrap();
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
    assert_eq!(world.token("wreckshop.records"), token);
    let gone = world.sandbox(&["disconnect", "--yes"]).run();
    let _ = gone.assert_code(0);
    let _ = world.sandbox(&["token"]).run().assert_code(4);
    assert_eq!(server.names(FOLDER), [format!("claim.{WRECKSHOP}")]);
    assert!(world.secrets().is_empty(), "a token is in a file of ours");
}

#[test]
fn an_app_secret_is_kept_on_the_server_without_old_versions() {
    let world = World::new();
    let Some(server) = OpenBao::start(&world) else {
        return;
    };
    server.serve(&world);
    for secret in [
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210",
    ] {
        let add = ["app", "add", "--id", "1029384756102938", "--yes"];
        let _ = world.command(&add).stdin(secret).run().assert_code(0);
        assert_eq!(
            server
                .lookup("igconnect", "app/1029384756102938")
                .as_deref(),
            Some(secret)
        );
    }
    let path = "secret/data/igconnect/app.1029384756102938?version=1";
    assert_eq!(
        server.ask("GET", path, None).0,
        404,
        "the former secret is still there"
    );
    let remove = ["app", "remove", "default"];
    let _ = world.command(&remove).run().assert_code(0);
    assert!(server.names("igconnect").is_empty());
}
