//! Tokens without a permission, wrong and ended ones; other mounts and engines.

use serde_json::json;

use super::setup::{ALL, FOLDER, assert_reported, assert_works, configure, connected};
use crate::harness::OpenBao;

#[test]
fn missing_permissions_are_reported_and_change_nothing() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let reads = format!(
        "path \"secret/data/{FOLDER}/*\" {{ capabilities = [\"read\"] }}\n\
         path \"secret/metadata/{FOLDER}\" {{ capabilities = [\"list\"] }}\n"
    );
    world.set_env("BAO_TOKEN", server.token_with(&[("reader", &reads)], "1h"));
    for arguments in [
        &["refresh"][..],
        &["disconnect", "--yes"],
        &["login", "--port", "0"],
    ] {
        let ended = world.sandbox(arguments).run().assert_fails(6);
        let _ = ended
            .assert_says("does not permit this")
            .assert_says("help teams");
    }
    let nothing = "path \"cubbyhole/x\" { capabilities = [\"read\"] }";
    world.set_env(
        "BAO_TOKEN",
        server.token_with(&[("nothing", nothing)], "1h"),
    );
    assert_reported(&world, 6, "no secrets engine at the mount");
    world.set_env("BAO_TOKEN", &server.root);
    assert_works(&world);
}

#[test]
fn a_wrong_and_an_expired_server_token_are_reported() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    world.set_env("BAO_TOKEN", "s.nobodys");
    assert_reported(&world, 6, "does not accept the token");
    let token = server.token_with(&[("everything", ALL)], "1h");
    world.set_env("BAO_TOKEN", &token);
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    server.expect("POST", "auth/token/revoke", Some(json!({ "token": token })));
    assert_reported(&world, 6, "does not accept the token");
    world.set_env("BAO_TOKEN", "");
    world.set_env("BAO_TOKEN_PATH", "/nowhere");
    let none = world.sandbox(&["token"]).run().assert_fails(2);
    let _ = none.assert_says("no token for OpenBao was found");
    world.set_env("BAO_TOKEN", &server.root);
    assert_works(&world);
}

#[test]
fn another_mount_and_another_engine_are_reported() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    server.expect("POST", "sys/mounts/old", Some(json!({ "type": "kv" })));
    for (mount, words) in [
        ("nothing", "no secrets engine at the mount"),
        ("old", "is not KV version 2"),
        ("sys", "is not KV version 2"),
    ] {
        configure(&world, &format!("[openbao]\nmount = \"{mount}\"\n"));
        assert_reported(&world, 6, words);
    }
    for (path, words) in [
        ("../x", "is not a path"),
        ("a b", "is not a path"),
        ("", "is not a path"),
    ] {
        configure(&world, &format!("[openbao]\npath = \"{path}\"\n"));
        assert_reported(&world, 2, words);
    }
    configure(&world, "[openbao]\ntoken = \"s.secret\"\n");
    let token = world.sandbox(&["token"]).run().assert_fails(2);
    token.assert_never_warns("s.secret");
    configure(&world, "");
    assert!(server.names("old").is_empty());
    assert_works(&world);
}
