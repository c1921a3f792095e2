//! What `help teams` says is done as it is written: policies, a machine's role, backup and restore.

use std::fs;

use serde_json::json;

use super::failures::setup::configure;
use crate::harness::faulty::ClosedPort;
use crate::harness::openbao::text;
use crate::harness::{OpenBao, World, installed};

/// The lines of the manual to copy, from the one that begins like this to the last of the example.
#[track_caller]
fn copied(world: &World, beginning: &str) -> String {
    let manual = world.command(&["help", "teams"]).run().assert_code(0);
    let lines = manual
        .stdout()
        .lines()
        .skip_while(|line| !line.starts_with(beginning));
    let lines = lines.skip(1).skip_while(|line| !line.starts_with("     "));
    let block: Vec<_> = lines.map_while(|line| line.strip_prefix("     ")).collect();
    assert!(!block.is_empty(), "nothing to copy after {beginning}");
    // The sandbox's folder has a name of its own, as the manual says.
    block
        .join("\n")
        .replace("/igconnect/", "/igconnect-sandbox/")
}

#[track_caller]
fn ended(world: &World, token: &str, arguments: &[&str]) -> i32 {
    let run = world
        .sandbox(arguments)
        .env("BAO_TOKEN", token)
        .prints_a_secret();
    let ended = run.run();
    // A denial is reported as a denial.
    assert!(
        ended.code() != 6 || ended.stderr().contains("does not permit this"),
        "{}",
        ended.report()
    );
    ended.code()
}

#[test]
fn the_policies_of_the_manual_allow_what_they_say_and_nothing_more() {
    let world = World::new();
    let Some(server) = OpenBao::start(&world) else {
        return;
    };
    server.serve(&world);
    let token = |name: &str| {
        let policy = copied(&world, &format!("   {name}.hcl:"));
        server.token_with(&[(name, &policy)], "1h")
    };
    let (reader, refresher, administrator) =
        (token("reader"), token("refresher"), token("administrator"));
    let login = ["--scenario", "backdated", "login", "--port", "0"];
    for token in [&reader, &refresher] {
        assert_eq!(ended(&world, token, &login), 6);
    }
    assert_eq!(ended(&world, &administrator, &login), 0);
    // Due, and who may not renew it uses it as it is.
    let reads: [&[&str]; 3] = [
        &["token"],
        &["run", "--", "true"],
        &["list", "--from-store"],
    ];
    for command in reads {
        assert_eq!(ended(&world, &reader, command), 0, "{command:?}");
    }
    let changes: [&[&str]; 3] = [
        &["refresh"],
        &["status", "--verify"],
        &["disconnect", "--yes"],
    ];
    for command in changes {
        assert_eq!(ended(&world, &reader, command), 6, "{command:?}");
    }
    for command in [reads.as_slice(), &changes[..2]].concat() {
        assert_eq!(ended(&world, &refresher, command), 0, "{command:?}");
    }
    let secret = json!({ "data": { "secret": "x" } });
    for token in [&reader, &refresher] {
        for path in ["app.1", "probe.1"] {
            let path = format!("secret/data/igconnect-sandbox/{path}");
            assert_eq!(
                server.ask_as(token, "POST", &path, Some(secret.clone())).0,
                403
            );
            assert_eq!(server.ask_as(token, "GET", &path, None).0, 403);
        }
        assert_eq!(
            server.ask_as(token, "GET", "secret/data/another", None).0,
            403
        );
    }
    assert_eq!(ended(&world, &administrator, &["doctor"]), 0);
    let add = world.sandbox(&["app", "add", "--id", "1029384756102938"]);
    let add = add
        .env("BAO_TOKEN", &administrator)
        .stdin(igconnect::sandbox::APP_SECRET);
    let _ = add.run().assert_code(0);
    assert_eq!(ended(&world, &administrator, &["disconnect", "--yes"]), 0);
    // Who may only read sees that it is gone.
    assert_eq!(ended(&world, &reader, &["token"]), 4);
}

/// Runs commands of the manual in the sandbox's folder, as the administrator of this server.
#[track_caller]
fn run(world: &World, server: &OpenBao, commands: &str) {
    let bao = installed("bao").unwrap();
    let path = format!("{}:/usr/bin:/bin", bao.parent().unwrap().display());
    let shell = world
        .program("sh", &["-ec", commands])
        .folder(world.sandbox_folder());
    let shell = shell.env("PATH", path).env("BAO_TOKEN", &server.root);
    let _ = shell.prints_a_secret().run().assert_code(0);
}

#[test]
fn a_machine_set_up_by_the_manual_keeps_its_accounts_connected() {
    let world = World::new();
    let Some(server) = OpenBao::start(&world) else {
        return;
    };
    server.serve(&world);
    world.connect_in("backdated");
    let policy = copied(&world, "   refresher.hcl:");
    fs::write(world.sandbox_folder().join("refresher.hcl"), policy).unwrap();
    run(&world, &server, &copied(&world, "A machine with a role"));
    world.set_env("BAO_TOKEN", "");
    let config = copied(&world, "config.toml");
    // The address of this server is in the environment.
    let closed = ClosedPort::hold();
    let address = format!("https://127.0.0.1:{}", closed.number());
    configure(
        &world,
        &config.replace("https://bao.example.com:8200", &address),
    );
    let refresh = world.sandbox(&["refresh", "--all"]).run();
    let _ = refresh.assert_code(0);
    assert!(world.token("wreckshop.records").starts_with("IGAA"));
    let _ = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_fails(6);
}

#[test]
fn a_backup_is_restored_as_the_manual_says_and_instagram_is_asked() {
    let world = World::new();
    let Some(mut server) = OpenBao::start_on_disk(&world) else {
        return;
    };
    server.serve(&world);
    world.connect_in("backdated");
    let backup = copied(&world, "Backup and restore");
    run(&world, &server, &backup);
    // Renewed since, so that the backup has the former token.
    let renewed = world.token("wreckshop.records");
    let restore = "bao operator raft snapshot restore -force igconnect.snap";
    assert!(backup.contains("snapshot save"));
    let manual = world.command(&["help", "teams"]).run().assert_code(0);
    assert!(manual.stdout().contains(restore));
    let keys = server.replace(&world);
    run(&world, &server, restore);
    server.become_former(keys);
    let listed = world
        .sandbox(&["list", "--from-store", "--json"])
        .run()
        .assert_code(0);
    let fingerprint = text(&listed.json()["accounts"][0]["token"]["fingerprint"]);
    let refresh = world
        .sandbox(&["refresh", "--all", "--json"])
        .run()
        .assert_code(0);
    let after = text(&refresh.json()["accounts"][0]["token"]["fingerprint"]);
    assert_ne!(fingerprint, after, "{}", refresh.report());
    assert_ne!(world.token("wreckshop.records"), renewed);
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
}
