//! The answer of `history`: tables with sparklines, columns for a pipe, CSV, JSON.

use std::io::{self, Write};

use jiff::Timestamp;

use super::card::{COUNTED, card};
use super::command::{HistoryFormat, Part};
use super::document::HistoryJson;
use crate::account::{Account, Word};
use crate::answers;
use crate::answers::{AllAccounts, WalkError};
use crate::cache::{Event, EventKind};
use crate::failure::{Failure, describe_cause};
use crate::output::csv::{self, Csv};
use crate::output::{Page, Render, Table, words};

// Printed one account at a time, so that memory does not grow with their number.
pub(crate) struct Report {
    everyone: AllAccounts,
    /// `None` for all accounts.
    only: Option<Account>,
    part: Part,
    format: HistoryFormat,
}

impl Report {
    pub(super) fn new(
        everyone: AllAccounts,
        only: Option<Account>,
        part: Part,
        format: HistoryFormat,
    ) -> Self {
        Self {
            everyone,
            only,
            part,
            format,
        }
    }

    /// The failure that ended the answer early, if any.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.everyone.failure().into_iter()
    }

    fn each(&self, mut write: impl FnMut(&Account, &[Event]) -> io::Result<()>) -> io::Result<()> {
        self.everyone.walk(|cache| {
            let mut one = |account: &Account| {
                let events = cache.history(&account.id, self.part.since, self.part.limit)?;
                Ok::<_, WalkError>(write(account, &events)?)
            };
            match &self.only {
                Some(account) => one(account),
                None => cache.for_each(|account| one(&account)),
            }
        })
    }

    fn pages(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut first = true;
        self.each(|account, events| {
            if !std::mem::take(&mut first) {
                writeln!(out)?;
            }
            card(account, events, page).write(page, out)?;
            if events.is_empty() {
                return Ok(());
            }
            let header = ["when", "what", "why"].into_iter().chain(COUNTED);
            let mut table = Table::new(header);
            for event in events {
                let [followers, following, posts] = numbers(event, words::number);
                table.row([
                    words::instant(event.at),
                    Word(event.kind).to_string(),
                    why(event, words::day),
                    followers,
                    following,
                    posts,
                ]);
            }
            table.write(page, out)
        })
    }

    fn columns(&self, out: &mut dyn Write) -> io::Result<()> {
        self.each(|account, events| {
            events.iter().try_for_each(|event| {
                let [followers, following, posts] = numbers(event, |count| count.to_string());
                let cells = [
                    event.at.to_string(),
                    format!("@{}", account.username),
                    Word(event.kind).to_string(),
                    why(event, |end| end.to_string()),
                    followers,
                    following,
                    posts,
                ];
                writeln!(out, "{}", cells.join("\t"))
            })
        })
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = [
            "at",
            "account_id",
            "username",
            "event",
            "cause",
            "expires_at",
            "followers_count",
            "follows_count",
            "media_count",
        ];
        let mut csv = Csv::new(&header, out)?;
        self.each(|account, events| {
            events.iter().try_for_each(|event| {
                let [followers, follows, media] = numbers(event, |count| count.to_string());
                csv.row([
                    event.at.to_string(),
                    account.id.to_string(),
                    csv::text(account.username.raw()),
                    Word(event.kind).to_string(),
                    csv::text(event.cause.as_deref().unwrap_or_default()),
                    event
                        .expires_at
                        .map(|at| at.to_string())
                        .unwrap_or_default(),
                    followers,
                    follows,
                    media,
                ])
            })
        })?;
        csv.finish()
    }
}

/// The counts, empty if unknown.
fn numbers(event: &Event, form: impl Fn(i64) -> String) -> [String; 3] {
    let counts = event.counts.unwrap_or_default();
    counts.map(|count| count.map(&form).unwrap_or_default())
}

/// The cause of a failure, or the new expiry.
fn why(event: &Event, form: impl Fn(Timestamp) -> String) -> String {
    match (&event.cause, event.kind, event.expires_at) {
        (Some(cause), _, _) => describe_cause(cause),
        (None, EventKind::Connected | EventKind::Refreshed, Some(end)) => {
            format!("valid until {}", form(end))
        }
        (None, EventKind::Found, _) => "restored from the store".to_owned(),
        _ => String::new(),
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            HistoryFormat::Csv => self.csv(out),
            HistoryFormat::Human if page.framed => self.pages(page, out),
            HistoryFormat::Human => self.columns(out),
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = answers::Accounts::begin(out)?;
        self.each(|account, events| document.row(&HistoryJson::new(account, events)))?;
        document.end(self.everyone.failure().map(answers::ErrorJson::from))
    }

    fn exit_code(&self) -> u8 {
        crate::failure::worst_exit_code(self.failures().map(|failure| failure.kind.exit_code()))
    }

    fn is_data(&self) -> bool {
        true
    }
}
