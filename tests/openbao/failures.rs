//! Each thing that can be wrong with a server, on the real one: its code, its sentence, nothing lost, and the commands
//! that need no store as before.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use crate::harness::accounts::WRECKSHOP;
use crate::harness::faulty::{Deaf, Faulty, Step};
use crate::harness::{OpenBao, World, until};

const FOLDER: &str = "igconnect-sandbox";

/// A world with one account, due, on a server. `None` where the tests do without.
#[track_caller]
fn connected(start: impl FnOnce(&World) -> Option<OpenBao>) -> Option<(World, OpenBao)> {
    let world = World::new();
    let server = start(&world)?;
    server.serve(&world);
    world.connect_in("backdated");
    Some((world, server))
}

/// Fails unless a command that needs the store ends so, and `status` and `list` are as ever.
#[track_caller]
fn assert_told(world: &World, code: i32, words: &str) {
    let asked: [&[&str]; 4] = [
        &["status", "--verify"],
        &["refresh"],
        &["disconnect", "--yes"],
        &["list", "--from-store"],
    ];
    for arguments in asked {
        let ended = world
            .sandbox(arguments)
            .timeout(Duration::from_secs(90))
            .run();
        let said = ended.stderr().contains(words);
        assert!(
            ended.code() == code && said,
            "expected {code}: {words}\n{}",
            ended.report()
        );
        assert!(ended.took() < Duration::from_secs(40), "{}", ended.report());
    }
    let offline = world.sandbox(&["status", "--json"]).run().assert_code(0);
    assert_eq!(offline.json()["accounts"][0]["state"], "expiring");
    assert!(!offline.json()["accounts"][0]["profile"]["fetched_at"].is_null());
    let _ = world.sandbox(&["list"]).run().assert_code(0);
}

/// Fails unless the account works again, with the token that it had or a renewal of it.
#[track_caller]
fn assert_works(world: &World) {
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert!(world.token("wreckshop.records").starts_with("IGAA"));
}

#[test]
fn a_sealed_server_is_told_and_keeps_everything() {
    let Some((world, server)) = connected(OpenBao::start_on_disk) else {
        return;
    };
    server.seal();
    assert_told(&world, 6, "the OpenBao server is sealed");
    let doctor = world.sandbox(&["doctor"]).run().assert_code(6);
    assert!(doctor.stdout().contains("is sealed"), "{}", doctor.report());
    server.unseal();
    server.wait_for_engine();
    assert_works(&world);
}

#[test]
fn what_a_token_may_not_do_is_told_and_changes_nothing() {
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
    assert_told(&world, 6, "no secrets engine at the mount");
    world.set_env("BAO_TOKEN", &server.root);
    assert_works(&world);
}

#[test]
fn a_wrong_and_an_ended_token_are_told() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    world.set_env("BAO_TOKEN", "s.nobodys");
    assert_told(&world, 6, "does not accept the token");
    let token = server.token_with(&[("everything", ALL)], "1h");
    world.set_env("BAO_TOKEN", &token);
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    server.expect("POST", "auth/token/revoke", Some(json!({ "token": token })));
    assert_told(&world, 6, "does not accept the token");
    world.set_env("BAO_TOKEN", "");
    world.set_env("BAO_TOKEN_PATH", "/nowhere");
    let none = world.sandbox(&["token"]).run().assert_fails(2);
    let _ = none.assert_says("there is no token for OpenBao");
    world.set_env("BAO_TOKEN", &server.root);
    assert_works(&world);
}

const ALL: &str =
    "path \"secret/*\" { capabilities = [\"create\", \"read\", \"update\", \"delete\", \"list\"] }";

#[test]
fn another_mount_and_another_engine_are_told() {
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
        assert_told(&world, 6, words);
    }
    for (path, words) in [
        ("../x", "is no path"),
        ("a b", "is no path"),
        ("", "is no path"),
    ] {
        configure(&world, &format!("[openbao]\npath = \"{path}\"\n"));
        assert_told(&world, 2, words);
    }
    configure(&world, "[openbao]\ntoken = \"s.secret\"\n");
    let token = world.sandbox(&["token"]).run().assert_fails(2);
    assert!(!token.stderr().contains("s.secret"), "{}", token.report());
    configure(&world, "");
    assert!(server.names("old").is_empty());
    assert_works(&world);
}

/// The configuration of the sandbox's world.
pub fn configure(world: &World, text: &str) {
    std::fs::write(world.sandbox_folder().join("config.toml"), text).unwrap();
}

