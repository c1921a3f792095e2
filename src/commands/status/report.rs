//! The report of `status`: the exit code, and the answer in every format.

use std::io::{self, Write};

use jiff::Timestamp;

use super::exit_state::{CheckedAccount, ExitState, Thresholds};
use super::format::StatusFormat;
use crate::account::{Account, AnyAccount, NAME_MAX_CHARS, REFRESH_WINDOW, State, StatusFacts};
use crate::answers::{self, AccountJson, AllAccounts, FlattenedFields, Overview};
use crate::cache::CacheError;
use crate::failure::{Failure, worst_exit_code};
use crate::output::account::AccountCard;
use crate::output::monitoring::{Alarm, Finding, Findings};
use crate::output::{self, Page, Render, words};

/// The accounts to show.
#[derive(Default)]
pub(super) struct Selection {
    pub(super) accounts: Vec<CheckedAccount>,
    /// All accounts of the cache, read only while they are shown.
    pub(super) all: Option<AllAccounts>,
    /// Those of all accounts among which the worst one is.
    pub(super) candidates: Vec<StatusFacts>,
}

impl From<CheckedAccount> for Selection {
    fn from(account: CheckedAccount) -> Self {
        Self {
            accounts: vec![account],
            ..Self::default()
        }
    }
}

impl Selection {
    pub(super) fn is_empty(&self) -> Result<bool, CacheError> {
        let all = self.all.as_ref().map(|all| all.count_up_to(1));
        Ok(self.accounts.is_empty() && all.transpose()?.unwrap_or(0) == 0)
    }
}

pub(crate) struct Report {
    pub(super) selection: Selection,
    pub(super) thresholds: Thresholds,
    pub(super) format: StatusFormat,
    pub(super) is_verified: bool,
    /// Which scheduler refreshes, and when.
    pub(super) schedule: Option<String>,
    /// Of the one account on a terminal.
    pub(super) followers: Vec<(Timestamp, i64)>,
}

impl Report {
    fn now(&self) -> Timestamp {
        self.thresholds.now
    }

    /// Returns exit states among which the worst one is.
    fn exit_states(&self) -> Vec<ExitState> {
        let accounts = self.selection.accounts.iter();
        let candidates = self.selection.candidates.iter().map(|facts| {
            let state = facts.status(self.now(), REFRESH_WINDOW).state;
            self.thresholds.exit_state(state, facts.expires_at, None)
        });
        let walk_failure = self.walk_failure().into_iter();
        accounts
            .map(|checked| self.exit_state(checked))
            .chain(candidates)
            .chain(walk_failure.map(|failure| ExitState::from_code(failure.kind.exit_code())))
            .collect()
    }

    fn exit_state(&self, checked: &CheckedAccount) -> ExitState {
        let state = checked.status(self.now()).state;
        let (expires_at, failure) = (checked.account.expires_at(), checked.failure.as_ref());
        self.thresholds.exit_state(state, expires_at, failure)
    }

    /// Returns what ended the walk through all accounts early, if anything.
    fn walk_failure(&self) -> Option<&Failure> {
        self.selection.all.as_ref()?.failure()
    }

