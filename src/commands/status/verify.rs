//! `status --verify`: the store and Instagram are asked, and what they say is kept.

use jiff::Timestamp;

use super::{Args, CheckedAccount};
use crate::account::{Account, AccountStatus, LongToken, Reason, State};
use crate::cache::CacheError;
use crate::failure::{Failure, Kind};
use crate::flows;
use crate::instagram::Instagram;
use crate::session::Session;
use crate::session::any_account;
use crate::session::rows::{Rows, Whom};

/// Asks Instagram about the environment's token. A run that was interrupted learned nothing about it.
pub(super) fn env_account(
    args: &Args,
    session: &Session,
    token: &LongToken,
    now: Timestamp,
) -> Result<Rows<CheckedAccount>, Failure> {
    let instagram = session.instagram.client()?;
    let clock = &session.settings.clock;
    let met = session.runtime.run(async {
        Ok::<_, Failure>(flows::fetch_env_account(&instagram, token, clock).await)
    })?;
    let (env_account, at, failure) = match met {
        Ok(env_account) => {
            let unanswered = args.expires_within.is_some() && env_account.expires_at.is_none();
            (env_account, clock.now(), unanswered.then(end_unknown))
        }
        Err(error) => {
            let env_account = flows::env_account_after(token, &error);
            (env_account, now, Some(any_account::failed(error.into())))
        }
    };
    let met = CheckedAccount {
        failure: failure.map(Box::new),
        ..CheckedAccount::of_guest(&env_account, at)
    };
    Ok(Rows::one(env_account, met))
}

fn end_unknown() -> Failure {
    let message =
        "the environment's token works, and nobody said until when: --expires-within has no answer";
    Failure::new(Kind::Trouble, message)
        .hint("Leave --expires-within out, or ask about a stored account")
}

/// Asks about each stored account that is meant.
pub(super) fn stored(args: &Args, session: &Session) -> Result<Rows<CheckedAccount>, Failure> {
    let cache = session.checked_cache()?;
    if !args.all {
        let account = session
            .accounts
            .find(cache.as_ref(), args.name.as_deref())?;
        let instagram = session.instagram.client()?;
        let one = session
            .runtime
            .run(async { Ok::<_, Failure>(one(session, &instagram, account).await) })?;
        return Ok(Rows::one(one.account, one.met));
    }
    let Some(cache) = cache else {
        return Ok(Rows::new(None, Vec::new()));
    };
    let mut ids = Vec::new();
    cache.for_each(|account| {
        ids.push(account.id.clone());
        Ok::<_, CacheError>(())
    })?;
    if ids.is_empty() {
        return Ok(Rows::new(None, Vec::new()));
    }
    let instagram = session.instagram.client()?;
    let rows = session.runtime.run(async {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let account = match cache.account(&id) {
                Ok(Some(account)) => account,
                // One that was disconnected in the meantime is none of all.
                Ok(None) => continue,
                Err(error) => {
                    rows.push((Whom::OneOfAll(id), unread(error)));
                    continue;
                }
            };
            let one = one(session, &instagram, account).await;
            let whom = match one.is_known {
                true => Whom::OneOfAll(id),
                false => Whom::Named(one.account.into()),
            };
            rows.push((whom, one.met));
        }
        Ok::<_, Failure>(rows)
    })?;
    // One that was made anew in the meantime is another file.
    let again = session.cache_to_read().ok().flatten();
    Ok(Rows::new(again.or(Some(cache)), rows))
}

/// An account that was asked about.
struct Verified {
    account: Account,
    met: CheckedAccount,
    /// It could be read again after that.
    is_known: bool,
}

/// What Instagram says is recorded by the flow, so the account is read again after it.
async fn one(session: &Session, instagram: &Instagram, account: Account) -> Verified {
    let asked = ask(session, instagram, &account).await;
    let again = session.cache_to_read().ok().flatten();
    let again = again.and_then(|cache| cache.account(&account.id).ok().flatten());
    let is_known = again.is_some();
    let account = again.unwrap_or(account);
    let met = CheckedAccount::of(&account, session.settings.clock.now());
    let met = match asked {
        Ok(_) => met,
        Err(failure) => CheckedAccount {
            status: match failure.kind {
                Kind::Store => AccountStatus::STORE_UNAVAILABLE,
                _ => met.status,
            },
            failure: Some(failure.into()),
            ..met
        },
    };
    Verified {
        account,
        met,
        is_known,
    }
}

/// One about which nobody could be asked.
fn unread(error: CacheError) -> CheckedAccount {
    CheckedAccount {
        status: AccountStatus {
            state: State::Unverified,
            reason: Some(Reason::NotVerified),
        },
        expires_at: None,
        failure: Some(Failure::from(error).into()),
    }
}

async fn ask(
    session: &Session,
    instagram: &Instagram,
    account: &Account,
) -> Result<Account, Failure> {
    let store = session.vault_of(account);
    let store = store.map_err(|failure| failure.about(&account.title()))?;
    let bench = session.flow_context()?;
    let verified = flows::verify(&bench.parts(&store), instagram, &account.id).await;
    verified.map_err(|error| Failure::from(error).about(&account.title()))
}
