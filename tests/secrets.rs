//! Secrets stay where they belong: all output, all files and all arguments are searched for them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::accounts::{LINA, WRECKSHOP};
use crate::harness::front::{StandIn, sandbox};
use crate::harness::login::Login;
use crate::harness::scan::assert_none;
use crate::harness::{Canaries, World, until};

/// Every way to speak: how much, and for whom.
const VOICES: [&[&str]; 7] = [
    &[],
    &["-v"],
    &["-vv"],
    &["--quiet"],
    &["--json"],
    &["--json", "-v"],
    &["--json", "-vv"],
];

/// Looks out for the tokens that are in the sandbox's store now: for their ends, which alone are random.
fn watch_tokens(world: &World, canaries: &mut Canaries, known: &mut BTreeSet<String>) {
    for (name, content) in world.secrets() {
        let text = String::from_utf8(content).unwrap();
        // An App Secret is kept there too.
        let Some(token) = text.split("\"token\":\"").nth(1) else {
            continue;
        };
        let token = token.split('"').next().unwrap();
        if known.insert(token.to_owned()) {
            canaries.watch(&format!("the token in {name}"), &token[token.len() - 24..]);
        }
    }
}

/// Searches everything but the sandbox's own store, which is a private file in plain text, and says so.
#[track_caller]
fn assert_no_leaks(world: &World, canaries: &Canaries) {
    let store = world.sandbox_folder().join("secrets").display().to_string();
    let mut leaks = world.leaks(canaries);
    leaks.retain(|leak| !leak.place.starts_with(&store));
    assert_none(&leaks);
}

#[test]
fn no_command_at_any_verbosity_gives_a_secret_away() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let secret = canaries.make("App Secret", "", 32);
    let mut known = BTreeSet::new();
    world.connect_two();
    watch_tokens(&world, &mut canaries, &mut known);
    // Whatever is logged stands on standard error, and is searched with it.
    world.set_env("IGCONNECT_LOG", "trace");
    world.set_env(
        "IGCONNECT_SEAL_KEY_FILE",
        world.given("seal", "").with_file_name("seal.key"),
    );
    let commands: [&[&str]; 26] = [
        &["store", "show"],
        &["store", "check", "--all"],
        &["store", "move", "--to", "sealed", "--all", "--dry-run"],
        &["store", "move", "--to", "sealed", "--all", "--yes"],
        &["store", "move", "--to", "file", "--all", "--yes"],
        &["history"],
        &["history", "--all", "--since", "30d"],
        &["history", "--all", "--format", "csv"],
        &["status"],
        &["status", "--all"],
        &["status", "--verify"],
        &["status", "--verify", "--scenario", "app-removed"],
        &["list"],
        &["refresh", "--dry-run", "--all"],
        &["refresh", "--all", "--force"],
        &["token", "@nobody"],
        &["run", LINA, "--", "true"],
        &["run", LINA, "--", "/no/such/program"],
        &["use", LINA],
        &["app", "list"],
        &["app", "add", "--id", "1029384756102938"],
        &["login", "--port", "0", "--app", "default"],
        &[
            "login",
            "--port",
            "0",
            "--scenario",
            "denies",
            "--app",
            "default",
        ],
        &["app", "remove", "default"],
        &["disconnect"],
        &["sandbox", "--list"],
    ];
    for voice in VOICES {
        for command in commands {
            let output = world
                .sandbox(&[voice, command].concat())
                .env("IGCONNECT_APP_SECRET", &secret)
                .env("RUST_LOG", "trace")
                .env("RUST_BACKTRACE", "full")
                .run();
            assert!(
                output.stderr().contains("\"event\":\"begin\""),
                "nothing was logged\n{}",
                output.report()
            );
            assert!(
                !output.stderr().contains("a bug in igconnect"),
                "{}",
                output.report()
            );
            watch_tokens(&world, &mut canaries, &mut known);
        }
    }
    // With its pauses and second tries a failure takes long, so these are told in the two most talkative ways alone.
    for scenario in [
        "down",
        "garbled",
        "checkpoint",
        "answer:me_err_cannot_parse",
    ] {
        for voice in [&["-vv"][..], &["--json", "-vv"]] {
            let refresh = ["--scenario", scenario, "refresh", LINA];
            let output = world.sandbox(&[voice, &refresh].concat()).run();
            assert_ne!(output.code(), 0, "{}", output.report());
        }
    }
    // A log in a file is searched with all other files.
    let log = world.folder("HOME").join("igconnect.log");
    for command in commands {
        let run = world.sandbox(&[&["-vv"], command].concat());
        let run = run.env("IGCONNECT_LOG", format!("trace,{}", log.display()));
        let _ = run.env("IGCONNECT_APP_SECRET", &secret).run();
        watch_tokens(&world, &mut canaries, &mut known);
    }
    let logged = fs::read_to_string(&log).unwrap();
    assert!(logged.matches("\"event\":\"begin\"").count() >= commands.len());
    for voice in VOICES {
        world.connect_two();
        watch_tokens(&world, &mut canaries, &mut known);
        let _ = world
            .sandbox(&[voice, &["token", LINA]].concat())
            .prints_a_secret()
            .run()
            .assert_code(0);
        let _ = world
            .sandbox(&[voice, &["disconnect", LINA, "--yes", "--revoke"]].concat())
            .run()
            .code();
    }
    assert_no_leaks(&world, &canaries);
}

