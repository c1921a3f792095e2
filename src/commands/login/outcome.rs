//! What the last page in the browser says: who was connected, or why the login failed.

use jiff::Timestamp;

use crate::account::{Account, Untrusted};
use crate::callback::{ConnectedPage, Fact, FailedPage, LoginOutcome};
use crate::failure::{Failure, Kind};
use crate::output::{pasteable, words};
use crate::schedule;
use crate::session::{Session, daily_refresh};

/// Instagram's names allow 30 characters, a hostile one many more.
const PROFILE_NAME_MAX_CHARS: usize = 150;

/// The permissions in the words of the page.
const PERMISSIONS: [(&str, &str); 5] = [
    ("instagram_business_basic", "Profile and posts"),
    ("instagram_business_content_publish", "Publishing"),
    ("instagram_business_manage_comments", "Comments"),
    ("instagram_business_manage_messages", "Messages"),
    ("instagram_business_manage_insights", "Insights"),
];

pub(super) fn connected(session: &Session, account: &Account) -> LoginOutcome {
    let profile = account.profile.as_ref();
    let name = profile.and_then(|profile| profile.name.as_ref());
    let mut next = vec![
        ("Print the token", print_token(account)),
        ("See all accounts", "igconnect list".to_owned()),
    ];
    let location = daily_refresh::location(&session.settings);
    if schedule::find_installed(&location).is_ok_and(|found| found.is_empty()) {
        let install = "igconnect schedule install".to_owned();
        next.insert(0, ("Refresh the token every day", install));
    }
    LoginOutcome::Connected(ConnectedPage {
        account: account.name(),
        name: name.map_or_else(String::new, |name| name.shortened(PROFILE_NAME_MAX_CHARS)),
        facts: facts(account, session.settings.clock.now()),
        next: next.into_iter().map(paste).collect(),
    })
}

fn paste((about, command): (&'static str, String)) -> (&'static str, String) {
    (about, pasteable(&command).into_owned())
}

/// The command that prints the token of this account.
pub(super) fn print_token(account: &Account) -> String {
    match account.is_default {
        true => "igconnect token".to_owned(),
        false => format!("igconnect token {}", account.selector()),
    }
}

fn facts(account: &Account, now: Timestamp) -> Vec<Fact> {
    let profile = account.profile.as_ref();
    let posts = profile.and_then(|profile| profile.media_count);
    let followers = profile.and_then(|profile| profile.followers_count);
    let followers = followers.map(|count| Fact {
        label: "Followers",
        value: words::number(count),
        note: posts.map_or_else(String::new, |posts| words::counted(posts, "post")),
    });
    let expiry = account.expires_at.map(|end| Fact {
        label: "Token valid until",
        value: words::date(end),
        note: words::left(end, now),
    });
    let permissions: Vec<_> = account.scopes.names().map(permission).collect();
    let permissions = Fact {
        label: "Permissions",
        value: permissions.join(", "),
        note: String::new(),
    };
    [followers, expiry, Some(permissions)]
        .into_iter()
        .flatten()
        .collect()
}

fn permission(name: &str) -> String {
    let known = PERMISSIONS.iter().find(|(known, _)| *known == name);
    known.map_or_else(
        || Untrusted::new(name).to_string(),
        |(_, words)| (*words).to_owned(),
    )
}

pub(super) fn denied() -> LoginOutcome {
    LoginOutcome::Denied {
        command: pasteable("igconnect login").into_owned(),
    }
}

pub(super) fn failed(failure: &Failure) -> LoginOutcome {
    let nothing_stored = "nothing was stored";
    let lead = match failure.kind {
        // These come before anything is stored.
        Kind::Unfinished | Kind::Trouble | Kind::Login | Kind::Usage => {
            "Nothing was stored, and no account has changed."
        }
        _ => "Return to the terminal, which shows this too.",
    };
    let cause = failure.cause.as_deref().unwrap_or_default();
    let cause = cause
        .trim_end_matches(nothing_stored)
        .trim_end_matches("; ");
    let hint = failure
        .hint
        .as_deref()
        .unwrap_or("Start again: igconnect login");
    let (fix, command) = split_command(hint);
    LoginOutcome::Failed(FailedPage {
        lead,
        reason: sentence(&failure.message),
        cause: sentence(cause),
        fix: sentence(fix),
        command: pasteable(command).into_owned(),
    })
}

/// Splits a hint into its sentence and the command at its end, if there is one.
fn split_command(hint: &str) -> (&str, &str) {
    let at = hint.rfind(": igconnect ");
    let (sentence, command) = hint.split_at(at.map_or(hint.len(), |at| at + 1));
    (sentence, command.trim_start())
}

/// Makes a whole sentence of a part of a failure. Before a command it ends with a colon.
fn sentence(text: &str) -> String {
    match text.ends_with(':') {
        true => words::capitalized(text),
        false if text.is_empty() => String::new(),
        false => words::as_sentence(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_becomes_sentences_and_a_command_to_paste() {
        let failure = Failure::new(Kind::Unfinished, "the code was used")
            .cause("it works once; nothing was stored")
            .hint("Read help, then start again: igconnect login --as shop");
        let LoginOutcome::Failed(page) = failed(&failure) else {
            panic!("another page");
        };
        assert_eq!(page.reason, "The code was used.");
        assert_eq!(page.cause, "It works once.");
        assert_eq!(page.fix, "Read help, then start again:");
        assert_eq!(page.command, "igconnect login --as shop");
    }

    #[test]
    fn a_failure_that_may_have_changed_something_does_not_say_otherwise() {
        let failure = Failure::new(Kind::Store, "the keyring is locked").hint("Unlock it");
        let LoginOutcome::Failed(page) = failed(&failure) else {
            panic!("another page");
        };
        assert!(!page.lead.contains("Nothing was stored"));
        assert_eq!(
            (page.fix.as_str(), page.command.as_str()),
            ("Unlock it.", "")
        );
        assert_eq!(page.cause, "");
    }
}
