//! `status --verify`: asks the store and Instagram, and records what they say.

use super::command::Args;
use super::exit_state::CheckedAccount;
use crate::account::{Account, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows::{self, FlowContext};
use crate::instagram::Instagram;
use crate::session::Session;
use crate::session::environment_token::explain_failure;

const ASKING: &str = "Asking the store and Instagram …";

pub(super) fn verify_env_account(
    args: &Args,
    session: &Session,
    token: &LongToken,
) -> Result<CheckedAccount, Failure> {
    let instagram = session.instagram.client()?;
    let clock = &session.settings.clock;
    // Instagram's answer is part of the report. An interrupted run has none, so it fails as a whole.
    let _spinner = session.console.waiting(ASKING);
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
    let names = args.name.as_slice();
    let accounts = session
        .accounts
        .find_each(cache.as_ref(), args.all, names)?;
    // Flows work with a connection of their own.
    drop(cache);
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let instagram = session.instagram.client()?;
    // Without it each account reports the failure beside what the cache says.
    let context = session.flow_context();
    let _spinner = session.console.waiting(ASKING);
    session.runtime.run(async {
        let mut checked = Vec::with_capacity(accounts.len());
        for account in accounts {
            let failure = match verify_one(session, &instagram, &context, &account).await {
                Ok(account) => {
                    checked.push(CheckedAccount::new(account));
                    continue;
                }
                Err(failure) => failure.about(&account.title()),
            };
            // The flow recorded in the cache what the failure says about the account.
            let recorded = context
                .as_ref()
                .map(|context| context.cache.account(&account.id));
            // With --all, an account that was disconnected meanwhile is not one of all any more.
            if args.all && matches!(recorded, Ok(Ok(None))) {
                continue;
            }
            checked.push(CheckedAccount {
                failure: Some(failure),
                account: match recorded {
                    Ok(Ok(Some(recorded))) => recorded.into(),
                    _ => account.into(),
                },
            });
        }
        Ok::<_, Failure>(checked)
    })
}

async fn verify_one(
    session: &Session,
    instagram: &Instagram,
    context: &Result<FlowContext<'_>, Failure>,
    account: &Account,
) -> Result<Account, Failure> {
    let store = session.stores.open(&account.store)?;
    let context = context.as_ref().map_err(Failure::clone)?;
    Ok(flows::verify(context, &store, instagram, &account.id).await?)
}
