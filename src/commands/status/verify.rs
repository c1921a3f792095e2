//! `status --verify`: asks the store and Instagram, and records what they say.

use super::checked_account::CheckedAccount;
use super::command::Args;
use crate::account::{Account, LongToken};
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
    // Instagram's answer is part of the report. An interrupted run has none, so it fails as a whole.
    session.runtime.run(async {
        let (account, error) = flows::fetch_env_account(&instagram, token, clock).await;
        let failure = match error {
            Some(error) => Some(explain_failure(error.into())),
            None if args.expires_within.is_some() && account.expires_at.is_none() => {
                Some(expiry_unknown())
            }
            None => None,
        };
        let account = account.into();
        Ok::<_, Failure>(CheckedAccount { account, failure })
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
