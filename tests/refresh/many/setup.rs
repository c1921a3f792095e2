//! What the tests of this folder start from.

use std::fs;
use std::time::Duration;

use igconnect::account::{Grant, LongToken, Scopes, StoreKind};
use igconnect::cache::{Cache, RecoveredAccount, Stored};
use igconnect::store::TokenEntry;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::harness::Output;
use crate::harness::World;
use crate::harness::database::{Change, Database};
use crate::harness::mode;
use crate::harness::process::Run;

/// How many accounts the measured run has, instead of a few.
pub const HOW_MANY: &str = "IGCONNECT_TESTS_MANY";

/// How long each of its replies takes.
pub const REPLY: Duration = Duration::from_millis(50);

/// A token of this account; the id in it is all digits that it has.
pub fn token(beginning: &str, id: &str) -> String {
    format!("{beginning}{id}{}", "Zq".repeat(70))
}

/// The id of an account by its number.
pub fn id(number: usize) -> String {
    format!("178414{number:011}")
}

/// Accounts, one for each life in days that is left, in the order of their names, of the app `default`.
pub fn connected(world: &World, port: u16, lives: &[i64]) -> Database {
    let at = Timestamp::now();
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let entries: Vec<_> = (lives.iter().enumerate())
        .map(|(number, life)| TokenEntry {
            id: id(number).parse().unwrap(),
            app: "default".to_owned(),
            username: format!("account.{number:05}"),
            generation: 1,
            grant: Grant {
                token: LongToken::new(token("IGAA", &id(number))).unwrap(),
                issued_at: Some(at - days(60 - life)),
                expires_at: Some(at + days(*life)),
                scopes: Scopes::default(),
            },
            written: None,
        })
        .collect();
    let folder = world.world_folder(port);
    let secrets = folder.join("secrets");
    fs::create_dir_all(&secrets).unwrap();
    for folder in [&secrets, &folder] {
        mode::set(folder, 0o700);
    }
    for entry in &entries {
        let file = secrets.join(format!("acct.{}.a", entry.id));
        fs::write(&file, entry.encode().unwrap().expose()).unwrap();
        mode::set(&file, 0o600);
    }
    let found: Vec<_> = entries
        .iter()
        .map(|entry| RecoveredAccount {
            id: &entry.id,
            username: &entry.username,
            store: &StoreKind::File,
            token: Stored {
                app: &entry.app,
                generation: 1,
                issued_at: entry.grant.issued_at,
                expires_at: entry.grant.expires_at,
                scopes: &entry.grant.scopes,
                fingerprint: entry.fingerprint(),
            },
            at,
        })
        .collect();
    let database = folder.join("igconnect.sqlite");
    drop(Cache::create(&database, &found).unwrap());
    // As after a login: nothing is under way.
    let database = Database::at(database);
    database.delete_rows::<Change>();
    world.set_env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"));
    database
}

/// How many accounts have this generation of their token.
pub fn count(database: &Database, generation: i64) -> usize {
    let accounts = database.accounts().into_iter();
    accounts
        .filter(|account| account.generation == generation)
        .count()
}

/// `refresh --all` where no more than 64 files may be open.
#[cfg(unix)]
pub fn with_few_files(world: &World, how: &str) -> Run {
    let all = r#"ulimit -n 64 && exec "$0" refresh --all "$1""#;
    let binary = world.binary().to_str().unwrap();
    world.program("sh", &["-c", all, binary, how])
}

pub fn outcomes(output: &Output) -> Vec<String> {
    let accounts = output.json()["accounts"].as_array().unwrap().clone();
    accounts
        .iter()
        .map(|account| account["outcome"].as_str().unwrap().to_owned())
        .collect()
}

pub fn message(account: &Value) -> &str {
    account["error"]["message"].as_str().unwrap_or_default()
}

pub fn due_dates(database: &Database) -> Vec<Option<i64>> {
    let accounts = database.accounts().into_iter();
    accounts.map(|account| account.expires_at).collect()
}

pub fn peak_memory(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
