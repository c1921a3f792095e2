//! `refresh`: a longer life for tokens that are due, a fresh profile always.

use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Context;
use crate::account::{Account, Due, REFRESH_WINDOW};
use crate::failure::Failure;
use crate::flows::{self, Parts, Policy, Renewal};
use crate::instagram::Instagram;
use crate::output::{Page, Report, Table, json, words};

/// Renew tokens that are due and fetch profiles anew
///
/// A token lives 60 days and is due when fewer than 10 of them are left. Instagram renews none that is younger than
/// 24 hours, and none that is dead. The old token is kept until the new one is stored and read back. One account that
/// fails does not stop the others; the exit code is that of the worst.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect refresh                  the default account
  igconnect refresh --all --quiet    in a morning's cron job
  igconnect refresh @shop --force    now, if it is older than 24 hours")]
pub struct Args {
    /// @username, id or alias; several are possible; the default account where none is named
    accounts: Vec<String>,
    /// Every account
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// A token is due with less life left than this
    #[arg(long, value_name = "DURATION", default_value = "10d", value_parser = super::duration)]
    if_expires_within: SignedDuration,
    /// Renew every token that is older than 24 hours
    #[arg(long)]
    force: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// What became of each account.
pub struct Answer {
    rows: Vec<Row>,
    now: Timestamp,
    dry_run: bool,
}

struct Row {
    account: Account,
    outcome: Result<Renewal, Failure>,
}

/// Renews one account after the other.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let now = context.settings.clock.now();
    let accounts = chosen(args, context)?;
    let policy = Policy {
        window: args.if_expires_within,
        force: args.force,
        profile: true,
    };
    let rows = if args.dry_run {
        accounts
            .into_iter()
            .map(|account| foreseen(account, now, policy))
            .collect()
    } else {
        renewed(context, accounts, policy)?
    };
    Ok(Answer {
        rows,
        now,
        dry_run: args.dry_run,
    })
}

fn chosen(args: &Args, context: &Context) -> Result<Vec<Account>, Failure> {
    let cache = context.cache_to_read()?;
    if args.all {
        return Ok(cache.map_or(Ok(Vec::new()), |cache| cache.all())?);
    }
    let names: Vec<Option<&str>> = match args.accounts.as_slice() {
        [] => vec![None],
        names => names.iter().map(|name| Some(name.as_str())).collect(),
    };
    let mut accounts: Vec<Account> = Vec::new();
    for name in names {
        let account = context.account(cache.as_ref(), name)?;
        // An account named twice, by alias and by id, is one account.
        if accounts.iter().all(|known| known.id != account.id) {
            accounts.push(account);
        }
    }
    Ok(accounts)
}

fn foreseen(account: Account, now: Timestamp, policy: Policy) -> Row {
    let outcome = match account.due(now, policy.window, policy.force) {
        Due::Now => Ok(Renewal::Renewed),
        Due::From(at) => Ok(Renewal::NotDue(at)),
        Due::TooYoung(at) => Ok(Renewal::TooYoung(at)),
        Due::Expired => Err(flows::FlowError::Expired.into()),
    };
    Row { account, outcome }
}

fn renewed(context: &Context, accounts: Vec<Account>, policy: Policy) -> Result<Vec<Row>, Failure> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let instagram = context.instagram()?;
    context.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            context
                .console
                .detail(format!("Refreshing {} …", account.title()));
            rows.push(one(context, &instagram, account, policy).await);
        }
        Ok(rows)
    })
}

async fn one(context: &Context, instagram: &Instagram, account: Account, policy: Policy) -> Row {
    let renewed = async {
        let vault = context.vault_of(&account)?;
        let mut cache = context.cache_to_write()?;
        let locks = context.settings.paths.locks()?;
        let clock = &context.settings.clock;
        let mut parts = Parts {
            vault,
            cache: &mut cache,
            locks: &locks,
            clock,
        };
        let age_is_known = account.issued_at.is_some();
        let renewed = flows::renew(&mut parts, instagram, &account.id, policy).await;
        renewed.map_err(|error| Failure::of_renewal(error, age_is_known))
    };
    match renewed.await {
        Ok((renewal, account)) => Row {
            account,
            outcome: Ok(renewal),
        },
        Err(failure) => {
            let failure = failure.about(&account.title());
            // What was learned from a failure is in the cache already.
            let known = context.cache_to_read().ok().flatten();
            let again = known.and_then(|cache| {
                cache
                    .find(Some(&crate::account::Selector::Id(account.id.clone())))
                    .ok()
                    .flatten()
            });
            Row {
                account: again.unwrap_or(account),
                outcome: Err(failure),
            }
        }
    }
}

impl Answer {
    /// The failures, for stderr.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows
            .iter()
            .filter_map(|row| row.outcome.as_ref().err())
    }

    fn sentence(&self, row: &Row) -> String {
        let until = row
            .account
            .expires_at
            .map(words::instant)
            .unwrap_or_default();
        match &row.outcome {
            Ok(Renewal::Renewed) if self.dry_run => "would be renewed".to_owned(),
            Ok(Renewal::Renewed) => format!("renewed, good until {until}"),
            Ok(Renewal::NotDue(from)) => {
                format!("good until {until}, due from {}", words::day(*from))
            }
            Ok(Renewal::TooYoung(open)) => format!(
                "younger than 24 hours, which Instagram does not renew; possible from {}",
                words::instant(*open)
            ),
            Err(failure) => failure.message.clone(),
        }
    }
}

#[derive(Serialize)]
struct RowJson<'a> {
    #[serde(flatten)]
    account: json::AccountJson<'a>,
    outcome: &'static str,
    error: Option<json::ErrorJson>,
}

impl Report for Answer {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let [row] = self.rows.as_slice() {
            return match row.outcome {
                Ok(_) => writeln!(out, "{}: {}", row.account.title(), self.sentence(row)),
                Err(_) => Ok(()),
            };
        }
        let mut table = Table::new(["account", "outcome", "token", ""]);
        for row in &self.rows {
            table.row([
                row.account.title(),
                row.outcome
                    .as_ref()
                    .map_or("failed", |renewal| renewal.word())
                    .to_owned(),
                row.account
                    .expires_at
                    .map(|end| words::left(end, self.now))
                    .unwrap_or_default(),
                self.sentence(row),
            ]);
        }
        if self.rows.is_empty() {
            Ok(())
        } else {
            table.write(page, out)
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.rows.iter().map(|row| RowJson {
            account: json::AccountJson::new(
                &row.account,
                row.account.condition(self.now, REFRESH_WINDOW),
                self.now,
            ),
            outcome: row
                .outcome
                .as_ref()
                .map_or("failed", |renewal| renewal.word()),
            error: row.outcome.as_ref().err().map(Failure::to_json),
        });
        json::write(&json::Accounts::new(rows.collect()), out)
    }

    fn exit_code(&self) -> u8 {
        super::worst(self.failures().map(|failure| failure.kind.exit_code()))
    }
}
