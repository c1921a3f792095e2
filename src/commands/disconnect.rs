//! `disconnect`: token and cached data leave this machine.

use std::io::{self, Write};

use crate::account::{Account, AccountId, Alias, Untrusted};
use crate::answers;
use crate::failure::{Failure, worst_exit_code};
use crate::flows::{self, FlowContext};
use crate::instagram::Instagram;
use crate::output::{Page, Render};
use crate::session::Session;

/// Where a person removes an app from their account.
const MANAGE_ACCESS: &str = "https://www.instagram.com/accounts/manage_access/";

/// Delete an account and its token from this machine
///
/// This also deletes its history. To export it first, use igconnect history --json.
///
/// Instagram documents no way to revoke a token, so the token stays valid for up to 60 days. To end it now, remove the
/// app under Settings, Apps and websites (https://www.instagram.com/accounts/manage_access/). --revoke tries a call
/// that Instagram does not document, and reports whether it worked.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect disconnect @shop
  igconnect disconnect --all --yes")]
pub(crate) struct Args {
    /// @username, id or alias [default: the default account]
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Disconnect every account
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Try to revoke the token at Instagram first
    #[arg(long)]
    revoke: bool,
}

pub(crate) struct Report {
    rows: Vec<DisconnectedRow>,
}

struct DisconnectedRow {
    account: Account,
    /// Whether Instagram was seen to refuse the token, if that was tried.
    result: Result<Option<bool>, Failure>,
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let accounts = selected(args, session)?;
    let mut rows = Vec::new();
    if accounts.is_empty() {
        return Ok(Report { rows });
    }
    if !args.yes && !confirm(session, &accounts)? {
        for account in &accounts {
            session.console.say(format!("Kept {}.", account.title()));
        }
        return Ok(Report { rows });
    }
    let instagram = match args.revoke {
        true => Some(session.instagram.client()?),
        false => None,
    };
    let context = session.flow_context();
    let _spinner = session.console.waiting("Disconnecting …");
    session.runtime.run(async {
        for account in accounts {
            let result = disconnect(session, &context, &account, instagram.as_ref()).await;
            let result = result.map_err(|failure| failure.about(&account.title()));
            rows.push(DisconnectedRow { account, result });
        }
        Ok::<_, Failure>(())
    })?;
    Ok(Report { rows })
}

fn selected(args: &Args, session: &Session) -> Result<Vec<Account>, Failure> {
    let caches = session.caches();
    let cache = match args.all {
        // Also those that only a store has: otherwise their tokens would stay.
        true => caches.open_with_orphans()?,
        false => caches.open_checked()?,
    };
    (session.accounts).find_each(cache.as_ref(), args.all, args.name.as_slice())
}

fn confirm(session: &Session, accounts: &[Account]) -> Result<bool, Failure> {
    let question = match accounts {
        [account] => format!("Disconnect {} from this machine?", account.title()),
        all => format!("Disconnect all {} accounts from this machine?", all.len()),
    };
    session.confirm("the disconnect", question)
}

async fn disconnect(
    session: &Session,
    context: &Result<FlowContext<'_>, Failure>,
    account: &Account,
    revoke: Option<&Instagram>,
) -> Result<Option<bool>, Failure> {
    let store = session.stores.open(&account.store)?;
    let context = context.as_ref().map_err(Failure::clone)?;
    Ok(flows::disconnect(context, &store, &account.id, revoke).await?)
}

impl Report {
    /// Returns the failures, for stderr.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows.iter().filter_map(|row| row.result.as_ref().err())
    }
}

document! {
    pub(super) struct DisconnectJson<'a> {
        id: &'a AccountId,
        username: Option<&'a str>,
        alias: Option<&'a str>,
        disconnected: bool,
        /// With --revoke, whether Instagram was seen to refuse the token; null without.
        revoked: Option<bool>,
        error: Option<&'a Failure>,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        for row in &self.rows {
            let revoked = match row.result {
                Err(_) => continue,
                Ok(None) => "",
                Ok(Some(true)) => "; Instagram refuses the token now",
                Ok(Some(false)) => "; it is unknown whether the token was revoked",
            };
            let sentence = format!("Disconnected {}{revoked}", row.account.title());
            writeln!(out, "{}", page.fitted(&sentence))?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut document = answers::Accounts::begin(out)?;
        for row in &self.rows {
            let account = &row.account;
            document.row(&DisconnectJson {
                id: &account.id,
                username: account.known_username().map(Untrusted::raw),
                alias: account.alias.as_ref().map(Alias::as_str),
                disconnected: row.result.is_ok(),
                revoked: row.result.as_ref().ok().copied().flatten(),
                error: row.result.as_ref().err(),
            })?;
        }
        document.end(None)
    }

    fn afterword(&self) -> Option<String> {
        let is_valid = |row: &DisconnectedRow| matches!(row.result, Ok(None | Some(false)));
        self.rows.iter().any(is_valid).then(|| format!(
            "The token is deleted from this machine but still valid at Instagram, which documents no revocation.\n\
             To end it there, remove the app under Apps and websites: {MANAGE_ACCESS}"
        ))
    }

    fn exit_code(&self) -> u8 {
        worst_exit_code(self.failures().map(|failure| failure.kind.exit_code()))
    }

    fn is_message(&self) -> bool {
        true
    }
}
