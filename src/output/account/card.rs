//! What is shown of an account.

use std::io::{self, Write};

use jiff::Timestamp;

use super::sentences::{account_line, environment_line, login_command, reason};
use crate::account::{Account, AccountStatus, EnvAccount, NAME_MAX_CHARS, Profile, Untrusted};
use crate::output::render::Page;
use crate::output::words;

/// An account as it is at `now`. The texts are safe to show.
pub(crate) struct AccountCard<'a> {
    pub(super) name: String,
    /// The alias, and whether it is the default account.
    pub(super) marks: Vec<String>,
    pub(super) title: String,
    pub(super) status: AccountStatus,
    /// The state with its reason or the time left.
    pub(super) line: String,
    pub(super) reason: Option<String>,
    pub(super) profile: Option<&'a Profile>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) facts: Vec<(&'static str, String)>,
    /// What a terminal shows with `--verbose` only.
    pub(super) details: Vec<(&'static str, String)>,
    /// Which scheduler refreshes, and when.
    pub(crate) schedule: Option<String>,
    /// Followers over time, the oldest first.
    pub(crate) followers: Vec<(Timestamp, i64)>,
    /// The commands to log in again and to show the details.
    pub(super) login: Option<String>,
    pub(crate) more: Option<String>,
    pub(super) now: Timestamp,
}

impl<'a> AccountCard<'a> {
    /// `place` says where the token is.
    pub(crate) fn new(
        account: &'a Account,
        status: AccountStatus,
        now: Timestamp,
        place: &str,
    ) -> Self {
        let alias = account.alias.as_ref().map(|alias| format!("alias {alias}"));
        let default = account.is_default.then(|| "default".to_owned());
        let permissions = match account.scopes.joined() {
            "" => "unknown".to_owned(),
            names => names.replace(',', ", "),
        };
        let fingerprint = account.fingerprint.as_ref();
        let fingerprint = fingerprint.map_or(String::new(), |it| format!(", fingerprint {it}"));
        let verified = account.verified_at.map(|at| words::age(at, now));
        let details = [
            Some(("token", format!("in {place}{fingerprint}"))),
            // The name may come from a store that other people write to.
            Some((
                "app",
                Untrusted::new(account.app.as_str()).shortened(NAME_MAX_CHARS),
            )),
            Some(("connected", words::age(account.connected_at, now))),
            verified.map(|age| ("verified", age)),
            Some(("id", account.id.to_string())),
        ];
        Self {
            name: account.name(),
            marks: alias.into_iter().chain(default).collect(),
            title: match account.is_default {
                true => format!("{} · default", account.title()),
                false => account.title(),
            },
            status,
            line: account_line(account, status, now),
            reason: reason(status, Some(&account.store)).map(|sentence| {
                let noticed = account.noticed_at(status);
                let noticed = noticed.map(|at| format!(" Noticed {}.", words::age(at, now)));
                sentence + &noticed.unwrap_or_default()
            }),
            profile: account.profile.as_ref(),
            expires_at: account.expires_at,
            facts: vec![("permissions", permissions)],
            details: details.into_iter().flatten().collect(),
            schedule: None,
            followers: Vec::new(),
            login: Some(login_command(account)),
            more: Some(match account.is_default {
                true => "igconnect status -v".to_owned(),
                false => format!("igconnect status {} -v", account.selector()),
            }),
            now,
        }
    }

    pub(crate) fn of_environment(
        account: &'a EnvAccount,
        status: AccountStatus,
        now: Timestamp,
    ) -> Self {
        let owner = account.owner.as_ref();
        let place = format!("in the environment, fingerprint {}", account.fingerprint);
        let verified = account.verified_at.map(|at| words::age(at, now));
        let details = [
            Some(("token", place)),
            verified.map(|age| ("verified", age)),
            owner.map(|owner| ("id", owner.id.to_string())),
        ];
        Self {
            name: account.title(),
            marks: Vec::new(),
            title: account.title(),
            status,
            line: environment_line(account, status, now),
            reason: reason(status, None),
            profile: owner.map(|owner| &owner.profile),
            expires_at: account.expires_at,
            facts: Vec::new(),
            details: details.into_iter().flatten().collect(),
            schedule: None,
            followers: Vec::new(),
            login: None,
            more: None,
            now,
        }
    }

    pub(crate) fn write(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match page.framed {
            true => self.write_card(page, out),
            false => self.write_facts(page, out),
        }
    }
}
