//! The answer of `history`: tables with sparklines, columns for a pipe, CSV, JSON.

use std::io::{self, Write};

use console::Style;
use jiff::Timestamp;

use super::command::HistoryFormat;
use super::document::HistoryJson;
use crate::account::{Account, Word};
use crate::answers::{self, AllAccounts, WalkError};
use crate::cache::{Event, EventKind};
use crate::failure::describe_cause;
use crate::output::csv::{self, Csv};
use crate::output::{Column, Line, Page, Render, Table, with_trend, words};

/// The names of the counts, in the order of [`Event::counts`].
const COUNTED: [&str; 3] = ["followers", "following", "posts"];

/// Events of an account on a terminal, unless the person asks for more.
const SHOWN: usize = 20;

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

    /// Writes events and then their trends, which are still in sight when the events have scrolled away.
    fn pages(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut is_first = true;
        let shown = match (self.limit, self.since) {
            (None, None) => SHOWN,
            _ => usize::MAX,
        };
        self.each(|account, events| {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            let title = Line::styled(account.title(), Style::new().bold());
            writeln!(out, "{}\n", title.rendered(page))?;
            if events.is_empty() {
                return writeln!(out, "Nothing happened in this period.");
            }
            let mut table = Table::new([
                Column::new("when"),
                Column::new("what"),
                Column::number("followers"),
                Column::number("following").optional(2),
                Column::number("posts").optional(1),
                Column::new("why").wrapped(),
            ]);
            for event in events.iter().take(shown) {
                let colour = match event.kind {
                    EventKind::Failed => Style::new().red(),
                    _ => Style::new(),
                };
                let when = words::instant(event.at).into();
                let what = Line::styled(Word(event.kind).to_string(), colour);
                let counts = numbers(event, words::number).map(Line::from);
                let why = Line::styled(why(event, words::day), Style::new().dim());
                table.row([when, what].into_iter().chain(counts).chain([why]));
            }
            table.write(page, out)?;
            let older = events.len().saturating_sub(shown);
            if older > 0 {
                let flag = format!("--limit {}", events.len());
                let older = words::counted(older, "older event");
                writeln!(out, "{older}, shown with {flag}")?;
            }
            write_trends(events, page, out)
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

/// Writes each count and how it changed.
fn write_trends(events: &[Event], page: &Page, out: &mut dyn Write) -> io::Result<()> {
    let counts = COUNTED.iter().enumerate().filter_map(|(place, name)| {
        // Events are the newest first, and a line is read from the left.
        let seen = events.iter().rev().filter_map(|event| {
            let count = event.counts?.get(place).copied().flatten()?;
            Some((event.at, count))
        });
        let seen: Vec<_> = seen.collect();
        let newest = words::number(seen.last()?.1);
        Some((name, seen, newest))
    });
    let counts: Vec<_> = counts.collect();
    let width = counts.iter().map(|(_, _, newest)| newest.len()).max();
    let width = width.unwrap_or_default();
    for (place, (name, seen, newest)) in counts.iter().enumerate() {
        if place == 0 {
            writeln!(out)?;
        }
        let line = Line::styled(format!("{name:11}"), Style::new().dim());
        let line = line.with(format!("{newest:>width$}"), Style::new());
        let line = with_trend(line, seen, page);
        writeln!(out, "{}", line.rendered(page))?;
    }
    Ok(())
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
