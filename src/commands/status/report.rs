//! The report of `status`: the exit code, and the answer in every format.

use std::io::{self, Write};

use jiff::Timestamp;

use super::checked_account::CheckedAccount;
use super::command::Args;
use super::exit_state::{ExitState, Thresholds};
use super::format::StatusFormat;
use crate::account::{AnyAccount, REFRESH_WINDOW, State, StatusFacts};
use crate::answers::AllAccounts;
use crate::answers::{self, AccountJson, ErrorJson, FlattenedFields};
use crate::cache::CacheError;
use crate::failure::{Failure, worst_exit_code};
use crate::output::monitoring::{Alarm, Finding, Findings};
use crate::output::{self, Page, Render};

/// The accounts to show.
pub(super) enum Selection {
    Some(Vec<CheckedAccount>),
    /// All accounts of the cache, and the lives among which the worst one is.
    All(Box<AllAccounts>, Vec<StatusFacts>),
}

impl Selection {
    pub(super) fn is_empty(&self) -> Result<bool, CacheError> {
        match self {
            Self::Some(accounts) => Ok(accounts.is_empty()),
            Self::All(accounts, _) => Ok(accounts.count_up_to(1)? == 0),
        }
    }
}

pub(crate) struct Report {
    selection: Selection,
    now: Timestamp,
    thresholds: Thresholds,
    format: StatusFormat,
    is_verified: bool,
    /// Which scheduler refreshes, and when.
    schedule: Option<String>,
}

impl Report {
    pub(super) fn new(
        selection: Selection,
        now: Timestamp,
        args: &Args,
        schedule: Option<String>,
    ) -> Self {
        let expires_within = args.expires_within;
        Self {
            selection,
            now,
            thresholds: Thresholds {
                now,
                expires_within,
            },
            format: args.format.unwrap_or(StatusFormat::Human),
            is_verified: args.verify,
            schedule,
        }
    }

    /// Returns exit states among which the worst one is.
    fn exit_states(&self) -> Vec<ExitState> {
        let mut states: Vec<_> = match &self.selection {
            Selection::Some(accounts) => accounts.iter().map(|one| self.exit_state(one)).collect(),
            Selection::All(_, lives) => {
                let lives = lives.iter();
                lives.map(|life| self.exit_state_of(life)).collect()
            }
        };
        let walk_failure = self.walk_failure();
        states.extend(walk_failure.map(|failure| ExitState::from_code(failure.kind.exit_code())));
        states
    }

    fn exit_state(&self, checked: &CheckedAccount) -> ExitState {
        let expires_at = checked.account.expires_at();
        let failure = checked.failure.as_ref();
        self.thresholds
            .exit_state(checked.status(self.now).state, expires_at, failure)
    }

    fn exit_state_of(&self, life: &StatusFacts) -> ExitState {
        let state = life.status(self.now, REFRESH_WINDOW).state;
        self.thresholds.exit_state(state, life.expires_at, None)
    }

    /// Returns what ended the walk through all accounts early, if anything.
    fn walk_failure(&self) -> Option<&Failure> {
        match &self.selection {
            Selection::Some(_) => None,
            Selection::All(accounts, _) => accounts.failure(),
        }
    }

    /// Returns the failures for stderr: of accounts that were verified, or of the walk through all accounts.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let accounts = match &self.selection {
            Selection::Some(accounts) => accounts.as_slice(),
            Selection::All(..) => &[],
        };
        let failures = accounts.iter().filter_map(|one| one.failure.as_ref());
        failures.chain(self.walk_failure())
    }

    fn for_each(&self, mut visit: impl FnMut(&CheckedAccount) -> io::Result<()>) -> io::Result<()> {
        match &self.selection {
            Selection::Some(accounts) => accounts.iter().try_for_each(visit),
            Selection::All(accounts, _) => {
                accounts.for_each(|account| visit(&CheckedAccount::new(account)))
            }
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
            now: self.now,
        })
    }

    fn finding(&self, checked: &CheckedAccount) -> Finding {
        let exit_state = self.exit_state(checked);
        let (state, account) = (checked.status(self.now).state, &checked.account);
        let line = match account {
            AnyAccount::Stored(account) => {
                output::account::account_line(account, checked.status(self.now), self.now)
            }
            AnyAccount::Environment(account) => {
                output::account::environment_line(account, checked.status(self.now), self.now)
            }
        };
        let is_healthy = matches!(state, State::Connected | State::Expiring);
        let username = account
            .username()
            .map(|name| name.shortened(NAME_MAX_CHARS));
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
            state,
            sentence: match &checked.failure {
                Some(failure) if is_healthy => format!("{line}; {}", failure.message),
                _ => line,
            },
            code: exit_state.code,
            alarm: exit_state.alarm,
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
        error: Option<Option<ErrorJson>>,
    }
}

/// No username of Instagram is longer than 30 characters; a hostile one would drown an alert.
const NAME_MAX_CHARS: usize = 60;

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let Some(format) = self.format.monitoring() {
            return self.with_findings(|findings| format.findings(findings, out));
        }
        let mut is_first = true;
        self.for_each(|checked| {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            let (status, now) = (checked.status(self.now), self.now);
            let card = match &checked.account {
                AnyAccount::Stored(account) => {
                    let place = account.store.description();
                    let mut card = output::account::card(account, status, now, &place);
                    card.fact_if("schedule", self.schedule.clone());
                    card
                }
                AnyAccount::Environment(account) => {
                    output::account::environment_card(account, status, now)
                }
            };
            card.write(page, out)
        })
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let accounts = match &self.selection {
            Selection::Some(accounts) => accounts,
            Selection::All(accounts, _) => return accounts.json(self.now, out),
        };
        let mut document = answers::Accounts::begin(out)?;
        for checked in accounts {
            let failure = checked.failure.as_ref();
            document.row(&StatusJson {
                account: FlattenedFields(AccountJson::of_any(
                    &checked.account,
                    checked.status(self.now),
                    self.now,
                )),
                error: self.is_verified.then(|| failure.map(ErrorJson::from)),
            })?;
        }
        document.end(None)
    }

    fn is_data(&self) -> bool {
        self.format.monitoring().is_some()
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
