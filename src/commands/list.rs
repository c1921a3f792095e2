//! `list`: a row for each account.

use std::cell::OnceCell;
use std::io::{self, Write};

use jiff::Timestamp;

use super::Context;
use crate::account::{Account, REFRESH_WINDOW};
use crate::cache::{Cache, CacheError};
use crate::failure::Failure;
use crate::output::{Page, Report, Table, json, words};

/// In fewer columns than these a usual row would break into two lines, so the last column, the id, is left out.
const FRAMED_MIN_WIDTH: u16 = 100;

/// A framed table must be laid out as a whole; above this many rows it is written as plain lines.
const FRAMED_MAX_ROWS: i64 = 1000;

/// List every connected account
///
/// Reads the local cache alone. In a pipe the columns are apart by tabs: default mark, username, alias, state, days
/// left, followers, age of the figures, id.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect list
  igconnect list --json | jq -r '.accounts[].username'
  igconnect list | cut -f2")]
pub struct Args {}

/// The accounts, read while they are written, so that memory does not grow with their number.
pub struct Answer {
    cache: Option<Cache>,
    now: Timestamp,
    failed: OnceCell<Failure>,
}

/// Opens the cache.
pub fn run(_args: &Args, context: &Context) -> Result<Answer, Failure> {
    let cache = context.cache_to_read()?;
    let answer = Answer {
        cache,
        now: context.settings.clock.now(),
        failed: OnceCell::new(),
    };
    if answer.count_up_to(1)? == 0 {
        context
            .console
            .say("No account is connected here. Connect one: igconnect login");
    }
    Ok(answer)
}

/// What can end the walk through the rows.
enum Stop {
    Cache(CacheError),
    Output(io::Error),
}

impl From<CacheError> for Stop {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}

impl Answer {
    fn walk(&self, mut visit: impl FnMut(&Account) -> io::Result<()>) -> io::Result<()> {
        let Some(cache) = &self.cache else {
            return Ok(());
        };
        let walked = cache.for_each(|account| visit(&account).map_err(Stop::Output));
        walked.or_else(|stop| match stop {
            Stop::Output(error) => Err(error),
            Stop::Cache(error) => {
                self.failed.get_or_init(|| error.into());
                Ok(())
            }
        })
    }

    fn count_up_to(&self, limit: i64) -> Result<i64, CacheError> {
        self.cache
            .as_ref()
            .map_or(Ok(0), |cache| cache.count_up_to(limit))
    }

    /// The failure of the cache in the middle of the list, if that is what ended it: what was written by then stays.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.failed.get().into_iter()
    }

    fn cells(&self, account: &Account) -> [String; 8] {
        let condition = account.condition(self.now, REFRESH_WINDOW);
        let profile = account.profile.as_ref();
        [
            if account.is_default {
                "*".to_owned()
            } else {
                String::new()
            },
            format!("@{}", account.username.shortened(60)),
            account
                .alias
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            condition.standing.word().to_owned(),
            account
                .expires_at
                .map(|end| words::left(end, self.now))
                .unwrap_or_default(),
            profile
                .and_then(|p| p.followers_count)
                .map(words::number)
                .unwrap_or_default(),
            profile
                .map(|p| words::age(p.fetched_at, self.now))
                .unwrap_or_default(),
            account.id.to_string(),
        ]
    }
}

impl Report for Answer {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let count = self.count_up_to(FRAMED_MAX_ROWS + 1).unwrap_or(0);
        if count == 0 {
            return Ok(());
        }
        if !page.framed || count > FRAMED_MAX_ROWS {
            return self.walk(|account| writeln!(out, "{}", self.cells(account).join("\t")));
        }
        let header = [
            "",
            "account",
            "alias",
            "state",
            "token",
            "followers",
            "as of",
            "id",
        ];
        let columns = header.len() - usize::from(page.width < FRAMED_MIN_WIDTH);
        let mut table = Table::new(header.into_iter().take(columns));
        self.walk(|account| {
            table.row(self.cells(account).into_iter().take(columns));
            Ok(())
        })?;
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"schema\":{},\"accounts\":[", json::SCHEMA)?;
        let mut first = true;
        self.walk(|account| {
            if !std::mem::take(&mut first) {
                out.write_all(b",")?;
            }
            let condition = account.condition(self.now, REFRESH_WINDOW);
            json::write(&json::AccountJson::new(account, condition, self.now), out)
        })?;
        // The document is begun, so its end has to tell the failure: there is never a second one.
        out.write_all(b"]")?;
        if let Some(failure) = self.failed.get() {
            out.write_all(b",\"error\":")?;
            json::write(&failure.to_json(), out)?;
        }
        out.write_all(b"}")
    }

    fn exit_code(&self) -> u8 {
        super::worst(self.failures().map(|failure| failure.kind.exit_code()))
    }

    fn is_data(&self) -> bool {
        true
    }
}
