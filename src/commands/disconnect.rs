//! `disconnect`: token and cached data leave this machine.

use std::io::{self, Write};

use serde::Serialize;

use super::Context;
use crate::account::Account;
use crate::failure::{Failure, Kind};
use crate::flows::{self, Forgotten, Revocation};
use crate::output::{Page, Report, json};

/// Where a person removes an app from their account.
const MANAGE_ACCESS: &str = "https://www.instagram.com/accounts/manage_access/";

/// Forget an account: its token and everything cached about it on this machine
///
/// Its history goes too: who wants to keep it writes it out first (igconnect history --json). A later login begins a
/// new one.
///
/// Instagram documents no way to revoke a token: forgetting it here does not end it there. Only you can, by removing
/// the app under Settings, Apps and websites (https://www.instagram.com/accounts/manage_access/); otherwise it dies by
/// itself within 60 days. --revoke tries a call that Instagram does not document, and says honestly whether it worked.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect disconnect @shop
  igconnect disconnect --all --yes")]
pub struct Args {
    /// @username, id or alias; the default account where none is named
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Every account
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Try to revoke the token at Instagram first
    #[arg(long)]
    revoke: bool,
}

/// Who was forgotten.
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "disconnect", with = "json::Every<RowJson>")
)]
pub struct Answer {
    rows: Vec<(Account, Result<Forgotten, Failure>)>,
}

/// Asks, forgets, and proves it.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let cache = match args.all {
        true => context.complete_cache()?,
        false => context.sound_cache()?,
    };
    let accounts = match (args.all, cache) {
        (true, cache) => cache.map_or(Ok(Vec::new()), |cache| cache.all())?,
        (false, cache) => vec![context.account(cache.as_ref(), args.name.as_deref())?],
    };
    if accounts.is_empty() {
        return Ok(Answer { rows: Vec::new() });
    }
    if !args.yes && !confirmed(context, &accounts)? {
        return Err(Failure::new(Kind::Unfinished, "nothing was disconnected"));
    }
    let instagram = args.revoke.then(|| context.instagram()).transpose()?;
    let rows = context.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            let forgotten = forget(context, &account, instagram.as_ref()).await;
            rows.push((account, forgotten));
        }
        Ok(rows)
    })?;
    Ok(Answer { rows })
}

fn confirmed(context: &Context, accounts: &[Account]) -> Result<bool, Failure> {
    let question = match accounts {
        [account] => format!("Forget {} on this machine?", account.title()),
        _ => format!("Forget all {} accounts on this machine?", accounts.len()),
    };
    if !context.console.can_ask() {
        return Err(Failure::unasked(
            "disconnecting has to be confirmed",
            "--yes",
        ));
    }
    let answer = dialoguer::Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact();
    answer.map_err(|_| Failure::unasked("disconnecting has to be confirmed", "--yes"))
}

async fn forget(
    context: &Context,
    account: &Account,
    revoke: Option<&crate::instagram::Instagram>,
) -> Result<Forgotten, Failure> {
    let forgotten = async {
        let vault = context.vault_of(account)?;
        let bench = context.workbench()?;
        Ok::<_, Failure>(flows::forget(&bench.parts(&vault), &account.id, revoke).await?)
    };
    forgotten
        .await
        .map_err(|failure| failure.about(&account.title()))
}

impl Answer {
    /// The failures, for stderr.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows
            .iter()
            .filter_map(|(_, result)| result.as_ref().err())
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
struct RowJson {
    #[cfg_attr(test, schemars(with = "json::Id"))]
    id: String,
    username: String,
    alias: Option<String>,
    disconnected: bool,
    /// With --revoke, whether Instagram was seen to refuse the token; null without.
    revoked: Option<bool>,
    error: Option<json::ErrorJson>,
}

impl Report for Answer {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        for (account, result) in &self.rows {
            let Ok(done) = result else { continue };
            let revoked = match done.revocation {
                Revocation::NotTried => "",
                Revocation::Confirmed => "; Instagram refuses the token now",
                Revocation::NotConfirmed => "; revocation not confirmed",
            };
            writeln!(out, "Disconnected {}{revoked}", account.title())?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.rows.iter().map(|(account, result)| RowJson {
            id: account.id.to_string(),
            username: account.username.raw().to_owned(),
            alias: account.alias.as_ref().map(ToString::to_string),
            disconnected: result.is_ok(),
            revoked: result.as_ref().ok().and_then(|done| match done.revocation {
                Revocation::NotTried => None,
                Revocation::Confirmed => Some(true),
                Revocation::NotConfirmed => Some(false),
            }),
            error: result.as_ref().err().map(Failure::to_json),
        });
        json::write(&json::Accounts::new(rows.collect()), out)
    }

    /// The plain truth about revocation.
    fn afterword(&self) -> Option<String> {
        let alive = |(_, result): &&(Account, Result<Forgotten, Failure>)| {
            result
                .as_ref()
                .is_ok_and(|done| done.revocation != Revocation::Confirmed)
        };
        self.rows.iter().find(alive).map(|_| {
            format!(
                "The token is gone from this machine and still valid at Instagram, which documents no revocation.\n\
                 To end it there, remove the app under Apps and websites: {MANAGE_ACCESS}"
            )
        })
    }

    fn exit_code(&self) -> u8 {
        super::worst(self.failures().map(|failure| failure.kind.exit_code()))
    }
}
