//! `list`: a row per account.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::{Account, REFRESH_WINDOW, Word};
use crate::answers::AllAccounts;
use crate::failure::Failure;
use crate::output::{FRAMED_MAX_ROWS, Page, Render, Table, words};
use crate::session::Session;

/// On a narrower terminal a usual row would wrap, so the id is left out.
const FRAMED_MIN_WIDTH: u16 = 100;

/// List connected accounts
///
/// Reads the local cache. In a pipe, tabs separate the columns: default mark, username, alias, state, days left,
/// followers, age of the figures, id.
///
/// --from-store updates the cache from the store first. It finds accounts that another machine connected, refreshed or
/// disconnected, and accounts that the cache has lost. Instagram is not asked.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect list
  igconnect list --json | jq -r '.accounts[].username'
  igconnect list | cut -f2
  igconnect list --from-store    find accounts that other machines added")]
pub(crate) struct Args {
    /// Update the cache from the store first
    #[arg(long)]
    from_store: bool,
}

pub(crate) struct Report {
    pub(crate) everyone: AllAccounts,
    now: Timestamp,
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let everyone = AllAccounts::new(match args.from_store {
        true => session.caches().open_updated()?,
        false => session.caches().open_to_read()?,
    });
    if everyone.count_up_to(1)? == 0 {
        let advice = "No account is connected. Connect one: igconnect login";
        session.console.say(advice);
    }
    let now = session.settings.clock.now();
    Ok(Report { everyone, now })
}

impl Report {
    fn cells(&self, account: &Account, is_framed: bool) -> [String; 8] {
        let state = account.status(self.now, REFRESH_WINDOW).state;
        let profile = account.profile.as_ref();
        let alias = account.alias.as_ref().map(ToString::to_string);
        let left = account.expires_at.map(|end| words::left(end, self.now));
        let followers = profile.and_then(|profile| profile.followers_count);
        let age = profile.map(|profile| words::age(profile.fetched_at, self.now));
        [
            if account.is_default { "*" } else { "" }.to_owned(),
            account.known_username().map_or_else(
                || account.id.to_string(),
                |username| format!("@{}", username.shortened(60)),
            ),
            alias.unwrap_or_default(),
            // Scripts read the columns of a pipe.
            match is_framed {
                true => state.to_string(),
                false => Word(state).to_string(),
            },
            left.unwrap_or_default(),
            followers.map(words::number).unwrap_or_default(),
            age.unwrap_or_default(),
            account.id.to_string(),
        ]
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.everyone.count_up_to(FRAMED_MAX_ROWS + 1).unwrap_or(0);
        if rows == 0 {
            return Ok(());
        }
        if !page.frames(rows) {
            let row = |account| writeln!(out, "{}", self.cells(&account, false).join("\t"));
            return self.everyone.for_each(row);
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
        self.everyone.for_each(|account| {
            table.row(self.cells(&account, true).into_iter().take(columns));
            Ok(())
        })?;
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        self.everyone.json(self.now, out)
    }

    fn exit_code(&self) -> u8 {
        let failure = self.everyone.failure();
        failure.map_or(0, |failure| failure.kind.exit_code())
    }
}
