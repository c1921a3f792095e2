//! What became of each account: a sentence, a table, or JSON; the exit code is that of the worst.

use std::io::{self, Write};

use super::Report;
use super::row::{Outcome, Row, RowOutcome};
use crate::account::Word;
use crate::answers;
use crate::failure::Failure;
use crate::flows::RefreshOutcome;
use crate::output::{Page, Render, Table, words};
use crate::session::any_account::AnyAccount;

impl Report {
    /// The failures, for stderr: that of each account which was tried, one for all that were not.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let tried = self.rows.iter().filter_map(|(_, row)| row.failure());
        let all = tried.chain(&self.left_out);
        all.filter(|_| !self.patient)
    }

    /// The failure of the cache in the middle of the answer, if that is what ended it.
    pub(crate) fn broken_off(&self) -> Option<&Failure> {
        self.rows.failure()
    }

    fn cells(&self, subject: &AnyAccount, row: &Row) -> [String; 4] {
        [
            subject.title(),
            Word(row.result()).to_string(),
            subject
                .expires_at()
                .map(|end| words::left(end, self.now))
                .unwrap_or_default(),
            self.sentence(subject, row),
        ]
    }

    fn sentence(&self, subject: &AnyAccount, row: &Row) -> String {
        let until = match subject.expires_at() {
            Some(end) => format!("good until {}", words::instant(end)),
            None => "until when, nobody said".to_owned(),
        };
        match &row.outcome {
            Outcome::Done(RefreshOutcome::Renewed) if self.dry_run => "would be renewed".to_owned(),
            Outcome::Done(RefreshOutcome::Renewed) => match row.handed_over {
                Some(Ok(true)) => format!("renewed and handed over, {until}"),
                Some(Ok(false)) => {
                    format!("{until}, the text of the token is as it was")
                }
                Some(Err(_)) => "renewed and not handed over".to_owned(),
                None => format!("renewed, {until}"),
            },
            Outcome::Done(RefreshOutcome::NotDue(from)) => {
                format!("{until}, due from {}", words::day(*from))
            }
            Outcome::Done(RefreshOutcome::TooYoung(open)) => format!(
                "younger than 24 hours, which Instagram does not renew; possible from {}",
                words::instant(*open)
            ),
            Outcome::Failed(_) | Outcome::NotTried(_) => {
                let problem = row.problem(subject);
                problem.map_or_else(String::new, |failure| failure.message.clone())
            }
        }
    }
}

document! {
    pub(in crate::commands) struct RefreshJson<'a> {
        #[serde(flatten)]
        account: answers::Fields<answers::AccountJson<'a>>,
        outcome: RowOutcome,
        /// With --hand-to: whether the command took a new token.
        #[serde(skip_serializing_if = "Option::is_none")]
        handed_over: Option<bool>,
        error: Option<answers::ErrorJson>,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if self.rows.len() == 1 {
            return self.rows.for_each(|subject, row| match row.outcome {
                Outcome::Done(_) => {
                    writeln!(out, "{}: {}", subject.title(), self.sentence(subject, row))
                }
                _ => Ok(()),
            });
        }
        if !page.frames(self.rows.len()) {
            return self
                .rows
                .for_each(|subject, row| writeln!(out, "{}", self.cells(subject, row).join("\t")));
        }
        let mut table = Table::new(["account", "outcome", "token", ""]);
        self.rows.for_each(|subject, row| {
            table.row(self.cells(subject, row));
            Ok(())
        })?;
        match self.rows.len() {
            0 => Ok(()),
            _ => table.write(page, out),
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = answers::Accounts::begin(out)?;
        self.rows.for_each(|subject, row| {
            document.row(&RefreshJson {
                account: answers::Fields(subject.json(subject.status(self.now), self.now)),
                outcome: row.result(),
                handed_over: row
                    .handed_over
                    .as_ref()
                    .map(|hand_over| matches!(hand_over, Ok(true))),
                error: row
                    .problem(subject)
                    .map(|failure| answers::ErrorJson::from(&*failure)),
            })
        })?;
        document.end(self.broken_off().map(answers::ErrorJson::from))
    }

    fn exit_code(&self) -> u8 {
        let all = self.failures().chain(self.broken_off());
        crate::failure::worst_exit_code(all.map(|failure| failure.kind.exit_code()))
    }
}
