//! What must hold of a folder after anything.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use super::scene::{Leaves, Place};
use crate::harness::database::Database;
use crate::harness::sealed_file::entries;

/// Codes of a command that says what is wrong: trouble, login, store, state, unfinished, busy.
pub const TOLD: &[i32] = &[3, 4, 6, 7, 8, 9];

/// Looks, lets the program recover, looks again, disconnects. `Err` says what was wrong.
pub fn judge(place: &Place, leaves: Leaves) -> Result<(), String> {
    closed_to_others(place.root())?;
    no_token_outside_the_store(place)?;
    let before = place.run(&["status", "--json"]);
    // A damaged cache may still be there.
    let damaged = before.code == 7 && before.said.contains("is damaged");
    if !damaged {
        expect("status", &before, &[0, 3, 4])?;
    }
    let recovered = place.run(&["refresh", "--all", "--json"]);
    let known = accounts(&recovered.stdout)?;
    let healthy = recovered.code == 0 && known.len() == 1;
    let dead = recovered.code == 4 && known.len() == 1;
    let fits = match leaves {
        Leaves::Account => healthy,
        Leaves::AccountOrNone => healthy || (recovered.code == 0 && known.is_empty()),
        Leaves::AccountOrDead => healthy || dead,
        Leaves::None => recovered.code == 0 && known.is_empty(),
    };
    if !fits {
        return Err(format!("{leaves:?} after refresh: {}", recovered.said));
    }
    if dead && before.code == 0 {
        return Err(format!(
            "a dead token was called connected: {}",
            before.said
        ));
    }
    let after = place.run(&["status", "--json"]);
    let agrees = if healthy {
        after.code == 0
    } else {
        after.code == 4
    };
    if !agrees {
        return Err(format!("status does not agree: {}", after.said));
    }
    let stores = stores_with_tokens(place)?;
    if stores.len() != known.len() {
        return Err(format!("tokens are in {stores:?}: {}", recovered.said));
    }
    sound_database(&place.data())?;
    let gone = place.run(&["disconnect", "--yes", "--json"]);
    expect(
        "disconnect",
        &gone,
        if known.is_empty() { &[4] } else { &[0] },
    )?;
    no_token_at_all(place)?;
    closed_to_others(place.root())
}

fn expect(what: &str, ended: &super::scene::Ended, codes: &[i32]) -> Result<(), String> {
    if codes.contains(&ended.code) {
        return Ok(());
    }
    Err(format!("{what} ended with {}: {}", ended.code, ended.said))
}

fn accounts(stdout: &[u8]) -> Result<Vec<Value>, String> {
    let json: Value = serde_json::from_slice(stdout)
        .map_err(|_| format!("no JSON: {}", String::from_utf8_lossy(stdout)))?;
    json["accounts"]
        .as_array()
        .cloned()
        .ok_or_else(|| format!("no accounts in {json}"))
}

/// The database is whole, where there is one.
pub fn sound_database(data: &Path) -> Result<(), String> {
    let path = data.join("igconnect.sqlite");
    if !path.exists() {
        return Ok(());
    }
    match Database::at(path).fault() {
        None => Ok(()),
        Some(fault) => Err(fault),
    }
}

/// Nothing is open to other users.
pub fn closed_to_others(folder: &Path) -> Result<(), String> {
    each_file(folder, &mut |path| {
        let mode = fs::symlink_metadata(path).map_or(0, |data| data.permissions().mode());
        match mode & 0o077 {
            0 => Ok(()),
            _ => Err(format!("others may read {}: {mode:o}", path.display())),
        }
    })
}

fn no_token_outside_the_store(place: &Place) -> Result<(), String> {
    let store = place.data().join("secrets");
    each_file(place.root(), &mut |path| {
        if !path.starts_with(&store) && holds_token(path) {
            return Err(format!("a token in {}", path.display()));
        }
        Ok(())
    })
}

/// No token of the sandbox is left anywhere, sealed or not.
pub fn no_token_at_all(place: &Place) -> Result<(), String> {
    match sealed_tokens(&place.data().join("sealed.sqlite")) {
        0 => {}
        left => return Err(format!("{left} sealed tokens are left")),
    }
    each_file(place.root(), &mut |path| match holds_token(path) {
        true => Err(format!("a token is left in {}", path.display())),
        false => Ok(()),
    })
}

/// How many tokens the sealed file has, where there is one.
fn sealed_tokens(path: &Path) -> usize {
    let entries = entries(path).into_iter();
    entries
        .filter(|(name, _)| name.starts_with("acct/"))
        .count()
}

/// The words of the stores in which an account's token is.
pub fn stores_with_tokens(place: &Place) -> Result<Vec<&'static str>, String> {
    let sealed = sealed_tokens(&place.data().join("sealed.sqlite")) > 0;
    let files = fs::read_dir(place.data().join("secrets"));
    let mut names = files
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.file_name());
    let file = names.any(|name| name.to_string_lossy().starts_with("acct."));
    let stores = [("file", file), ("sealed", sealed)].into_iter();
    Ok(stores
        .filter_map(|(word, has)| has.then_some(word))
        .collect())
}

/// The sandbox's tokens begin as Instagram's do.
fn holds_token(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    bytes
        .windows(24)
        .any(|part| part.starts_with(b"IGAA") && part.iter().all(u8::is_ascii_alphanumeric))
}

fn each_file(
    folder: &Path,
    visit: &mut dyn FnMut(&Path) -> Result<(), String>,
) -> Result<(), String> {
    for file in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = file.map_err(|error| error.to_string())?.path();
        visit(&path)?;
        if path.is_dir() {
            each_file(&path, visit)?;
        }
    }
    Ok(())
}
