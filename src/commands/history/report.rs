//! The answer of `history`: tables with sparklines, columns for a pipe, CSV, JSON.

use std::io::{self, Write};

use jiff::Timestamp;

use super::command::HistoryFormat;
use super::document::HistoryJson;
use crate::account::{Account, Word};
use crate::answers::{self, AllAccounts, WalkError};
use crate::cache::{Event, EventKind};
use crate::failure::describe_cause;
use crate::output::csv::{self, Csv};
use crate::output::{Card, Page, Render, Table, sparkline, words};

/// The names of the counts, in the order of [`Event::counts`].
const COUNTED: [&str; 3] = ["followers", "following", "posts"];

/// More columns do not show more of a trend.
const SPARKLINE_MAX_WIDTH: usize = 40;

// Printed one account at a time, so that memory does not grow with their number.
pub(crate) struct Report {
    pub(crate) everyone: AllAccounts,
    /// `None` for all accounts.
    pub(super) only: Option<Account>,
    pub(super) since: Option<Timestamp>,
    /// The number of events per account.
    pub(super) limit: Option<u32>,
    pub(super) format: HistoryFormat,
}

impl Report {
    fn each(&self, mut write: impl FnMut(&Account, &[Event]) -> io::Result<()>) -> io::Result<()> {
        self.everyone.walk(|cache| {
            let mut one = |account: &Account| {
                let events = cache.history(&account.id, self.since, self.limit)?;
                Ok::<_, WalkError>(write(account, &events)?)
            };
            match &self.only {
                Some(account) => one(account),
                None => cache.for_each(|account| one(&account)),
            }
        })
    }

    fn pages(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut is_first = true;
        self.each(|account, events| {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            card(account, events, page).write(page, out)?;
            if events.is_empty() {
                return Ok(());
            }
            let mut table = Table::new(["when", "what", "why"].into_iter().chain(COUNTED));
            for event in events {
                let what = Word(event.kind).to_string();
                let facts = [words::instant(event.at), what, why(event, words::day)];
                table.row(facts.into_iter().chain(numbers(event, words::number)));
            }
            table.write(page, out)
        })
    }

    fn columns(&self, out: &mut dyn Write) -> io::Result<()> {
        self.each(|account, events| {
            events.iter().try_for_each(|event| {
                let (at, kind) = (event.at, Word(event.kind));
                let why = why(event, |end| end.to_string());
                let counts = numbers(event, |count| count.to_string()).join("\t");
                writeln!(out, "{at}\t{}\t{kind}\t{why}\t{counts}", account.name())
            })
        })
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let facts = [
            "at",
            "account_id",
            "username",
            "event",
            "cause",
            "expires_at",
        ];
        let counts = ["followers_count", "follows_count", "media_count"];
        let mut csv = Csv::new(&[&facts[..], &counts].concat(), out)?;
        self.each(|account, events| {
            events.iter().try_for_each(|event| {
                let end = event.expires_at.map(|at| at.to_string());
                let facts = [
                    event.at.to_string(),
                    account.id.to_string(),
                    csv::text(account.username.raw()),
                    Word(event.kind).to_string(),
                    csv::text(event.cause.as_deref().unwrap_or_default()),
                    end.unwrap_or_default(),
                ];
                let counts = numbers(event, |count| count.to_string());
                csv.row(facts.into_iter().chain(counts))
            })
        })?;
        csv.finish()
    }
}

/// Returns the card above a history: each count and its trend.
fn card(account: &Account, events: &[Event], page: &Page) -> Card {
    let mut card = Card {
        title: account.title(),
        ..Card::default()
    };
    let width = usize::from(page.width / 2).min(SPARKLINE_MAX_WIDTH);
    for (place, name) in COUNTED.into_iter().enumerate() {
        // Events are the newest first, and a line is read from the left.
        let seen = events.iter().rev().filter_map(|event| {
            let count = event.counts?.get(place).copied().flatten()?;
            Some((event.at, count))
        });
        card.fact_if(name, trend(&seen.collect::<Vec<_>>(), width));
    }
    if events.is_empty() {
        card.fact("events", "none in this period");
    }
    card
}

/// `▁▃█ 1,234 (+54)`: the newest count and the change since the oldest.
fn trend(points: &[(Timestamp, i64)], width: usize) -> Option<String> {
    let (_, oldest) = points.first()?;
    let (_, newest) = points.last()?;
    let line = sparkline(points, width);
    let growth = newest.saturating_sub(*oldest);
    let sign = if growth > 0 { "+" } else { "" };
    let (newest, growth) = (words::number(*newest), words::number(growth));
    Some(format!("{line} {newest} ({sign}{growth})"))
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
        let failure = self.everyone.failure();
        failure.map_or(0, |failure| failure.kind.exit_code())
    }
}
