//! `doctor`: each thing that can be wrong between a terminal and a token is made wrong, and told; nothing is changed,
//! nothing private is in the report.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::harness::process::{Output, Run};
use crate::harness::{Canaries, SecretService, World};

const APP_ID: &str = igconnect::sandbox::APP_ID;

/// A world whose callback port is its own, so that no two tests meet at one.
fn world() -> World {
    let world = World::new();
    world.set_env("IGCONNECT_APP_ID", APP_ID);
    world.set_env("IGCONNECT_APP_SECRET", igconnect::sandbox::APP_SECRET);
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    world.set_env(
        "IGCONNECT_REDIRECT_URI",
        format!("https://localhost:{port}/callback"),
    );
    world
}

fn doctor(world: &World) -> Run<'_> {
    world.command(&["--sandbox", "doctor", "--json"])
}

fn against<'w>(world: &'w World, address: &str) -> Run<'w> {
    world
        .command(&["doctor", "--json"])
        .env("IGCONNECT_INSTAGRAM", address)
}

/// The result and the message of the check of this name.
#[track_caller]
fn check(output: &Output, name: &str) -> (String, String) {
    let report = output.json();
    let checks = report["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no check {name}\n{}", output.report()));
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    (
        text("result"),
        format!("{}\n{}", text("message"), text("fix")),
    )
}

#[track_caller]
fn assert_check(output: &Output, name: &str, result: &str, words: &str) {
    let (found, text) = check(output, name);
    assert!(
        found == result && text.contains(words),
        "{name} is {found}, not {result} with {words:?}\n{}",
        output.report()
    );
}

fn data(world: &World) -> PathBuf {
    world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds/sandbox")
}

fn login(world: &World) {
    let arguments = ["--sandbox", "login", "--as", "my-alias", "--port", "0"];
    // The port belongs to the app of the file or the sandbox here, not to one of the environment.
    let _ = world.command(&arguments).run().assert_code(0);
}

/// A stand-in that says these bytes to everybody, and notes what it was asked.
fn raw_server(reply: impl Into<Vec<u8>>) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heard = Arc::<Mutex<Vec<u8>>>::default();
    let (reply, noted) = (reply.into(), Arc::clone(&heard));
    thread::spawn(move || {
        let mut silent = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap_or(0);
            noted.lock().unwrap().extend_from_slice(&request[..count]);
            match reply.is_empty() {
                true => silent.push(stream),
                false => drop(stream.write_all(&reply)),
            }
        }
    });
    (address, heard)
}

/// Every file below: its path, with its mode and the digest of its content.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let mode = fs::symlink_metadata(&path).unwrap().mode();
        let content = fs::read(&path).unwrap_or_default();
        let digest = ring::digest::digest(&ring::digest::SHA256, &content);
        let digest = data_encoding::HEXLOWER.encode(digest.as_ref());
        all.insert(path.clone(), format!("{mode:o} {digest}"));
        all.append(&mut snapshot(&path));
    }
    all
}