/// Whatever begins as a token does, up to its end or that of the answer.
fn token_in(text: &str) -> &str {
    let start = text.find("IGAA").expect("a token");
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
    &rest[..end.unwrap_or(rest.len())]
}

#[test]
fn an_answer_that_breaks_off_is_not_repeated() {
    let world = World::new();
    let stand_in = StandIn::start(&world, "garbled");
    let login = ["-vv", "login", "--port", "0", "--no-browser"];
    let login = Login::waiting(&world, world.command(&login));
    let _ = login.agree();
    let output = login.finish().assert_code(3);
    let asked = stand_in.front.asked_for("POST /oauth/access_token");
    let mut canaries = Canaries::new();
    canaries.watch("half a token", token_in(&asked[0].reply));
    canaries.assert_clean(output.stderr_bytes(), "login");
}

#[test]
fn an_address_that_nobody_answers_at_is_not_repeated() {
    let world = World::new();
    let (instagram, port) = sandbox(&world, "backdated");
    world.set_env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"));
    let login = ["login", "--port", "0", "--no-browser"];
    let login = Login::waiting(&world, world.command(&login));
    let _ = login.agree();
    let _ = login.finish().assert_code(0);
    drop(instagram);
    let store = format!("igconnect/worlds/127.0.0.1-{port}/secrets/acct.{WRECKSHOP}.a");
    let entry = fs::read_to_string(world.folder("XDG_DATA_HOME").join(store)).unwrap();
    let mut canaries = Canaries::new();
    canaries.watch("token", token_in(&entry));
    // The token is in the query of this request.
    let output = world.command(&["-vv", "refresh"]).run().assert_code(3);
    canaries.assert_clean(output.stderr_bytes(), "refresh");
}

