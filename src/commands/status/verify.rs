//! `status --verify`: the store and Instagram are asked, and what they say is kept.

use jiff::Timestamp;

use super::super::Context;
use super::super::subject;
use super::{Args, Row};
use crate::account::{Account, Condition, LongToken};
use crate::failure::{Failure, Kind};
use crate::flows;
use crate::instagram::Instagram;

/// Asks Instagram about the environment's token. A run that was interrupted learned nothing about it.
pub(super) fn met(
    args: &Args,
    context: &Context,
    token: &LongToken,
    now: Timestamp,
) -> Result<Row, Failure> {
    let instagram = context.instagram()?;
    let clock = &context.settings.clock;
    let met = context.run(async { Ok(flows::meet(&instagram, token, clock).await) })?;
    Ok(match met {
        Ok(guest) => {
            let row = Row::of(guest, clock.later());
            let unanswered = args.expires_within.is_some() && row.subject.expires_at().is_none();
            let failure = unanswered.then(end_unknown);
            Row { failure, ..row }
        }
        Err(error) => {
            let row = Row::of(flows::guest_after(token, &error), now);
            let failure = Some(subject::failed(error.into()));
            Row { failure, ..row }
        }
    })
}

fn end_unknown() -> Failure {
    let message =
        "the environment's token works, and nobody said until when: --expires-within has no answer";
    Failure::new(Kind::Trouble, message)
        .hint("Leave --expires-within out, or ask about a stored account")
}

/// Asks about each account.
pub(super) fn verified(context: &Context, accounts: Vec<Account>) -> Result<Vec<Row>, Failure> {
    let instagram = context.instagram()?;
    context.run(async {
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            rows.push(one(context, &instagram, account).await);
        }
        Ok(rows)
    })
}

/// What Instagram says is recorded by the flow, so the row is read again after it.
async fn one(context: &Context, instagram: &Instagram, account: Account) -> Row {
    let asked = ask(context, instagram, &account).await;
    let again = context.cache_to_read().ok().flatten();
    let account = again
        .and_then(|cache| cache.account(&account.id).ok().flatten())
        .unwrap_or(account);
    let row = Row::of(account, context.settings.clock.later());
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
    let vault = context.vault_of(account);
    let vault = vault.map_err(|failure| failure.about(&account.title()))?;
    let bench = context.workbench()?;
    let verified = flows::verify(&bench.parts(&vault), instagram, &account.id).await;
    verified.map_err(|error| Failure::from(error).about(&account.title()))
}
