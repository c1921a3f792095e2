//! `list`: a row per account.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::{Account, REFRESH_WINDOW, State, Word};
use crate::answers::{AllAccounts, Overview, WalkError};
use crate::cache::AccountOrder;
use crate::failure::Failure;
use crate::output::{Page, Render, words};
use crate::session::Session;

/// List connected accounts
///
/// Reads the local cache. On a terminal, the accounts that need you come first. In a pipe they are in the order of their
/// names, and tabs separate the columns: default mark, username, alias, state, days left, followers, age of the figures,
/// id.
///
/// --from-store updates the cache from the store first. It finds accounts that another machine connected, refreshed or
/// disconnected, and accounts that the cache has lost. Instagram is not asked.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect list
  igconnect list --state expiring,expired,needs_login
  igconnect list --sort followers --limit 10
  igconnect list --json | jq -r '.accounts[].username'
  igconnect list | cut -f2
  igconnect list --from-store    find accounts that other machines added")]
pub(crate) struct Args {
    /// Only accounts in this state, several with commas
    #[arg(long, value_enum, value_name = "STATE", value_delimiter = ',')]
    state: Vec<State>,
    /// Sort by expiry, name or followers
    #[arg(long, value_enum, value_name = "KEY")]
    sort: Option<Sort>,
    /// At most this many accounts
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Update the cache from the store first
    #[arg(long)]
    from_store: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Sort {
    Expiry,
    Name,
    Followers,
}

pub(crate) struct Report {
    pub(crate) everyone: AllAccounts,
    /// Empty for all.
    states: Vec<State>,
    order: Option<AccountOrder>,
    limit: Option<usize>,
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
    Ok(Report {
        everyone,
        states: args.state.clone(),
        order: args.sort.map(|sort| match sort {
            Sort::Expiry => AccountOrder::Expiry,
            Sort::Name => AccountOrder::Name,
            Sort::Followers => AccountOrder::Followers,
        }),
        limit: args.limit.map(|limit| limit as usize),
        now: session.settings.clock.now(),
    })
}

impl Report {
    fn is_shown(&self, account: &Account) -> bool {
        let state = || account.status(self.now, REFRESH_WINDOW).state;
        self.states.is_empty() || self.states.contains(&state())
    }

    /// Visits the accounts to show, one at a time.
    fn for_each(&self, visit: &mut dyn FnMut(&Account) -> io::Result<()>) -> io::Result<()> {
        let mut left = self.limit.unwrap_or(usize::MAX);
        let order = self.order.unwrap_or_default();
        self.everyone.for_each_by(order, |account| {
            if self.is_shown(&account) {
                visit(&account)?;
                left -= 1;
            }
            if left == 0 {
                Err(WalkError::Enough)
            } else {
                Ok(())
            }
        })
    }

    /// The columns of a pipe. Scripts read them.
    fn columns(&self, account: &Account) -> String {
        let state = account.status(self.now, REFRESH_WINDOW).state;
        let profile = account.profile.as_ref();
        let alias = account.alias.as_ref().map(ToString::to_string);
        // A token that Instagram refuses has nothing left, whatever its date says.
        let end = account.expires_at.filter(|_| state != State::NeedsLogin);
        let left = end.map(|end| words::left(end, self.now));
        let followers = profile.and_then(|profile| profile.followers_count);
        let age = profile.map(|profile| words::age(profile.fetched_at, self.now));
        let columns = [
            if account.is_default { "*" } else { "" }.to_owned(),
            account.name(),
            alias.unwrap_or_default(),
            Word(state).to_string(),
            left.unwrap_or_default(),
            followers.map(words::number).unwrap_or_default(),
            age.unwrap_or_default(),
            account.id.to_string(),
        ];
        columns.join("\t")
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if !page.framed {
            return self.for_each(&mut |account| writeln!(out, "{}", self.columns(account)));
        }
        let is_shown = |account: &Account, _| self.is_shown(account);
        let (order, limit) = (self.order, self.limit);
        let overview = Overview::collect(&self.everyone, order, limit, self.now, is_shown)?;
        overview.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let everyone = &self.everyone;
        everyone.document(self.now, out, |add| self.for_each(add))
    }

    fn exit_code(&self) -> u8 {
        let failure = self.everyone.failure();
        failure.map_or(0, |failure| failure.kind.exit_code())
    }
}
