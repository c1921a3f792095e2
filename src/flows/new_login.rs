//! Stores the token of a new login.

use jiff::Timestamp;

use super::error::FlowError;
use super::flow_context::FlowContext;
use super::locked_account::LockedAccount;
use super::token_storage::StoredToken;
use crate::account::{Account, Alias, Fingerprint, Grant, Selector, StoreKind, Untrusted};
use crate::cache::{CacheError, NewLogin};
use crate::instagram::Me;
use crate::store::Store;

/// Which account may log in, and how it is kept.
pub(crate) struct LoginOptions<'a> {
    /// The name of the app.
    pub(crate) app: &'a str,
    pub(crate) alias: Option<&'a Alias>,
    /// The only account that may log in.
    pub(crate) expect: Option<&'a Selector>,
    pub(crate) store: &'a Store,
}

/// Fails if another account logged in than the expected one.
pub(super) fn check_expected(options: &LoginOptions<'_>, me: &Me) -> Result<(), FlowError> {
    let is_me = |expected: &Selector| match expected {
        Selector::Id(id) => *id == me.id,
        Selector::Username(name) | Selector::Name(name) => name.eq_ignore_ascii_case(&me.username),
    };
    match options.expect {
        Some(expected) if !is_me(expected) => Err(FlowError::AnotherAccount {
            expected: expected.clone(),
            found: Untrusted::new(me.username.as_str()),
            found_id: me.id.clone(),
        }),
        _ => Ok(()),
    }
}

/// Puts the token beside what was there and records it. Returns the account, and its former store if that could not be
/// emptied; the next change does it then.
pub(super) async fn store_login(
    context: &FlowContext<'_>,
    options: &LoginOptions<'_>,
    me: &Me,
    grant: Grant,
) -> Result<(Account, Option<StoreKind>), FlowError> {
    let locked = LockedAccount::lock(context, options.store, &me.id).await?;
    let known = context.cache.account(&me.id)?;
    let grant = with_what_is_known(grant, known.as_ref(), me);
    make_room_for_other_store(&locked, known.as_ref())?;
    let newest = locked.store().load_newest(&me.id)?;
    let old = newest.map(|(slot, entry)| StoredToken { slot, entry });
    // Above both: the cache or the store may have been restored from a backup.
    let in_cache = known.as_ref().map_or(0, |account| account.generation);
    let in_store = old.as_ref().map_or(0, |old| old.entry.generation);
    let generation = in_cache.max(in_store) + 1;
    let entry = locked.entry(options.app, &me.username, generation, grant);
    let login = NewLogin {
        id: &me.id,
        app_scoped_id: me.app_scoped_id.as_deref(),
        username: &me.username,
        alias: options.alias,
        app: options.app,
        store: options.store.kind(),
        connected_at: context.now(),
        generation,
    };
    let begun = context.cache.begin_login(&login);
    begun.map_err(|error| match error {
        CacheError::AliasTaken => FlowError::AliasTaken {
            found: Untrusted::new(me.username.as_str()),
            found_id: me.id.clone(),
        },
        other => other.into(),
    })?;
    let new = locked.put(old.as_ref(), entry).map_err(|error| {
        // A first login that stored nothing leaves nothing behind.
        if known.is_none() && matches!(locked.store().load_newest(&me.id), Ok(None)) {
            let _ = context.cache.remove(&me.id);
            return error;
        }
        locked.record_failure(error)
    })?;
    locked.record_login(&login, &new.entry, me)?;
    locked.delete_old(new.slot);
    let _ = locked.empty_other_store();
    Ok((locked.account()?, locked.other_store()?))
}

/// The token of a dashboard says nothing about itself. If it is the one that is stored, what is known of it stays known.
fn with_what_is_known(grant: Grant, known: Option<&Account>, me: &Me) -> Grant {
    let same = Some(Fingerprint::of(&grant.token));
    // Instagram has just accepted the token, so an end before that was wrong.
    let is_ahead = |end: &Timestamp| *end > me.profile.fetched_at;
    match known.filter(|known| known.fingerprint == same) {
        Some(known) => Grant {
            issued_at: grant.issued_at.or(known.issued_at),
            expires_at: grant.expires_at.or(known.expires_at.filter(is_ahead)),
            scopes: if grant.scopes.joined().is_empty() {
                known.scopes.clone()
            } else {
                grant.scopes
            },
            token: grant.token,
        },
        None => grant,
    }
}

/// The cache has room for one store beside the account's own, so a third one must be emptied before a login goes there.
fn make_room_for_other_store(
    locked: &LockedAccount<'_>,
    known: Option<&Account>,
) -> Result<(), FlowError> {
    let new = locked.store().kind();
    if locked.other_store()?.is_none_or(|other| other == *new) {
        return Ok(());
    }
    let emptied = locked.empty_other_store();
    match known {
        Some(known) if known.store != *new => emptied,
        _ => Ok(()),
    }
}