#[test]
fn what_is_typed_or_set_in_the_wrong_place_is_not_repeated() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let token = canaries.make("token", "IGAA", 183);
    let secret = canaries.make("App Secret", "", 32);
    world.connect();
    let log = world.folder("HOME").join("igconnect.log");
    world.set_env("IGCONNECT_LOG", format!("trace,{}", log.display()));
    for text in [token.as_str(), secret.as_str()] {
        let commands: [&[&str]; 23] = [
            &["store", "move", "--yes", "--to", text],
            &["store", "move", "--yes", "--to", "sealed", text],
            &["store", "check", text],
            &[text],
            &["status", text],
            &["status", "--account", text],
            &["status", "--expires-within", text],
            &["refresh", text],
            &["refresh", "--if-expires-within", text],
            &["token", text],
            &["use", text],
            &["disconnect", "--yes", text],
            &["run", "--", text],
            &["run", "--env", text, "--", "true"],
            &["run", text, "--", "true"],
            &["login", "--port", text],
            &["login", "--as", text, "--scenario", "denies"],
            &["login", "--port", "0", "--expect", text],
            &["login", "--redirect-uri", text],
            &["login", "--scope", text],
            &["app", "add", "--id", text],
            &["app", "remove", text],
            &["--scenario", text, "login"],
        ];
        for command in commands {
            for voice in [&[][..], &["--json"]] {
                let output = world.sandbox(&[voice, command].concat()).run();
                assert_ne!(output.code(), 0, "{}", output.report());
            }
        }
        let flag = format!("--token={text}");
        let _ = world.command(&["login", &flag]).run().assert_fails(2);
        for name in [
            "IGCONNECT_ACCOUNT",
            "IGCONNECT_INSTAGRAM",
            "IGCONNECT_SANDBOX",
            "IGCONNECT_SCENARIO",
            "IGCONNECT_STORE",
            "IGCONNECT_SEAL_WITH",
            "IGCONNECT_PASSPHRASE_FD",
            "IGCONNECT_APP_ID",
            "IGCONNECT_REDIRECT_URI",
            "IGCONNECT_API_VERSION",
            "IGCONNECT_LOG",
        ] {
            for command in [&["status", "--verify"][..], &["login", "--port", "0"]] {
                let flag = if name == "IGCONNECT_SANDBOX" || name == "IGCONNECT_INSTAGRAM" {
                    "--no-input"
                } else {
                    "--sandbox"
                };
                let run = world.command(&[&[flag], command].concat()).env(name, text);
                let _ = run.env("IGCONNECT_APP_SECRET", &secret).run().code();
            }
        }
    }
    assert!(
        fs::read_to_string(&log)
            .unwrap()
            .contains("\"event\":\"failure\"")
    );
    assert_no_leaks(&world, &canaries);
}

#[test]
fn no_secret_is_in_an_argument_or_in_the_environment_of_the_browser() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let secret = canaries.make("App Secret", "", 32);
    let dump = world.given("dump", "");
    let dump_name = dump.display();
    // What every user of the machine can read of every process, and what this child was given.
    world.script(
        "a-browser",
        &format!("#!/bin/sh\nfor line in /proc/[0-9]*/cmdline; do tr '\\0' '\\n' <$line; done >{dump_name} 2>/dev/null\nenv >>{dump_name}\necho complete >>{dump_name}\n"),
    );
    let login = [
        "--sandbox",
        "login",
        "--port",
        "0",
        "--browser",
        "a-browser",
        "--timeout",
        "3s",
    ];
    let run = world
        .command(&login)
        .env("IGCONNECT_APP_SECRET", &secret)
        .env("IGCONNECT_APP_ID", igconnect::sandbox::APP_ID);
    let login = Login::waiting(&world, run);
    let state = login.state();
    let seen = until(
        "what the browser saw",
        std::time::Duration::from_secs(20),
        || {
            fs::read_to_string(&dump)
                .ok()
                .filter(|text| text.ends_with("complete\n"))
        },
    );
    let _ = login.finish().assert_code(8);
    canaries.assert_clean(seen.as_bytes(), "the arguments and the environment");
    canaries.watch("state", &state);
    canaries.assert_clean(seen.as_bytes(), "the arguments and the environment");
    assert!(
        seen.contains("a-browser") && seen.contains("--timeout"),
        "nothing was seen"
    );
}

