//! Who we are on the server: token, token file, AppRole and userpass, each only as long as it is needed.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::failures::setup::configure;
use crate::harness::mode;
use crate::harness::openbao::text;
use crate::harness::{OpenBao, World};

const ALL: &str =
    "path \"secret/*\" { capabilities = [\"create\", \"read\", \"update\", \"delete\", \"list\"] }";

/// A file of the sandbox's folder that only its owner may read.
fn private(world: &World, name: &str, content: &str) -> PathBuf {
    let file = world.sandbox_folder().join(name);
    fs::write(&file, content).unwrap();
    mode::set(&file, 0o600);
    file
}

/// A server that the world's programs know by its address alone, and where `all` may do everything with secrets.
#[track_caller]
fn server(world: &World) -> Option<OpenBao> {
    let server = OpenBao::start(world)?;
    server.serve(world);
    world.set_env("BAO_TOKEN", "");
    fs::create_dir_all(world.sandbox_folder()).unwrap();
    server.expect(
        "POST",
        "sys/policies/acl/all",
        Some(json!({ "policy": ALL })),
    );
    Some(server)
}

/// The world's programs log in as `user` from now on, with the password in this file.
#[track_caller]
fn log_in_by_password(world: &World, server: &OpenBao, user: Value, file: &str) {
    let method = json!({ "type": "userpass" });
    server.expect("POST", "sys/auth/userpass", Some(method));
    server.expect("POST", "auth/userpass/users/studio", Some(user));
    private(world, "password", file);
    configure(
        world,
        "[openbao]\nauth = \"userpass\"\nusername = \"studio\"\npassword_file = \"password\"\n",
    );
}

/// Connects, renews and forgets.
#[track_caller]
fn travel(world: &World) {
    world.connect_in("backdated");
    assert!(world.token("wreckshop.records").starts_with("IGAA"));
    let _ = world.sandbox(&["disconnect", "--yes"]).run().assert_code(0);
}

/// How many tokens the server has given out and not taken back.
#[track_caller]
fn tokens(server: &OpenBao) -> usize {
    let found = server.expect("GET", "auth/token/accessors?list=true", None);
    found["data"]["keys"].as_array().unwrap().len()
}

#[test]
fn a_role_logs_in_for_each_run_and_leaves_no_token_behind() {
    let world = World::new();
    let Some(server) = server(&world) else {
        return;
    };
    server.expect(
        "POST",
        "sys/auth/machines",
        Some(json!({ "type": "approle" })),
    );
    let role = json!({ "token_policies": "all", "token_ttl": "10m" });
    server.expect("POST", "auth/machines/role/igconnect", Some(role));
    let id = server.expect("GET", "auth/machines/role/igconnect/role-id", None);
    let secret = server.expect(
        "POST",
        "auth/machines/role/igconnect/secret-id",
        Some(json!({})),
    );
    private(
        &world,
        "role-id",
        &format!("{}\n", text(&id["data"]["role_id"])),
    );
    let secret_id = text(&secret["data"]["secret_id"]);
    private(&world, "secret-id", &format!("{secret_id}\n"));
    configure(
        &world,
        "[openbao]\nauth = \"approle\"\nauth_mount = \"machines\"\nrole_id_file = \"role-id\"\nsecret_id_file = \"secret-id\"\n",
    );
    let before = tokens(&server);
    travel(&world);
    assert_eq!(tokens(&server), before, "a token was left behind");
    // By the environment, which goes to no child.
    private(&world, "secret-id", "wrong\n");
    let wrong = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_fails(6);
    let _ = wrong.assert_says("refused the login");
    let given = world
        .sandbox(&["login", "--port", "0"])
        .env("BAO_SECRET_ID", &secret_id);
    let _ = given.run().assert_code(0);
    let child = ["run", "--", "env"];
    let child = world
        .sandbox(&child)
        .env("VAULT_SECRET_ID", &secret_id)
        .prints_a_secret();
    let child = child.run().assert_code(0);
    assert!(!child.stdout().contains(&secret_id));
    let file = world.sandbox_folder().join("secret-id");
    mode::set(&file, 0o622);
    let _ = world.sandbox(&["token"]).run().assert_fails(7);
}

#[test]
fn a_password_keeps_the_blanks_at_its_ends() {
    for from_variable in [false, true] {
        let world = World::new();
        let Some(server) = server(&world) else {
            return;
        };
        let user = json!({ "password": " two words ", "token_policies": "all" });
        log_in_by_password(&world, &server, user, " two words \n");
        if from_variable {
            private(&world, "password", "another\n");
            world.set_env("BAO_PASSWORD", " two words ");
        }
        travel(&world);
    }
}

