use std::fs;
use std::path::{Path, PathBuf};

use super::command::title;
use super::phrases::{phrases, stems};
use super::search::{Found, search};
use crate::account::{Operation, Reason, Trouble};

fn titles(found: &Found) -> Vec<String> {
    found.errors.iter().map(|entry| title(entry)).collect()
}

#[test]
fn every_phrase_belongs_to_an_entry_and_finds_it() {
    let known = phrases();
    assert!(known.len() > 50);
    for (about, phrases) in &known {
        for phrase in phrases {
            let found = titles(&search(phrase));
            assert!(
                found.iter().any(|it| it == about),
                "{about}: {phrase} → {found:?}"
            );
        }
    }
}

#[test]
fn every_reason_of_a_state_is_known() {
    use Operation::{Disconnect, Login, Rebuild, Refresh};
    use Trouble::{
        AppRemoved, Checkpoint, LoggedOut, PasswordChanged, Removed, SecretGone, TokenExpired,
        TokenRefused, Unconfirmed,
    };
    let troubles = [
        AppRemoved,
        Checkpoint,
        LoggedOut,
        PasswordChanged,
        Removed,
        SecretGone,
        TokenExpired,
        TokenRefused,
        Unconfirmed,
    ];
    let interrupted = [Disconnect, Login, Rebuild, Refresh].map(Reason::Interrupted);
    let others = [
        Reason::ExpiryUnknown,
        Reason::NotVerified,
        Reason::StoreUnavailable,
        Reason::Expired,
        Reason::ExpiresSoon,
        Reason::ClockBehind,
    ];
    for reason in troubles
        .map(Reason::Trouble)
        .into_iter()
        .chain(interrupted)
        .chain(others)
    {
        let sentence = reason.sentence();
        let found = search(sentence);
        assert!(found.is_sure, "{sentence} → {:?}", titles(&found));
    }
}

/// Reads the messages out of the source, so that a new message needs an explanation too.
#[test]
fn every_message_of_a_failure_is_known() {
    let mut files = Vec::new();
    find_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut messages = Vec::new();
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        for start in ["#[error(\"", "Failure::new(Kind::"] {
            messages.extend(
                source
                    .split(start)
                    .skip(1)
                    .filter_map(|rest| message(start, rest)),
            );
        }
    }
    assert!(messages.len() > 80, "{}", messages.len());
    let unknown = |message: &String| search(message).errors.is_empty();
    messages.retain(unknown);
    assert!(
        messages.is_empty(),
        "{} unknown:\n{}",
        messages.len(),
        messages.join("\n")
    );
}

/// The text of the literal, with a word for each value in it.
fn message(start: &str, rest: &str) -> Option<String> {
    let literal = match start.strip_suffix('"') {
        Some(_) => rest,
        None => rest
            .split_once(", \"")?
            .0
            .find(['(', ')'])
            .map_or(rest.split_once(", \"")?.1, |_| ""),
    };
    let text = literal.split("\")").next()?.split("\",").next()?;
    let mut words = String::new();
    for (at, part) in text.split(['{', '}']).enumerate() {
        // Every second part is the name of a value.
        words.push_str(if at % 2 == 0 { part } else { "@shop" });
    }
    (stems(&words).count() > 1 && !words.contains('\n')).then_some(words)
}

fn find_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_files(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}