#[test]
fn hostile_names_cannot_take_over_a_terminal_or_a_line() {
    let world = World::new();
    if !crate::harness::need("sqlite3") {
        return;
    }
    world.connect();
    let hostile = "char(27) || '[31mred' || char(27) || ']0;title' || char(7) || char(13, 10, 9, 8, 127, 155) || '2J' || char(8238) || 'rtl' || char(8203, 8232, 65279) || '::error::x'";
    world.sql(&format!(
        "UPDATE account SET username = {hostile}, app = {hostile}, scopes = 'instagram_business_basic';
         UPDATE profile SET name = {hostile}, biography = {hostile}, website = {hostile}, account_type = {hostile}"
    ));
    for command in [
        &["status"][..],
        &["list"],
        &["refresh", "--dry-run", "--all"],
        &["disconnect"],
        &["use", "17841400000000017"],
        &["status", "--json"],
        &["list", "--json"],
        &["disconnect", "--yes"],
    ] {
        let output = world.sandbox(command).run();
        for text in [output.stdout(), output.stderr()] {
            let deceiving = |c: char| {
                (c.is_control() && c != '\n' && c != '\t')
                    || "\u{202e}\u{200b}\u{2028}\u{feff}".contains(c)
            };
            assert!(!text.contains(deceiving), "{command:?}: {text:?}");
            assert!(
                !text.lines().any(|line| line.starts_with("::")),
                "a command to a CI\n{text}"
            );
        }
        match command {
            ["list"] => assert_eq!(output.stdout().lines().count(), 1),
            [.., "--json"] => drop(output.json()),
            _ => {}
        }
    }
}

/// Where the text of a secret may be taken out of its type, and for what.
const MAY_EXPOSE: [(&str, &str); 22] = [
    (
        "account/authorization/secrets.rs",
        "the type of code and state, and the comparison of states",
    ),
    ("account/secret.rs", "the type itself"),
    (
        "account/fingerprint.rs",
        "the keyed hash that is a fingerprint",
    ),
    (
        "commands/hand_over.rs",
        "standard input of the command that takes a renewed token",
    ),
    (
        "commands/run.rs",
        "the environment of the command that the person runs",
    ),
    (
        "commands/token.rs",
        "stdout of the one command that prints a token",
    ),
    (
        "instagram/probe.rs",
        "the query of the probe of the App Secret",
    ),
    ("instagram/profile.rs", "the Authorization header"),
    (
        "instagram/token.rs",
        "the body or query of the four exchanges",
    ),
    (
        "vault/command.rs",
        "standard input of the credential helper that keeps it",
    ),
    (
        "vault/deadline.rs",
        "a copy for the thread that waits for the keyring",
    ),
    ("vault/entry.rs", "what the store keeps"),
    ("vault/file.rs", "the sandbox's store"),
    ("vault/app_secrets.rs", "App Secrets as a store keeps them"),
    ("vault/keyring.rs", "the keyring"),
    (
        "vault/mod.rs",
        "the comparison of what comes back with what was written",
    ),
    ("vault/openbao/mod.rs", "what OpenBao keeps"),
    (
        "vault/openbao/line.rs",
        "the header of each request to OpenBao",
    ),
    (
        "vault/openbao/session.rs",
        "a copy of the token for OpenBao",
    ),
    ("vault/sealed/mod.rs", "what is sealed"),
    (
        "vault/sealed/source.rs",
        "the key as the keyring and a key file keep it",
    ),
    (
        "vault/trial.rs",
        "the comparison of a dummy that comes back with what was written",
    ),
];

#[test]
fn secrets_are_taken_out_of_their_type_in_these_files_alone() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Tests make up their own secrets.
                folders.extend(Some(path).filter(|path: &PathBuf| !path.ends_with("tests")));
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs")
            {
                let text = fs::read_to_string(&path).unwrap();
                let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                if program.contains(".expose()") {
                    let name = path.strip_prefix(&source).unwrap();
                    found.insert(name.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
    }
    let allowed: BTreeSet<_> = (MAY_EXPOSE.iter().map(|(name, _)| (*name).to_owned())).collect();
    assert_eq!(found, allowed);
}