fn lived(world: &World) -> BTreeMap<PathBuf, String> {
    snapshot(world.folder("HOME").parent().unwrap())
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_untouched_machine_has_nothing_that_failed_and_stays_untouched() {
    let world = world();
    let before = lived(&world);
    let output = doctor(&world).run().assert_code(0);
    assert_eq!(lived(&world), before);
    let report = output.json();
    assert_eq!(report["schema"], 1);
    for check in report["checks"].as_array().unwrap() {
        assert_ne!(check["result"], "failed", "{}", output.report());
        assert_eq!(check["fix"].is_string(), check["result"] != "ok", "{check}");
    }
    for name in [
        "database",
        "listener",
        "instagram",
        "clock",
        "app-id",
        "app-secret",
    ] {
        assert_check(&output, name, "ok", "");
    }
}

#[test]
fn looking_changes_neither_content_nor_modes() {
    let world = world();
    login(&world);
    let config = data(&world).join("config.toml");
    fs::write(&config, "store = \"file\"\n").unwrap();
    chmod(&config, 0o644);
    chmod(&data(&world), 0o755);
    let before = lived(&world);
    let output = doctor(&world).run().assert_code(0);
    assert_eq!(lived(&world), before);
    assert_check(&output, "configuration", "warning", "chmod 600");
    assert_check(&output, "data-folder", "warning", "chmod 700");
    assert_check(
        &output,
        "settings",
        "ok",
        "store: by the configuration file",
    );
    assert_check(&output, "accounts", "ok", "1 connected here: 1 connected");
}

#[test]
fn the_report_can_be_shown_in_public() {
    let world = world();
    login(&world);
    let listed = world
        .command(&["--sandbox", "list", "--json"])
        .run()
        .assert_code(0)
        .json();
    let account = &listed["accounts"][0];
    let mut private = vec!["my-alias".to_owned(), APP_ID.to_owned()];
    for field in ["id", "app_scoped_id", "username"] {
        private.push(account[field].as_str().unwrap().to_owned());
    }
    private.push(account["token"]["fingerprint"].as_str().unwrap().to_owned());
    let folder = world.folder("HOME");
    private.push(folder.parent().unwrap().display().to_string());
    private.push(igconnect::sandbox::APP_SECRET.to_owned());
    world.set_env(
        "IGCONNECT_DATA_DIR",
        world.folder("XDG_DATA_HOME").join("igconnect"),
    );
    world.set_env("IGCONNECT_ACCOUNT", "my-alias");
    // Also where the failures name paths.
    let spoilt = || {
        fs::write(data(&world).join("config.toml"), "store = [\n").unwrap();
        fs::write(data(&world).join("igconnect.sqlite"), "no database").unwrap();
        chmod(&data(&world), 0o777);
    };
    for round in 0..2 {
        for arguments in [
            &["--sandbox", "doctor"][..],
            &["--sandbox", "doctor", "--json"],
        ] {
            let output = world.command(arguments).run();
            for secret in &private {
                let said = [output.stdout(), output.stderr()].concat();
                assert!(
                    !said.contains(secret),
                    "{round}: {secret} in {}",
                    output.report()
                );
            }
        }
        spoilt();
    }
    chmod(&data(&world), 0o700);
}

#[test]
fn a_database_that_is_none_or_of_the_future_is_7_and_left_alone() {
    let world = world();
    login(&world);
    let file = data(&world).join("igconnect.sqlite");
    let good = fs::read(&file).unwrap();

    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let output = doctor(&world).run().assert_code(7);
    assert_check(&output, "database", "failed", "newer");

    // One page in the middle, as a bad disk leaves it.
    let mut torn = good.clone();
    torn[4096 * 3..4096 * 4].fill(0xee);
    for bytes in [&b"no database at all"[..], &torn] {
        fs::write(&file, bytes).unwrap();
        let output = doctor(&world).run().assert_code(7);
        assert_check(&output, "database", "failed", "damaged");
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }
}

#[test]
fn folders_that_others_can_write_to_are_7() {
    let world = world();
    login(&world);
    chmod(&data(&world), 0o777);
    let output = doctor(&world).run().assert_code(7);
    assert_check(&output, "data-folder", "failed", "other users have access");
    chmod(&data(&world), 0o700);
    let link = data(&world).join("locks");
    let _ = fs::remove_dir_all(&link);
    std::os::unix::fs::symlink("/tmp", &link).unwrap();
    let output = doctor(&world).run().assert_code(7);
    assert_check(&output, "locks", "failed", "symbolic link");
}

#[test]
fn another_igconnect_at_work_is_seen_without_its_account() {
    let world = world();
    login(&world);
    let locks = data(&world).join("locks");
    let name = fs::read_dir(&locks)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let held = File::open(name).unwrap();
    held.lock().unwrap();
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "locks", "warning", "accounts it holds: 1");
    held.unlock().unwrap();
    assert_check(&doctor(&world).run().assert_code(0), "locks", "ok", "");
}

#[test]
fn a_configuration_that_cannot_be_read_is_2() {
    let world = world();
    fs::create_dir_all(data(&world)).unwrap();
    chmod(&data(&world), 0o700);
    let file = data(&world).join("config.toml");
    fs::write(&file, "store = \"keyring\"\nthis is not TOML\n").unwrap();
    let output = doctor(&world).run().assert_code(2);
    assert_check(&output, "configuration", "failed", "line 2");
    fs::write(&file, "store = \"shoebox\"\n").unwrap();
    let output = doctor(&world).run().assert_code(2);
    assert_check(&output, "store", "failed", "no store that igconnect has");
}

