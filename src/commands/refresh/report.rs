//! The report of `refresh`: a sentence, a table or JSON. The exit code is the worst of all accounts.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::AnyAccount;
use crate::answers::{self, AccountJson, FlattenedFields};
use crate::failure::{Failure, worst_exit_code};
use crate::flows::RefreshOutcome;
use crate::output::{Column, Page, Render, Table, words};

/// What became of one account.
pub(super) struct RefreshRow {
    /// As it is after the refresh.
    pub(super) account: AnyAccount,
    pub(super) outcome: Outcome,
    /// With `--hand-to`: whether the command was given the token.
    pub(super) handed_over: Option<Result<bool, Failure>>,
}

pub(super) enum Outcome {
    /// The token works.
    Done(RefreshOutcome),
    Failed(Failure),
    /// Not tried, for a reason that many accounts share.
    Skipped(Failure),
}

impl RefreshRow {
    pub(super) fn new(account: impl Into<AnyAccount>, outcome: Outcome) -> Self {
        Self {
            account: account.into(),
            outcome,
            handed_over: None,
        }
    }

    fn outcome_json(&self) -> RowOutcome {
        match &self.outcome {
            Outcome::Done(RefreshOutcome::Refreshed) => RowOutcome::Renewed,
            Outcome::Done(RefreshOutcome::NotDue(_)) => RowOutcome::NotDue,
            Outcome::Done(RefreshOutcome::TooYoung(_)) => RowOutcome::TooYoung,
            Outcome::Failed(_) | Outcome::Skipped(_) => RowOutcome::Failed,
        }
    }

    /// Returns what went wrong, unless the account was skipped.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match (&self.outcome, &self.handed_over) {
            (Outcome::Failed(failure), _) | (_, Some(Err(failure))) => Some(failure),
            _ => None,
        }
    }

    /// Returns what went wrong or why the account was skipped.
    pub(super) fn problem(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Skipped(reason) => Some(reason),
            _ => self.failure(),
        }
    }
}

#[derive(Default)]
pub(crate) struct Report {
    pub(super) rows: Vec<RefreshRow>,
    /// One failure for each reason for which accounts were skipped.
    pub(super) skipped: Vec<Failure>,
    /// Of Instagram, if its answers corrected the clock.
    pub(super) now: Timestamp,
    pub(super) is_dry_run: bool,
    /// The run was unattended, and the next one may mend all failures.
    pub(super) is_silent: bool,
}

impl Report {
    /// Returns the failures for stderr: of each account that was tried, and one for each reason to skip accounts.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let tried = self.rows.iter().filter_map(RefreshRow::failure);
        tried.chain(&self.skipped).filter(|_| !self.is_silent)
    }

    fn cells(&self, row: &RefreshRow) -> [String; 4] {
        let expires_at = row.account.expires_at();
        let left = expires_at.map(|end| words::left(end, self.now));
        let outcome = match &row.outcome {
            Outcome::Done(RefreshOutcome::Refreshed) => "refreshed",
            Outcome::Done(RefreshOutcome::NotDue(_)) => "not due",
            Outcome::Done(RefreshOutcome::TooYoung(_)) => "too young",
            Outcome::Failed(_) => "failed",
            Outcome::Skipped(_) => "skipped",
        };
        [
            row.account.title(),
            outcome.to_owned(),
            left.unwrap_or_default(),
            self.sentence(row),
        ]
    }

    fn sentence(&self, row: &RefreshRow) -> String {
        let valid = match row.account.expires_at() {
            Some(end) => format!("valid until {}", words::instant(end)),
            None => "expiry unknown".to_owned(),
        };
        match &row.outcome {
            Outcome::Done(RefreshOutcome::Refreshed) if self.is_dry_run => {
                "would be refreshed".to_owned()
            }
            Outcome::Done(RefreshOutcome::Refreshed) => match row.handed_over {
                Some(Ok(true)) => format!("refreshed and handed over, {valid}"),
                Some(Ok(false)) => format!("{valid}, the token itself did not change"),
                Some(Err(_)) => "refreshed, but not handed over".to_owned(),
                None => format!("refreshed, {valid}"),
            },
            Outcome::Done(RefreshOutcome::NotDue(from)) => {
                format!("needs no refresh until {}, {valid}", words::day(*from))
            }
            Outcome::Done(RefreshOutcome::TooYoung(from)) => format!(
                "cannot be refreshed until {}: its token is less than 24 hours old",
                words::instant(*from)
            ),
            Outcome::Failed(failure) | Outcome::Skipped(failure) => failure.message.clone(),
        }
    }
}

document! {
    pub(in crate::commands) struct RefreshJson<'a> {
        #[serde(flatten)]
        account: FlattenedFields<AccountJson<'a>>,
        outcome: RowOutcome,
        /// With --hand-to: whether the command took a new token.
        #[serde(skip_serializing_if = "Option::is_none")]
        handed_over: Option<bool>,
        error: Option<&'a Failure>,
    }

    /// The outcome in JSON.
    #[serde(rename_all = "snake_case")]
    enum RowOutcome {
        Renewed,
        NotDue,
        TooYoung,
        Failed,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self.rows.as_slice() {
            [] => Ok(()),
            [row] if matches!(row.outcome, Outcome::Done(_)) => {
                let sentence = format!("{}: {}", row.account.title(), self.sentence(row));
                writeln!(out, "{}", page.fitted(&sentence))
            }
            // Its failure is on stderr.
            [_] => Ok(()),
            rows if page.frames(rows.len()) => {
                let mut table = Table::new([
                    Column::new("account").cut(),
                    Column::new("outcome"),
                    Column::number("left").optional(1),
                    Column::new("").wrapped(),
                ]);
                for row in rows {
                    let mut cells = self.cells(row);
                    if row.problem().is_some()
                        && let [.., sentence] = &mut cells
                    {
                        // On a terminal, stderr has just said it.
                        sentence.clear();
                    }
                    table.row(cells);
                }
                table.write(page, out)
            }
            rows => rows
                .iter()
                .try_for_each(|row| writeln!(out, "{}", self.cells(row).join("\t"))),
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = answers::Accounts::begin(out)?;
        for row in &self.rows {
            let status = row.account.status(self.now);
            document.row(&RefreshJson {
                account: FlattenedFields(AccountJson::of_any(&row.account, status, self.now)),
                outcome: row.outcome_json(),
                handed_over: (row.handed_over.as_ref()).map(|done| matches!(done, Ok(true))),
                error: row.problem(),
            })?;
        }
        document.end(None)
    }

    fn exit_code(&self) -> u8 {
        worst_exit_code(self.failures().map(|failure| failure.kind.exit_code()))
    }

    fn is_message(&self) -> bool {
        true
    }
}
