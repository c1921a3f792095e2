//! `disconnect`: token and cached data leave this machine.

use std::io::{self, Write};

use crate::account::{self, Account, AccountId, Alias, StoreKind, Untrusted};
use crate::answers;
use crate::cache::CacheError;
use crate::failure::{Failure, Kind};
use crate::flows::{self, Disconnected, Revocation};
use crate::instagram::Instagram;
use crate::output::{Page, Render};
use crate::session::Session;

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
pub(crate) struct Args {
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
pub(crate) struct Report {
    rows: Vec<(Forgettable, Result<Disconnected, Box<Failure>>)>,
}

/// What is told of an account once it is forgotten, and where its token is: all that is held of each of very many.
struct Forgettable {
    id: AccountId,
    username: Untrusted,
    alias: Option<Alias>,
    store: StoreKind,
}

/// Asks, forgets, and proves it.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let accounts = chosen(args, session)?;
    if accounts.is_empty() {
        return Ok(Report { rows: Vec::new() });
    }
    if !args.yes && !confirmed(session, &accounts)? {
        return Err(Failure::new(Kind::Unfinished, "nothing was disconnected"));
    }
    let instagram = args
        .revoke
        .then(|| session.instagram.client())
        .transpose()?;
    let rows = session.runtime.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            let forgotten = forget(session, &account, instagram.as_ref()).await;
            rows.push((account, forgotten.map_err(Box::new)));
        }
        Ok::<_, Failure>(rows)
    })?;
    Ok(Report { rows })
}

fn chosen(args: &Args, session: &Session) -> Result<Vec<Forgettable>, Failure> {
    if !args.all {
        let cache = session.checked_cache()?;
        let account = session
            .accounts
            .find(cache.as_ref(), args.name.as_deref())?;
        return Ok(vec![Forgettable::of(&account)]);
    }
    let mut accounts = Vec::new();
    if let Some(cache) = session.complete_cache()? {
        cache.for_each(|account| {
            accounts.push(Forgettable::of(&account));
            Ok::<_, CacheError>(())
        })?;
    }
    Ok(accounts)
}

impl Forgettable {
    fn of(account: &Account) -> Self {
        Self {
            id: account.id.clone(),
            username: account.username.clone(),
            alias: account.alias.clone(),
            store: account.store.clone(),
        }
    }

    fn title(&self) -> String {
        account::title(&self.username, self.alias.as_ref())
    }
}

fn confirmed(session: &Session, accounts: &[Forgettable]) -> Result<bool, Failure> {
    let question = match accounts {
        [account] => format!("Forget {} on this machine?", account.title()),
        _ => format!("Forget all {} accounts on this machine?", accounts.len()),
    };
    if !session.console.can_ask() {
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
    session: &Session,
    account: &Forgettable,
    revoke: Option<&Instagram>,
) -> Result<Disconnected, Failure> {
    let forgotten = async {
        let store = session.store(&account.store)?;
        let bench = session.flow_context()?;
        Ok::<_, Failure>(flows::disconnect(&bench.parts(&store), &account.id, revoke).await?)
    };
    forgotten
        .await
        .map_err(|failure| failure.about(&account.title()))
}

impl Report {
    /// The failures, for stderr.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows
            .iter()
            .filter_map(|(_, result)| result.as_ref().err().map(|failure| &**failure))
    }
}

document! {
    pub(super) struct DisconnectJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<&'a str>,
        disconnected: bool,
        /// With --revoke, whether Instagram was seen to refuse the token; null without.
        revoked: Option<bool>,
        error: Option<answers::ErrorJson>,
    }
}

impl Render for Report {
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
        let mut document = answers::Accounts::begin(out)?;
        for (account, result) in &self.rows {
            document.row(&DisconnectJson {
                id: &account.id,
                username: account.username.raw(),
                alias: account.alias.as_ref().map(Alias::as_str),
                disconnected: result.is_ok(),
                revoked: result.as_ref().ok().and_then(|done| match done.revocation {
                    Revocation::NotTried => None,
                    Revocation::Confirmed => Some(true),
                    Revocation::NotConfirmed => Some(false),
                }),
                error: result
                    .as_ref()
                    .err()
                    .map(|failure| answers::ErrorJson::from(&**failure)),
            })?;
        }
        document.end(None)
    }

    /// The plain truth about revocation.
    fn afterword(&self) -> Option<String> {
        let mut forgotten = self
            .rows
            .iter()
            .filter_map(|(_, result)| result.as_ref().ok());
        let is_alive = forgotten.any(|done| done.revocation != Revocation::Confirmed);
        is_alive.then(|| {
            format!(
                "The token is gone from this machine and still valid at Instagram, which documents no revocation.\n\
                 To end it there, remove the app under Apps and websites: {MANAGE_ACCESS}"
            )
        })
    }

    fn exit_code(&self) -> u8 {
        crate::failure::worst_exit_code(self.failures().map(|failure| failure.kind.exit_code()))
    }
}
