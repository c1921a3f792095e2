//! `status --verify`: asks the store and Instagram, and records what they say.

use super::checked_account::CheckedAccount;
use super::command::Args;
use crate::account::{Account, EnvAccount, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows::{self, FlowContext};
use crate::instagram::Instagram;
use crate::session::Session;
use crate::session::environment_token::explain_failure;

pub(super) fn verify_env_account(
    args: &Args,
    session: &Session,
    token: &LongToken,
) -> Result<CheckedAccount, Failure> {
    let instagram = session.instagram.client()?;
    let clock = &session.settings.clock;
    // An interrupted run learned nothing about the token.
    let fetched = session.runtime.run(async {
        Ok::<_, Failure>(flows::fetch_env_account(&instagram, token, clock).await)
    })?;
    Ok(match fetched {
        Ok(account) => {
            let no_answer = args.expires_within.is_some() && account.expires_at.is_none();
            CheckedAccount {
                failure: no_answer.then(expiry_unknown),
                ..CheckedAccount::new(account)
            }
        }
        Err(error) => {
            let account = flows::env_account_after(EnvAccount::new(token), &error);
            CheckedAccount {
                failure: Some(explain_failure(error.into())),
                ..CheckedAccount::new(account)
            }
        }
    })
}

fn expiry_unknown() -> Failure {
    let message = "the environment token works, but its expiry is unknown";
    Failure::new(Kind::Trouble, message)
        .cause("--expires-within needs the expiry, and Instagram does not say it")
        .hint("Leave --expires-within out, or check a stored account")
}

pub(super) fn verify_stored(
    args: &Args,
    session: &Session,
) -> Result<Vec<CheckedAccount>, Failure> {
    let cache = session.caches().open_checked()?;
    let accounts = match (args.all, &cache) {
        (false, cache) => vec![
            session
                .accounts
                .find(cache.as_ref(), args.name.as_deref())?,
        ],
        (true, Some(cache)) => cache.all()?,
        (true, None) => Vec::new(),
    };
    drop(cache);
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let verifier = Verifier {
        session,
        instagram: session.instagram.client()?,
        // Without it each account reports the failure beside what the cache says.
        context: session.flow_context(),
        is_all: args.all,
    };
    session.runtime.run(async {
        let mut checked = Vec::with_capacity(accounts.len());
        for account in accounts {
            checked.extend(verifier.verify(account).await);
        }
        Ok::<_, Failure>(checked)
    })
}

struct Verifier<'a> {
    session: &'a Session,
    instagram: Instagram,
    context: Result<FlowContext<'a>, Failure>,
    is_all: bool,
}

impl Verifier<'_> {
    /// Returns `None` with `--all` if the account was disconnected meanwhile.
    async fn verify(&self, account: Account) -> Option<CheckedAccount> {
        let failure = match self.ask(&account).await {
            Ok(account) => return Some(CheckedAccount::new(account)),
            Err(failure) => failure.about(&account.title()),
        };
        // The flow recorded in the cache what the failure says about the account.
        let recorded = match &self.context {
            Ok(context) => context.cache.account(&account.id),
            Err(_) => Ok(Some(account.clone())),
        };
        let account = match recorded {
            Ok(None) if self.is_all => return None,
            recorded => recorded.ok().flatten().unwrap_or(account),
        };
        Some(CheckedAccount {
            failure: Some(failure),
            ..CheckedAccount::new(account)
        })
    }

    async fn ask(&self, account: &Account) -> Result<Account, Failure> {
        let store = self.session.stores.open(&account.store)?;
        let context = self.context.as_ref().map_err(Failure::clone)?;
        Ok(flows::verify(context, &store, &self.instagram, &account.id).await?)
    }
}