#[test]
fn a_user_logs_in_with_a_password_from_a_file() {
    let world = World::new();
    let Some(server) = server(&world) else {
        return;
    };
    let user = json!({ "password": "with a blank", "token_policies": "all" });
    log_in_by_password(&world, &server, user, "with a blank\n");
    let before = tokens(&server);
    travel(&world);
    assert_eq!(tokens(&server), before, "a token was left behind");
    private(&world, "password", "another\n");
    let wrong = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_fails(6);
    let _ = wrong.assert_says("refused the login");
    for (config, words) in [
        ("auth = \"userpass\"", "username"),
        ("auth = \"approle\"", "role_id_file"),
        ("auth = \"ldap\"", "is not a known login"),
    ] {
        configure(&world, &format!("[openbao]\n{config}\n"));
        let missing = world
            .sandbox(&["login", "--port", "0"])
            .run()
            .assert_fails(2);
        let _ = missing.assert_says(words);
    }
}

#[test]
fn the_token_of_the_openbao_command_is_found_and_that_of_an_agent_is_read_again() {
    let world = World::new();
    let Some(server) = server(&world) else {
        return;
    };
    let token = || server.token_with(&[("all", ALL)], "1h");
    let left = world.folder("HOME").join(".vault-token");
    fs::write(&left, token()).unwrap();
    mode::set(&left, 0o600);
    travel(&world);
    private(&world, "agent", &token());
    configure(&world, "[openbao]\ntoken_file = \"agent\"\n");
    travel(&world);
    fs::remove_file(&left).unwrap();
    travel(&world);
}

#[test]
fn a_server_token_in_the_second_half_of_its_life_is_extended() {
    let world = World::new();
    let Some(server) = server(&world) else {
        return;
    };
    let token = server.token_with(&[("all", ALL), ("default", DEFAULT)], "40m");
    world.set_env("BAO_TOKEN", &token);
    world.connect();
    let life = |token: &str| -> Value {
        server
            .ask_as(token, "GET", "auth/token/lookup-self", None)
            .1["data"]
            .clone()
    };
    assert!(life(&token)["last_renewal"].is_null(), "{}", life(&token));
    // One that was renewed for a short time only has little left of its life.
    let brief = json!({ "increment": "60s" });
    let renewed = server.ask_as(&token, "POST", "auth/token/renew-self", Some(brief));
    assert_eq!(renewed.0, 200, "{}", renewed.1);
    assert!(life(&token)["ttl"].as_u64().unwrap() <= 60);
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    assert!(
        life(&token)["ttl"].as_u64().unwrap() > 600,
        "{}",
        life(&token)
    );
}

#[test]
fn a_server_token_without_lookup_works_and_doctor_names_what_it_may_not_do() {
    let world = World::new();
    let Some(server) = server(&world) else {
        return;
    };
    let reads = "path \"secret/*\" { capabilities = [\"read\", \"list\"] }";
    let policy = json!({ "policy": reads });
    server.expect("POST", "sys/policies/acl/reads", Some(policy));
    let become_one_who = |policy: &str| {
        let wanted = json!({ "policies": [policy], "no_default_policy": true });
        let made = server.expect("POST", "auth/token/create", Some(wanted));
        let token = text(&made["auth"]["client_token"]);
        let itself = server.ask_as(&token, "GET", "auth/token/lookup-self", None);
        assert_eq!(itself.0, 403);
        world.set_env("BAO_TOKEN", token);
    };
    become_one_who("all");
    travel(&world);
    world.connect_in("backdated");
    become_one_who("reads");
    let denied = world.sandbox(&["refresh"]).run().assert_fails(6);
    let _ = denied.assert_says("does not permit this");
}

const DEFAULT: &str = "path \"auth/token/lookup-self\" { capabilities = [\"read\"] }\n\
    path \"auth/token/renew-self\" { capabilities = [\"update\"] }\n\
    path \"auth/token/revoke-self\" { capabilities = [\"update\"] }";

#[test]
fn a_login_that_ends_while_instagram_is_waited_for_is_made_again() {
    let world = World::new();
    let Some(server) = server(&world) else {
        return;
    };
    let user =
        json!({ "password": "word", "token_policies": "all", "token_explicit_max_ttl": "2s" });
    log_in_by_password(&world, &server, user, "word");
    // Every reply of Instagram takes three seconds, so the token ends more than once.
    let login = ["--scenario", "slow", "login", "--port", "0", "--quiet"];
    let login = world.sandbox(&login).timeout(Duration::from_secs(90)).run();
    let _ = login.assert_code(0);
    let verify = ["--scenario", "slow", "status", "--verify"];
    let _ = world.sandbox(&verify).run().assert_code(0);
}