    /// Returns the failures for stderr: of accounts that were verified, or of the walk through all accounts.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let accounts = self.selection.accounts.iter();
        let failures = accounts.filter_map(|checked| checked.failure.as_ref());
        failures.chain(self.walk_failure())
    }

    fn for_each(&self, mut visit: impl FnMut(&CheckedAccount) -> io::Result<()>) -> io::Result<()> {
        self.selection.accounts.iter().try_for_each(&mut visit)?;
        match &self.selection.all {
            Some(all) => all.for_each(|account| visit(&CheckedAccount::new(account))),
            None => Ok(()),
        }
    }

    /// Runs `write` with all accounts as monitoring systems see them.
    pub(super) fn with_findings<T>(&self, write: impl FnOnce(&Findings<'_>) -> T) -> T {
        let walk = |visit: &mut dyn FnMut(Finding) -> io::Result<()>| {
            self.for_each(|checked| visit(self.finding(checked)))
        };
        write(&Findings {
            walk: &walk,
            threshold: self.thresholds.warning().as_secs(),
            now: self.now(),
        })
    }

    /// Writes a table of the accounts for which the exit code is not 0.
    fn overview(&self, all: &AllAccounts, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let needs_attention = |account: &Account, state| {
            let exit = self.thresholds.exit_state(state, account.expires_at, None);
            exit.code != 0
        };
        let overview = Overview::collect(all, None, None, self.now(), needs_attention)?;
        overview.write(page, out)
    }

    fn finding(&self, checked: &CheckedAccount) -> Finding {
        let ExitState { code, alarm } = self.exit_state(checked);
        let (account, status, now) = (&checked.account, checked.status(self.now()), self.now());
        let mut sentence = match account {
            AnyAccount::Stored(account) => output::account::account_line(account, status, now),
            AnyAccount::Environment(account) => {
                output::account::environment_line(account, status, now)
            }
        };
        // In any other state the sentence already says what is wrong.
        if let Some(failure) = &checked.failure
            && matches!(status.state, State::Connected | State::Expiring)
        {
            sentence += &format!("; {}", failure.message);
        }
        let username = account.username();
        let username = username.map(|name| name.shortened(NAME_MAX_CHARS));
        let alias = account.alias().map(ToString::to_string);
        let title = match (&username, &alias) {
            (Some(name), Some(alias)) => format!("@{name} ({alias})"),
            (Some(name), None) => format!("@{name}"),
            (None, _) => account.title(),
        };
        Finding {
            title,
            id: account.id().map(ToString::to_string),
            username,
            alias,
            state: status.state,
            sentence,
            code,
            alarm,
            expires_at: account.expires_at(),
            verified_at: account.verified_at(),
        }
    }
}

document! {
    /// An account, and what went wrong when it was verified.
    pub(in crate::commands) struct StatusJson<'a> {
        #[serde(flatten)]
        account: FlattenedFields<AccountJson<'a>>,
        /// With --verify: what went wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Option<&'a Failure>>,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let Some(format) = self.format.monitoring() {
            return self.with_findings(|findings| format.findings(findings, out));
        }
        if let (Some(all), Some(_), true) = (
            &self.selection.all,
            self.thresholds.expires_within,
            page.framed,
        ) {
            return self.overview(all, page, out);
        }
        let mut is_first = true;
        let are_many = self.selection.all.is_some() || self.selection.accounts.len() > 1;
        let only_short = are_many && self.thresholds.expires_within.is_some();
        self.for_each(|checked| {
            if only_short && self.exit_state(checked).code == 0 {
                return Ok(());
            }
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            let (status, now) = (checked.status(self.now()), self.now());
            let card = match &checked.account {
                AnyAccount::Stored(account) => {
                    let place = account.store.description();
                    let mut card = AccountCard::new(account, status, now, &place);
                    card.schedule.clone_from(&self.schedule);
                    card.followers.clone_from(&self.followers);
                    if are_many {
                        card.more = None;
                    }
                    card
                }
                AnyAccount::Environment(account) => {
                    AccountCard::of_environment(account, status, now)
                }
            };
            card.write(page, out)
        })?;
        match self.thresholds.expires_within {
            Some(within) if only_short && is_first => {
                let within = words::duration(within);
                writeln!(out, "No token expires within {within}.")
            }
            _ => Ok(()),
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(all) = &self.selection.all {
            return all.json(self.now(), out);
        }
        let mut document = answers::Accounts::begin(out)?;
        for checked in &self.selection.accounts {
            let (status, now) = (checked.status(self.now()), self.now());
            let account = AccountJson::of_any(&checked.account, status, now);
            document.row(&StatusJson {
                account: FlattenedFields(account),
                error: self.is_verified.then_some(checked.failure.as_ref()),
            })?;
        }
        document.end(None)
    }

    fn is_message(&self) -> bool {
        self.format.monitoring().is_none()
    }

    fn exit_code(&self) -> u8 {
        let states = self.exit_states();
        let code = worst_exit_code(states.iter().map(|state| state.code));
        match self.format.monitoring() {
            Some(format) => {
                let alarms = states.iter().map(|state| state.alarm);
                // Without any account, monitoring must not report success.
                format.exit_code(alarms.max().unwrap_or(Alarm::Unknown), code)
            }
            None => code,
        }
    }
}