#[test]
fn a_busy_port_is_a_warning_that_names_it() {
    let world = world();
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    world.set_env(
        "IGCONNECT_REDIRECT_URI",
        format!("https://localhost:{port}/callback"),
    );
    let output = doctor(&world).run().assert_code(0);
    assert_check(
        &output,
        "listener",
        "warning",
        &format!("port {port} is taken"),
    );
    drop(holder);
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "listener", "ok", &format!("port {port} is free"));
    world.set_env("IGCONNECT_REDIRECT_URI", "https://my.example/callback");
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "listener", "ok", "not needed");
    assert!(
        !output.stdout().contains("my.example"),
        "{}",
        output.report()
    );
}

#[test]
fn the_certificate_is_judged_as_it_is() {
    let world = world();
    assert_check(
        &doctor(&world).run().assert_code(0),
        "certificate",
        "ok",
        "none yet",
    );
    let made = world
        .command(&["certificate", "--json"])
        .run()
        .assert_code(0)
        .json();
    let fingerprint = made["certificate"]["sha256_fingerprint"].as_str().unwrap();
    assert_check(
        &doctor(&world).run().assert_code(0),
        "certificate",
        "ok",
        fingerprint,
    );
    let file = Path::new(made["certificate"]["path"].as_str().unwrap());
    fs::write(file, "no certificate").unwrap();
    let output = doctor(&world).run().assert_code(7);
    assert_check(
        &output,
        "certificate",
        "failed",
        "no certificate with its key",
    );
}

#[test]
fn the_secret_store_is_tried_with_a_dummy_that_is_gone_afterwards() {
    let world = world();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "store", "ok", "keeps, returns and deletes");
    assert_eq!(keyring.search_all("igconnect-sandbox"), []);
    keyring.lock();
    let output = doctor(&world).run().assert_code(6);
    let words = keyring.provider.when_locked();
    assert_check(&output, "store", "failed", words);
}

#[test]
fn no_secret_store_is_6_where_it_was_asked_for() {
    let world = world();
    let output = doctor(&world).run().assert_code(0);
    assert_check(&output, "store", "warning", "no keyring here");
    world.set_env("IGCONNECT_STORE", "keyring");
    let output = doctor(&world).run().assert_code(6);
    assert_check(&output, "store", "failed", "no secret store");
    assert_check(&output, "settings", "ok", "store: by IGCONNECT_STORE");
}

#[test]
fn nobody_at_instagrams_place_is_3() {
    let world = world();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let output = against(&world, &address).run().assert_code(3);
    assert_check(&output, "instagram", "failed", "cannot be reached");
    assert_check(&output, "clock", "warning", "not compared");
    assert!(
        !output.stdout().contains("\"app-id\""),
        "{}",
        output.report()
    );
}

#[test]
fn a_wrong_app_id_is_2() {
    let world = world();
    world.set_env("IGCONNECT_APP_ID", "1234567890123456");
    let output = doctor(&world).run().assert_code(2);
    assert_check(&output, "app-id", "failed", "Meta app");
    assert!(
        !output.stdout().contains("1234567890123456"),
        "{}",
        output.report()
    );
}

#[test]
fn a_missing_app_secret_is_2() {
    let world = world();
    let output = doctor(&world).without_env("IGCONNECT_APP_SECRET").run();
    assert_check(
        &output.assert_code(2),
        "app-secret",
        "failed",
        "its secret is not",
    );
}