#[test]
fn where_nothing_or_something_else_is_that_is_told() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    world.set_env("BAO_ADDR", nobody);
    assert_told(&world, 6, "the OpenBao server cannot be reached");
    let say = |head: &str, body: &str| {
        let text = format!(
            "HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        vec![Step::Say(text.into_bytes())]
    };
    let strangers = [
        (
            "a page",
            say("200 OK", "<html>"),
            "is not an OpenBao server",
        ),
        (
            "another's JSON",
            say("200 OK", "{\"data\":{\"x\":1}}"),
            "is not an OpenBao server",
        ),
        (
            "a missing page",
            say("404 Not Found", "<html>"),
            "is not an OpenBao server",
        ),
        (
            "a refusal",
            say("403 Forbidden", "no"),
            "is not an OpenBao server",
        ),
        (
            "a failure",
            say("500 Oops", "no"),
            "cannot serve now (HTTP status 500)",
        ),
        (
            "a redirect",
            say("307 Go\r\nLocation: http://127.0.0.1:1/", ""),
            "points to another place",
        ),
        (
            "a bomb",
            vec![Step::Forever(b"x".repeat(65536))],
            "the connection",
        ),
        (
            "a reset",
            vec![Step::Reset],
            "the connection to the OpenBao server broke",
        ),
    ];
    for (name, steps, words) in strangers {
        let stranger = Faulty::start(move |_| steps.clone());
        world.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", stranger.port()));
        println!("{name}");
        assert_told(&world, 6, words);
    }
    world.set_env("BAO_ADDR", &server.address);
    assert_works(&world);
}

#[test]
fn a_silent_server_is_waited_for_once() {
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let deaf = Deaf::new();
    for address in [Some(format!("http://127.0.0.1:{}", deaf.port())), None] {
        match &address {
            Some(address) => world.set_env("BAO_ADDR", address),
            None => {
                world.set_env("BAO_ADDR", &server.address);
                server.signal(Signal::STOP);
            }
        }
        let refresh = world.sandbox(&["refresh", "--all"]).run().assert_code(6);
        assert!(
            refresh.took() < Duration::from_secs(25),
            "{}",
            refresh.report()
        );
        let _ = world.sandbox(&["status"]).run().assert_code(0);
        let doctor = world.sandbox(&["doctor"]).run().assert_code(6);
        assert!(
            doctor.took() < Duration::from_secs(40),
            "{}",
            doctor.report()
        );
    }
    server.signal(Signal::CONT);
    assert_works(&world);
}

#[test]
fn an_address_that_gives_tokens_away_is_refused() {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "openbao");
    world.set_env("BAO_TOKEN", "s.canary");
    let login = || world.sandbox(&["login", "--port", "0"]);
    let _ = login()
        .run()
        .assert_fails(2)
        .assert_says("nobody said where the OpenBao server is");
    for (address, words) in [
        ("http://bao.example.com:8200", "plain http is for 127.0.0.1"),
        ("http://localhost:8200", "plain http is for 127.0.0.1"),
        ("unix:///run/bao.sock", "must begin with https"),
        ("bao.example.com", "is no address"),
        ("https://user:pw@bao.example.com", "nothing more"),
        ("https://bao.example.com/?x=1", "nothing more"),
    ] {
        let refused = login().env("BAO_ADDR", address).run().assert_fails(2);
        let _ = refused.assert_says(words);
    }
    for variable in ["BAO_SKIP_VERIFY", "VAULT_SKIP_VERIFY"] {
        let skip = login()
            .env("BAO_ADDR", "https://127.0.0.1:1")
            .env(variable, "true");
        let _ = skip.run().assert_fails(2).assert_says("is not heeded");
    }
    let limit = login()
        .env("BAO_ADDR", "https://127.0.0.1:1")
        .env("BAO_CLIENT_TIMEOUT", "soon");
    let _ = limit
        .run()
        .assert_fails(2)
        .assert_says("BAO_CLIENT_TIMEOUT");
    // What OpenBao's tools call theirs wins over what Vault's do.
    let both = login()
        .env("BAO_ADDR", "ftp://x")
        .env("VAULT_ADDR", "https://127.0.0.1:1");
    let _ = both.run().assert_fails(2).assert_says("BAO_ADDR");
    let vault = login().env("VAULT_ADDR", "http://127.0.0.1:1");
    let _ = vault.run().assert_fails(6).assert_says("cannot be reached");
}

