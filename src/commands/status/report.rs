//! How accounts stand: the exit code, and the answer in every form.

use std::io::{self, Write};

use jiff::Timestamp;

use super::exit_state::{ExitState, Thresholds};
use super::{Args, CheckedAccount, Format, Selection};
use crate::account::{Life, REFRESH_WINDOW, State};
use crate::answers;
use crate::failure::Failure;
use crate::output::monitoring::{Alarm, Finding, Findings};
use crate::output::{self, Page, Render};
use crate::session::any_account::AnyAccount;

/// How accounts stand.
pub(crate) struct Report {
    asked: Selection,
    now: Timestamp,
    measure: Thresholds,
    format: Format,
    verified: bool,
    /// Who renews, and when.
    schedule: Option<String>,
}

impl Report {
    pub(super) fn new(
        asked: Selection,
        now: Timestamp,
        args: &Args,
        schedule: Option<String>,
    ) -> Self {
        let expires_within = args.expires_within;
        Self {
            asked,
            now,
            measure: Thresholds {
                now,
                expires_within,
            },
            format: args.format.unwrap_or(Format::Human),
            verified: args.verify,
            schedule,
        }
    }

    /// Those among which the worst verdict is.
    fn verdicts(&self) -> Vec<ExitState> {
        let broken_off = self.broken_off();
        let broken_off = broken_off.map(|failure| ExitState::of(failure.kind.exit_code()));
        match &self.asked {
            Selection::Rows(rows) => {
                let met = rows.iter().map(|(_, met)| self.exit_state(met));
                met.chain(broken_off).collect()
            }
            Selection::AllAccounts(_, deciding) => {
                let exit_state = |life: &Life| {
                    let state = life.status(self.now, REFRESH_WINDOW).state;
                    self.measure.exit_state(state, life.expires_at, None)
                };
                deciding.iter().map(exit_state).chain(broken_off).collect()
            }
        }
    }

    fn exit_state(&self, met: &CheckedAccount) -> ExitState {
        let failure = met.failure.as_deref();
        self.measure
            .exit_state(met.status.state, met.expires_at, failure)
    }

    fn broken_off(&self) -> Option<&Failure> {
        match &self.asked {
            Selection::Rows(rows) => rows.failure(),
            Selection::AllAccounts(everyone, _) => everyone.failure(),
        }
    }

    /// What `--verify` met, for stderr: an unasked store or an unreached Instagram is no answer to keep silent about.
    /// Or what ended a walk through all accounts before its end.
    pub(crate) fn failures(&self) -> Vec<&Failure> {
        let mut failures = Vec::new();
        if let Selection::Rows(rows) = &self.asked {
            failures.extend(rows.iter().filter_map(|(_, met)| met.failure.as_deref()));
        }
        failures.extend(self.broken_off());
        failures
    }

    fn for_each(
        &self,
        mut visit: impl FnMut(&AnyAccount, &CheckedAccount) -> io::Result<()>,
    ) -> io::Result<()> {
        match &self.asked {
            Selection::Rows(rows) => rows.for_each(visit),
            Selection::AllAccounts(everyone, _) => everyone.for_each(|account| {
                let met = CheckedAccount::of(&account, self.now);
                visit(&account.into(), &met)
            }),
        }
    }

    /// Runs `write` with all of it as monitoring systems see it.
    pub(super) fn with_findings<T>(&self, write: impl FnOnce(&Findings<'_>) -> T) -> T {
        let walk = |visit: &mut dyn FnMut(Finding) -> io::Result<()>| {
            self.for_each(|subject, met| visit(self.finding(subject, met)))
        };
        write(&Findings {
            walk: &walk,
            threshold: self.measure.threshold().as_secs(),
            now: self.now,
        })
    }

    fn finding(&self, subject: &AnyAccount, met: &CheckedAccount) -> Finding {
        let (exit_state, state) = (self.exit_state(met), met.status.state);
        let line = match subject {
            AnyAccount::Stored(account) => {
                output::account::account_line(account, met.status, self.now)
            }
            AnyAccount::EnvAccount(env_account) => {
                output::account::guest_line(env_account, met.status, self.now)
            }
        };
        let healthy = matches!(state, State::Connected | State::Expiring);
        let (id, username, alias, verified_at) = match subject {
            AnyAccount::Stored(account) => (
                Some(account.id.to_string()),
                Some(account.username.shortened(NAME_MAX_CHARS)),
                account.alias.as_ref().map(ToString::to_string),
                account.verified_at,
            ),
            AnyAccount::EnvAccount(env_account) => {
                let owner = env_account.owner.as_ref();
                (
                    owner.map(|owner| owner.id.to_string()),
                    owner.map(|owner| owner.username.shortened(NAME_MAX_CHARS)),
                    None,
                    env_account.verified_at,
                )
            }
        };
        let title = match (&username, &alias) {
            (Some(name), Some(alias)) => format!("@{name} ({alias})"),
            (Some(name), None) => format!("@{name}"),
            (None, _) => subject.title(),
        };
        Finding {
            title,
            id,
            username,
            alias,
            state,
            sentence: match &met.failure {
                Some(failure) if healthy => format!("{line}; {}", failure.message),
                _ => line,
            },
            code: exit_state.code,
            alarm: exit_state.alarm,
            expires_at: subject.expires_at(),
            verified_at,
        }
    }
}

document! {
    /// An account, and what --verify met when it asked about it.
    pub(in crate::commands) struct StatusJson<'a> {
        #[serde(flatten)]
        account: answers::Fields<answers::AccountJson<'a>>,
        /// With --verify: what was met when this account was asked about.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Option<answers::ErrorJson>>,
    }
}

/// No username of Instagram is longer than 30 characters; a hostile one would drown an alert.
const NAME_MAX_CHARS: usize = 60;

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let Some(format) = self.format.monitoring() {
            return self.with_findings(|findings| format.findings(findings, out));
        }
        let mut first = true;
        self.for_each(|subject, met| {
            if !std::mem::take(&mut first) {
                writeln!(out)?;
            }
            let (status, now) = (met.status, self.now);
            let card = match subject {
                AnyAccount::EnvAccount(env_account) => {
                    output::account::guest_card(env_account, status, now)
                }
                AnyAccount::Stored(account) => {
                    let place = account.store.description();
                    let mut card = output::account::card(account, status, now, &place);
                    card.fact_if("schedule", self.schedule.clone());
                    card
                }
            };
            card.write(page, out)
        })
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = match &self.asked {
            Selection::Rows(rows) => rows,
            Selection::AllAccounts(everyone, _) => return everyone.json(self.now, out),
        };
        let mut document = answers::Accounts::begin(out)?;
        rows.for_each(|subject, met| {
            document.row(&StatusJson {
                account: answers::Fields(subject.json(met.status, self.now)),
                error: self
                    .verified
                    .then(|| met.failure.as_deref().map(answers::ErrorJson::from)),
            })
        })?;
        document.end(self.broken_off().map(answers::ErrorJson::from))
    }

    fn is_data(&self) -> bool {
        self.format.monitoring().is_some()
    }

    fn exit_code(&self) -> u8 {
        let verdicts = self.verdicts();
        let code =
            crate::failure::worst_exit_code(verdicts.iter().map(|exit_state| exit_state.code));
        match self.format.monitoring() {
            Some(format) => {
                let alarms = verdicts.iter().map(|exit_state| exit_state.alarm);
                // A look at nobody is no good news.
                format.exit_code(alarms.max().unwrap_or(Alarm::Unknown), code)
            }
            None => code,
        }
    }
}