#[test]
fn clocks_that_differ_by_more_than_five_minutes_are_a_warning() {
    let now = jiff::Timestamp::now();
    let table = [
        (-24 * 60, "24 hours ahead"),
        (6, "behind"),
        (-4, "agrees"),
        (4, "agrees"),
    ];
    for (minutes, words) in table {
        let world = world();
        let date = now + jiff::SignedDuration::from_mins(minutes);
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let reply = format!(
            "HTTP/1.1 404 Not Found\r\nDate: {date}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let (address, _) = raw_server(reply);
        let output = against(&world, &format!("http://{address}")).run();
        let result = if words == "agrees" { "ok" } else { "warning" };
        assert_check(&output, "clock", result, words);
        assert_check(&output, "instagram", "ok", "answered");
    }
}

#[test]
fn with_everything_dead_it_ends_within_a_minute_with_the_worst_code() {
    let world = world();
    let keyring = SecretService::start(&world);
    if let Some(keyring) = &keyring {
        keyring.stop();
    }
    let (address, _) = raw_server("");
    let folder = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds")
        .join(address.replace(':', "-"));
    fs::create_dir_all(&folder).unwrap();
    chmod(&folder, 0o700);
    fs::write(folder.join("igconnect.sqlite"), "no database").unwrap();
    world.script("crontab", "#!/bin/sh\nexec sleep 120\n");
    let output = against(&world, &format!("http://{address}"));
    let output = output.timeout(Duration::from_secs(90)).run().assert_code(7);
    assert!(
        output.took() < Duration::from_secs(60),
        "{}",
        output.report()
    );
    assert_check(&output, "instagram", "failed", "in time");
    assert_check(&output, "database", "failed", "damaged");
    if let Some(keyring) = keyring {
        assert_check(&output, "store", "failed", "did not answer");
        keyring.cont();
    }
}

#[test]
fn a_proxy_is_named_and_its_credentials_are_not() {
    let world = world();
    let mut canaries = Canaries::new();
    let password = canaries.make("password", "pw", 24);
    let refusal = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (proxy, heard) = raw_server(refusal);
    world.set_env("HTTPS_PROXY", format!("http://someone:{password}@{proxy}"));
    // The real world, whose only way out is the proxy of this test.
    let output = world.command(&["doctor", "--json"]).run();
    assert_check(&output, "proxy", "ok", "HTTPS_PROXY");
    assert_check(&output, "dns", "ok", "");
    assert_check(&output, "instagram", "failed", "www.instagram.com");
    world.assert_no_leaks(&canaries);
    let heard = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    for host in ["www", "api", "graph"] {
        assert!(
            heard.contains(&format!("CONNECT {host}.instagram.com:443 ")),
            "{heard}"
        );
    }
}

#[test]
fn what_renews_the_tokens_is_found() {
    let world = world();
    let table = |text: &str| format!("#!/bin/sh\ncat <<'END'\n{text}\nEND\n");
    assert_check(
        &doctor(&world).run(),
        "schedule",
        "warning",
        "schedule install",
    );
    world.script("crontab", &table("# 1 2 * * * igconnect refresh --all"));
    assert_check(
        &doctor(&world).run(),
        "schedule",
        "warning",
        "schedule install",
    );
    world.script("crontab", &table("1 2 * * * igconnect refresh --all"));
    assert_check(&doctor(&world).run(), "schedule", "ok", "cron");

    let world = self::world();
    let units = world.folder("XDG_CONFIG_HOME").join("systemd/user");
    fs::create_dir_all(units.join("timers.target.wants")).unwrap();
    let service = "[Service]\nExecStart=igconnect refresh --all --quiet\n";
    fs::write(units.join("tokens.service"), service).unwrap();
    assert_check(&doctor(&world).run(), "schedule", "warning", "by itself");
    let link = units.join("timers.target.wants/tokens.timer");
    std::os::unix::fs::symlink("../tokens.timer", link).unwrap();
    assert_check(&doctor(&world).run(), "schedule", "ok", "systemd timer");
}

#[test]
fn the_browser_that_would_be_opened_is_told() {
    let world = world();
    assert_check(&doctor(&world).run(), "browser", "warning", "help headless");
    assert_check(
        &doctor(&world).env("DISPLAY", ":99").run(),
        "browser",
        "ok",
        "X11",
    );
    let set = doctor(&world).env("BROWSER", "no-such-program %s");
    assert_check(&set.run(), "browser", "warning", "no program");
    world.script("my-browser", "#!/bin/sh\ntouch opened\n");
    let set = doctor(&world).env("BROWSER", "my-browser --new %s");
    assert_check(&set.run(), "browser", "ok", "BROWSER");
    assert!(!world.folder("HOME").join("opened").exists());
}

#[test]
fn the_setting_that_won_is_named() {
    let world = world();
    let output = doctor(&world).run();
    for words in [
        "Instagram: the sandbox by --sandbox",
        "app: by IGCONNECT_APP_ID",
        "redirect URI: by IGCONNECT_REDIRECT_URI",
        "account: the default one",
        "API version: by default",
    ] {
        assert_check(&output, "settings", "ok", words);
    }
    let output = doctor(&world)
        .env("IGCONNECT_API_VERSION", "nonsense")
        .arg("--account")
        .arg("@somebody")
        .run()
        .assert_code(2);
    assert_check(&output, "settings", "ok", "account: by --account");
    assert!(!output.stdout().contains("somebody"), "{}", output.report());
}

#[test]
fn a_listener_that_was_called_is_closed_again() {
    let world = world();
    let _ = doctor(&world).run().assert_code(0);
    let environment = doctor(&world).run().assert_code(0);
    let (_, message) = check(&environment, "listener");
    let port: u16 = message.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