#[test]
fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let Some((world, server)) = connected(OpenBao::start_on_disk) else {
        return;
    };
    let authority = server.authority.clone().unwrap();
    world.set_env("BAO_CACERT", "");
    assert_told(
        &world,
        6,
        "the TLS certificate of the OpenBao server is not trusted",
    );
    let other = crate::harness::authority::Authority::new(&world, "other.pem");
    world.set_env("BAO_CACERT", &other.file);
    assert_told(&world, 6, "is not trusted");
    let garbled = world.given("garbled.pem", "-----BEGIN CERTIFICATE-----\nx\n");
    world.set_env("BAO_CACERT", garbled);
    assert_told(
        &world,
        6,
        "certificates to know the OpenBao server by cannot be used",
    );
    world.set_env("BAO_CACERT", "/nowhere.pem");
    assert_told(&world, 7, "/nowhere.pem");
    // By a folder, by the configuration, and under the name that the certificate has.
    let folder = crate::harness::world::private_folder(&world.root().join("given/authorities"));
    std::fs::copy(&authority, folder.join("one.pem")).unwrap();
    world.set_env("BAO_CACERT", "");
    let by_folder = world
        .sandbox(&["status", "--verify"])
        .env("BAO_CAPATH", &folder);
    let _ = by_folder.run().assert_code(0);
    configure(
        &world,
        &format!(
            "[openbao]\nca_cert = {:?}\n",
            authority.display().to_string()
        ),
    );
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
    let named = world
        .sandbox(&["status", "--verify"])
        .env("BAO_TLS_SERVER_NAME", "bao.test");
    let _ = named.run().assert_code(0);
    let misnamed = world
        .sandbox(&["status", "--verify"])
        .env("BAO_TLS_SERVER_NAME", "other.test");
    let _ = misnamed.run().assert_code(6).assert_says("is not trusted");
    assert_works(&world);
}

#[test]
fn a_server_that_is_started_anew_in_the_middle_is_waited_for() {
    let world = World::new();
    let Some(mut server) = OpenBao::start_on_disk(&world) else {
        return;
    };
    server.serve(&world);
    let (sandbox, port) = crate::harness::front::sandbox(&world, "backdated");
    let front = crate::harness::front::Front::plain(port);
    world.set_env(
        "IGCONNECT_INSTAGRAM",
        format!("http://127.0.0.1:{}", front.port()),
    );
    let team = format!("igconnect-127.0.0.1-{}", front.port());
    let login = crate::harness::login::Login::waiting(
        &world,
        world.command(&["login", "--port", "0", "--browser", "true"]),
    );
    login.agree();
    let _ = login.finish().assert_code(0);
    // Instagram is asked while the server dies, so that the new token finds nobody at first.
    front.hold();
    thread::scope(|scope| {
        let refresh = scope.spawn(|| world.command(&["refresh"]).run());
        until("a renewal on its way", Duration::from_secs(20), || {
            (front.held() > 0).then_some(())
        });
        server.kill();
        front.pass_on();
        until("a renewal", Duration::from_secs(20), || {
            (!front.asked_for("GET /refresh_access_token").is_empty()).then_some(())
        });
        server.start_again();
        let _ = refresh.join().unwrap().assert_code(0);
    });
    assert_eq!(front.asked_for("GET /refresh_access_token").len(), 1);
    let status = world.command(&["status", "--json"]).run().assert_code(0);
    assert_eq!(status.json()["accounts"][0]["state"], "connected");
    assert_eq!(server.names(&team).len(), 2, "{:?}", server.names(&team));
    drop(sandbox);
}

#[test]
fn a_clock_that_is_hours_off_changes_nothing_between_machines() {
    if !crate::harness::need("faketime") {
        return;
    }
    let Some((world, server)) = connected(OpenBao::start) else {
        return;
    };
    let path = format!("secret/data/{FOLDER}/claim.{WRECKSHOP}");
    let holder = json!({ "writer": "machine-9", "home": "another", "run": "1" });
    let claim = json!({ "data": { "holder": holder, "removed_by": null } });
    for offset in ["-2h", "+2h"] {
        server.expect("POST", &path, Some(claim.clone()));
        let binary = world.binary().display().to_string();
        let arguments = ["-f", offset, &binary, "--sandbox", "disconnect", "--yes"];
        let gone = world
            .program("faketime", &arguments)
            .timeout(Duration::from_secs(90))
            .run();
        // It waits until the claim is over by the server's clock: neither at once nor in vain.
        assert!(
            gone.took() > Duration::from_secs(20),
            "{offset}: {}",
            gone.report()
        );
        let _ = gone.assert_code(0);
        world.connect_in("backdated");
    }
}
