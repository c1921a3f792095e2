//! `status`: how one account stands, or all of them.

use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};

use super::Context;
use crate::account::{Account, Condition, REFRESH_WINDOW, Standing};
use crate::failure::{Failure, Kind};
use crate::flows::{self, Parts};
use crate::instagram::Instagram;
use crate::output::{self, Page, Report, json};
use crate::vault;

/// Show how an account stands: profile, state, days left
///
/// Reads the local cache alone: no network, no keyring, an answer in milliseconds. Every cached figure says how old it
/// is. The exit code says how it stands: 0 connected or expiring, 4 expired or a login is needed, 3 only Instagram
/// can tell, 6 the store cannot be asked.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect status                       the default account
  igconnect status @shop --json          one account, for a script
  igconnect status --all --expires-within 7d   5 if any token has less than a week
  igconnect status --verify              ask Instagram too")]
pub struct Args {
    /// @username, id or alias; the default account where none is named
    account: Option<String>,
    /// Every account; the exit code is that of the worst
    #[arg(long, conflicts_with = "account")]
    all: bool,
    /// Ask the store and Instagram too, and keep what they say
    #[arg(long)]
    verify: bool,
    /// Exit with 5 if a token has less life left than this, such as 7d or 36h
    #[arg(long, value_name = "DURATION", value_parser = super::duration)]
    expires_within: Option<SignedDuration>,
}

/// How accounts stand.
pub struct Answer {
    rows: Vec<Row>,
    now: Timestamp,
    expires_within: Option<SignedDuration>,
}

struct Row {
    account: Account,
    condition: Condition,
    failure: Option<Failure>,
}

/// Looks the accounts up, and asks Instagram where that was wanted.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let now = context.settings.clock.now();
    let accounts = match (args.all, context.cache_to_read()?) {
        (true, Some(cache)) => cache.all()?,
        (true, None) => Vec::new(),
        (false, cache) => vec![context.account(cache.as_ref(), args.account.as_deref())?],
    };
    let rows = if args.verify && !accounts.is_empty() {
        verified(context, accounts, now)?
    } else {
        let rows = accounts.into_iter().map(|account| cached(account, now));
        rows.collect()
    };
    Ok(Answer {
        rows,
        now,
        expires_within: args.expires_within,
    })
}

fn cached(account: Account, now: Timestamp) -> Row {
    let condition = account.condition(now, REFRESH_WINDOW);
    Row {
        account,
        condition,
        failure: None,
    }
}

fn verified(
    context: &Context,
    accounts: Vec<Account>,
    now: Timestamp,
) -> Result<Vec<Row>, Failure> {
    let instagram = context.instagram()?;
    context.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            rows.push(one(context, &instagram, account, now).await);
        }
        Ok(rows)
    })
}

/// What Instagram says is recorded by the flow, so the row is read again after it.
async fn one(context: &Context, instagram: &Instagram, account: Account, now: Timestamp) -> Row {
    let asked = ask(context, instagram, &account).await;
    let again = context.cache_to_read().ok().flatten();
    let selector = crate::account::Selector::Id(account.id.clone());
    let account = again
        .and_then(|cache| cache.find(Some(&selector)).ok().flatten())
        .unwrap_or(account);
    let row = cached(account, now);
    match asked {
        Ok(_) => row,
        Err(failure) if failure.kind == Kind::Store => Row {
            condition: Condition::STORE_SILENT,
            failure: Some(failure),
            ..row
        },
        Err(failure) => Row {
            failure: Some(failure),
            ..row
        },
    }
}

async fn ask(
    context: &Context,
    instagram: &Instagram,
    account: &Account,
) -> Result<Account, Failure> {
    let vault = context.vault_of(account)?;
    let mut cache = context.cache_to_write()?;
    let locks = context.settings.paths.locks()?;
    let mut parts = Parts {
        vault,
        cache: &mut cache,
        locks: &locks,
        clock: &context.settings.clock,
    };
    let verified = flows::verify(&mut parts, instagram, &account.id).await;
    verified.map_err(|error| Failure::from(error).about(&account.title()))
}

impl Answer {
    fn code_of(&self, row: &Row) -> u8 {
        let kind = match (&row.failure, row.condition.standing) {
            (_, Standing::NeedsLogin | Standing::Expired) => Kind::Login,
            (Some(failure), _) => failure.kind,
            (None, Standing::Unverified) => Kind::Trouble,
            (None, Standing::Unknown) => Kind::Store,
            (None, Standing::Connected | Standing::Expiring) => {
                let left = row
                    .account
                    .expires_at
                    .map(|end| end.duration_since(self.now));
                return match (self.expires_within, left) {
                    (Some(wanted), Some(left)) if left < wanted => Kind::Expiring.exit_code(),
                    _ => 0,
                };
            }
        };
        kind.exit_code()
    }

    /// What `--verify` met, for stderr: an unasked store or an unreached Instagram is no answer to keep silent about.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows.iter().filter_map(|row| row.failure.as_ref())
    }
}

impl Report for Answer {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        for (place, row) in self.rows.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            let place = vault::Kind::from_word(&row.account.store)
                .map_or("another store", vault::Kind::place);
            output::account::card(&row.account, row.condition, self.now, place).write(page, out)?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.rows.iter();
        let accounts =
            rows.map(|row| json::AccountJson::new(&row.account, row.condition, self.now));
        json::write(&json::Accounts::new(accounts.collect()), out)
    }

    fn exit_code(&self) -> u8 {
        super::worst(self.rows.iter().map(|row| self.code_of(row)))
    }
}
