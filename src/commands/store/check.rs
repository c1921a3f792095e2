//! `store check`: checks each store, then compares the entry of each account with the cache.
//!
//! Invariant: only test entries are changed: that of this check, and those of killed ones.

use super::check_report::{CheckedEntry, CheckedStore, EntryState, RoundTrip, StoreCheck};
use super::recorded::{AccountNames, Recorded, store_title};
use crate::account::{Account, StoreKind};
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::flows::FlowError;
use crate::output::json;
use crate::session::{Session, StoreInUse};
use crate::store::StoreError;

/// Another process may change an account between the reading of cache and store. Then both are read again.
const TRIES: usize = 3;

pub(super) fn run(name: Option<&str>, all: bool, session: &Session) -> Result<StoreCheck, Failure> {
    let cache = session.caches().open_to_read()?;
    let recorded = Recorded::read(cache.as_ref())?;
    let _spinner = session.console.waiting("Checking …");
    let stores = recorded.open_stores(session)?.into_iter();
    let accounts = match (all, session.accounts.requested(name)?) {
        (true, _) => recorded.accounts,
        // A new world has a store to check, but no account yet.
        (false, None) if recorded.accounts.is_empty() => Vec::new(),
        (false, _) => vec![session.accounts.find(cache.as_ref(), name)?],
    };
    let stores = stores.map(|used| check_store(session, used)).collect();
    let check = |account| check_account(session, cache.as_ref(), account);
    Ok(StoreCheck {
        schema: json::SCHEMA,
        stores,
        accounts: accounts.into_iter().map(check).collect(),
    })
}

/// Returns the milliseconds that `work` took, and its result.
fn measure<T>(session: &Session, work: impl FnOnce() -> T) -> (u128, T) {
    let clock = &session.settings.clock;
    let before = clock.elapsed();
    let done = work();
    (clock.elapsed().saturating_sub(before).as_millis(), done)
}

fn check_store(session: &Session, used: StoreInUse) -> CheckedStore {
    let kind = used.kind;
    let (milliseconds, result) = measure(session, || {
        let store = used.store.as_ref().map_err(Clone::clone)?;
        // The check would create the file, which only a login does.
        if session.stores.is_uncreated(&kind) {
            return Ok(RoundTrip::Unmade);
        }
        match store.check() {
            Ok(()) => Ok(RoundTrip::Well),
            Err(StoreError::Absent) if !used.is_needed => Ok(RoundTrip::Absent),
            Err(error) => Err(Failure::from(error)),
        }
    });
    let location = used.store.and_then(|store| {
        if let Ok(RoundTrip::Well) = result {
            // Cleaning up is not part of the check. `store show` lists what cannot be deleted.
            let _ = store.delete_leftover_checks();
        }
        session.stores.location(&kind)
    });
    let (round_trip, error) = match result {
        Ok(round_trip) => (round_trip, None),
        Err(failure) => (RoundTrip::Failed, Some(failure.about(&store_title(&kind)))),
    };
    CheckedStore {
        store: kind,
        place: location.map_or_else(|_| "unknown".to_owned(), |location| location.text),
        round_trip,
        milliseconds,
        error,
    }
}

fn check_account(session: &Session, cache: Option<&Cache>, mut account: Account) -> CheckedEntry {
    let (milliseconds, result) = measure(session, || {
        for _ in 1..TRIES {
            let result = compare_entry(session, &account);
            let again = cache.and_then(|cache| cache.account(&account.id).ok().flatten());
            match again {
                // The account has changed since it was read, which may explain the difference.
                Some(again) if result.is_err() && again != account => account = again,
                _ => return result,
            }
        }
        compare_entry(session, &account)
    });
    let names = AccountNames::from(&account);
    let (entry, error) = match result {
        Ok(()) => (EntryState::Well, None),
        Err((state, failure)) => (state, Some(failure.about(&names.title))),
    };
    CheckedEntry {
        names,
        store: account.store,
        entry,
        milliseconds,
        error,
    }
}

/// Compares the entry of the account with what the cache knows.
fn compare_entry(session: &Session, account: &Account) -> Result<(), (EntryState, Failure)> {
    let kind = &account.store;
    let read = || {
        let store = session.stores.open(kind)?;
        let newest = store.load_newest(&account.id)?;
        // An entry that does not decode holds no token, but it is not gone.
        let is_damaged = newest.is_none() && store.has_any_entry(&account.id)?;
        Ok((newest, is_damaged))
    };
    let (newest, is_damaged) = read().map_err(|failure| (EntryState::Unknown, failure))?;
    let Some((_, entry)) = newest else {
        return Err(if is_damaged {
            (EntryState::Damaged, damaged(kind))
        } else {
            (EntryState::Gone, FlowError::SecretGone(kind.clone()).into())
        });
    };
    if let Some(operation) = account.interrupted {
        return Err((EntryState::Changing, Failure::of_interrupted(operation)));
    }
    let known = account.fingerprint.as_ref();
    let has_same_token = known.is_none_or(|known| *known == entry.fingerprint());
    if has_same_token && account.generation == entry.generation {
        return Ok(());
    }
    Err((EntryState::Other, different(kind)))
}

fn damaged(store: &StoreKind) -> Failure {
    let message = format!("its token in {store} is damaged");
    Failure::new(Kind::Login, message).hint("Log in again: igconnect login")
}

fn different(store: &StoreKind) -> Failure {
    let message = format!("{store} has a different token than the cache expects");
    Failure::new(Kind::Trouble, message)
        .cause("the store or the cache was restored from a backup, or another machine changed it")
        .hint("Ask Instagram which is valid: igconnect refresh")
}
