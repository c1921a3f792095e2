//! Files and entries that an earlier version wrote: this one reads them, answers the same, and goes on with them.
//!
//! Each folder of `tests/fixtures` is a world as that version left it, with the commands that it then ran and its
//! answers. Words for people may differ. Everything that a script reads may not.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::harness::keeper::Keeps;
use crate::harness::mode::{self, private_folder};
use crate::harness::sealed_file::KeyFrom;
use crate::harness::{OpenBao, World, need};

/// Values that are sentences for people, or about this machine: only null has to stay null.
const FOR_PEOPLE: [&str; 7] = [
    "reason",
    "message",
    "hint",
    "fix",
    "note",
    "place",
    "milliseconds",
];

/// A run begins a moment after the clock was set.
const A_MOMENT: SignedDuration = SignedDuration::from_mins(1);

/// A command of the earlier version.
#[derive(Deserialize)]
struct Recorded {
    clock: String,
    arguments: Vec<String>,
    stdin: String,
    code: i32,
    answer: Value,
}

#[test]
fn plain_files_and_a_database_with_every_kind_of_account_are_read() {
    let world = World::new();
    replay(&world, "plain");
    let gone = world.secret("acct/17841400000000025/a");
    assert_eq!(gone, None, "the interrupted refresh has ended");
}

#[test]
fn a_database_of_the_first_schema_is_read_and_brought_up_to_date() {
    replay(&World::new(), "first-schema");
}

#[test]
fn a_login_that_an_earlier_version_began_is_finished() {
    replay(&World::new(), "begun");
}

#[test]
fn a_sealed_file_with_a_key_file_is_read_and_its_unfinished_move_ends() {
    let world = World::keeping(Keeps::Sealed(KeyFrom::File)).expect("a key file needs no part");
    replay(&world, "sealed-key-file");
    assert_eq!(fs::read_dir(world.plain_folder()).unwrap().count(), 0);
}

#[test]
fn a_sealed_file_with_a_passphrase_is_read_and_its_unfinished_move_ends() {
    let world = World::keeping(Keeps::Sealed(KeyFrom::Passphrase));
    let world = world.expect("a passphrase needs no part");
    replay(&world, "sealed-passphrase");
    assert_eq!(fs::read_dir(world.plain_folder()).unwrap().count(), 0);
}

#[test]
fn a_configuration_is_read_and_keeps_its_comments() {
    let world = World::new();
    replay(&world, "configured");
    let file = world
        .folder("XDG_CONFIG_HOME")
        .join("igconnect/config.toml");
    let text = fs::read_to_string(file).unwrap();
    assert!(text.starts_with("# Kept by hand.\nstore = \"sealed\" # not the keyring\n"));
    assert!(text.contains("[apps.default]") && !text.contains("[apps.studio]"));
}

#[test]
fn entries_of_a_server_are_read_and_replaced() {
    let world = World::new();
    let Some(server) = OpenBao::start(&world) else {
        return;
    };
    server.serve(&world);
    let entries = fs::read(fixture("openbao").join("entries.json")).unwrap();
    let entries: serde_json::Map<String, Value> = serde_json::from_slice(&entries).unwrap();
    for (name, content) in &entries {
        let path = format!("secret/data/igconnect-sandbox/{name}");
        server.expect("POST", &path, Some(json!({ "data": content })));
    }
    replay(&world, "openbao");
    let claim = "secret/data/igconnect-sandbox/claim.17841400000000033";
    let (_, claim) = server.ask("GET", claim, None);
    let removed = &entries["claim.17841400000000033"]["removed_by"];
    assert_eq!(&claim["data"]["data"]["removed_by"], removed);
}

#[test]
fn each_world_has_its_test() {
    let source = include_str!("formats.rs");
    let folders = fs::read_dir(fixture("")).unwrap().map(Result::unwrap);
    for folder in folders.filter(|entry| entry.path().is_dir()) {
        let name = folder.file_name().into_string().unwrap();
        assert!(source.contains(&format!(", \"{name}\");")), "{name}");
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Lays the files of a fixture into the world and runs its commands at their times.
#[track_caller]
fn replay(world: &World, name: &str) {
    if !need("faketime") {
        return;
    }
    for (folder, variable) in [("data", "XDG_DATA_HOME"), ("config", "XDG_CONFIG_HOME")] {
        lay(&fixture(name).join(folder), &world.folder(variable));
    }
    let runs = fs::read(fixture(name).join("runs.json")).unwrap();
    let runs: Vec<Recorded> = serde_json::from_slice(&runs).unwrap();
    // From the first new token on, fingerprints are random.
    let mut has_new_token = false;
    for run in runs {
        let mut line = vec!["--json"];
        line.extend(run.arguments.iter().map(String::as_str));
        has_new_token |= line.contains(&"refresh") || line.contains(&"login");
        let output = world.at_clock(&format!("@{}", run.clock), &line);
        let output = output.stdin(run.stdin).prints_a_secret().run();
        let output = output.assert_code(run.code);
        let mut differences = Vec::new();
        compare(
            "",
            &run.answer,
            &output.json(),
            has_new_token,
            &mut differences,
        );
        assert!(
            differences.is_empty(),
            "{line:?} does not answer as before:\n{}\n{}",
            differences.join("\n"),
            output.report()
        );
    }
}

/// Copies a folder as the program would have made it: for this user alone. Git does not keep that.
fn lay(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else {
        return;
    };
    private_folder(to);
    for entry in entries.map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            lay(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
            mode::set(&target, 0o600);
        }
    }
}

/// Writes down where two answers differ for a script.
fn compare(path: &str, before: &Value, now: &Value, new_token: bool, found: &mut Vec<String>) {
    let key = path.rsplit('.').next().unwrap_or_default();
    match (before, now) {
        (Value::Object(old), Value::Object(new)) => {
            for key in old
                .keys()
                .chain(new.keys().filter(|key| !old.contains_key(*key)))
            {
                let path = format!("{path}.{key}");
                let [before, now] = [before, now].map(|value| value.get(key));
                match (before, now) {
                    (Some(before), Some(now)) => compare(&path, before, now, new_token, found),
                    _ => found.push(format!("{path}: {before:?}, now {now:?}")),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (place, (before, now)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{place}]"), before, now, new_token, found);
            }
        }
        _ => {
            let varies = FOR_PEOPLE.contains(&key)
                || (new_token && key == "fingerprint")
                || is_a_moment_later(key, before, now);
            if before != now && !(varies && before.is_null() == now.is_null()) {
                found.push(format!("{path}: {before}, now {now}"));
            }
        }
    }
}

fn is_a_moment_later(key: &str, before: &Value, now: &Value) -> bool {
    let instant = |value: &Value| match value {
        Value::Number(left) if key == "expires_in_seconds" => {
            Timestamp::from_second(left.as_i64()?).ok()
        }
        text => text.as_str()?.parse().ok(),
    };
    let instants = instant(before).zip(instant(now));
    instants.is_some_and(|(before, now)| now.duration_since(before).abs() < A_MOMENT)
}
