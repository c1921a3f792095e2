//! The state of an account in a line, and its reason as a sentence.

use jiff::Timestamp;

use crate::account::{Account, AccountStatus, EnvAccount, State, StoreKind};
use crate::output::words;

/// The reason of a state as a sentence. Expiry has none: the headline says it.
pub(super) fn reason(status: AccountStatus, store: Option<&StoreKind>) -> Option<String> {
    if matches!(
        status.state,
        State::Connected | State::Expiring | State::Expired
    ) {
        return None;
    }
    let reason = status.reason?;
    let sentence = match store {
        Some(store) => reason.sentence_about(store),
        None => reason.sentence().into(),
    };
    Some(words::as_sentence(&sentence))
}

/// The command that connects this account again, with the app that it was connected with.
pub(crate) fn login_command(account: &Account) -> String {
    let mut command = "igconnect login".to_owned();
    if let Some(username) = account.plain_username() {
        command += &format!(" --expect @{username}");
    }
    // Without --app, login takes the app of these names.
    let app = account.app.as_str();
    let is_usual = matches!(app, "default" | "sandbox" | "environment");
    let is_plain = app
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !is_usual && is_plain {
        command += &format!(" --app {app}");
    }
    command
}

/// The state of an account with its reason or the time left: `connected, 60 days left`.
pub(crate) fn account_line(account: &Account, status: AccountStatus, now: Timestamp) -> String {
    let line = line(account.expires_at, Some(&account.store), status, now);
    match account.noticed_at(status) {
        Some(at) => format!("{line} (noticed {})", words::age(at, now)),
        None => line,
    }
}

pub(crate) fn environment_line(
    account: &EnvAccount,
    status: AccountStatus,
    now: Timestamp,
) -> String {
    line(account.expires_at, None, status, now)
}

fn line(
    end: Option<Timestamp>,
    store: Option<&StoreKind>,
    AccountStatus { state, reason }: AccountStatus,
    now: Timestamp,
) -> String {
    let sentence = reason.map(|reason| match store {
        Some(store) => reason.sentence_about(store),
        None => reason.sentence().into(),
    });
    match (state, sentence, end) {
        (State::NeedsLogin | State::Unverified | State::Unknown, Some(sentence), _) => {
            format!("{state}: {sentence}")
        }
        (State::Expired, _, Some(end)) => words::left(end, now),
        (_, _, Some(end)) => format!("{state}, {}", words::left(end, now)),
        _ => state.to_string(),
    }
}
