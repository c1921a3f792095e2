//! `store check`: checks each store, then compares the entry of each account with the cache.
//!
//! Invariant: only test entries are changed: that of this check, and those of killed ones.

use super::command::StoreReport;
use super::recorded::Recorded;
use crate::account::{Account, StoreKind, Untrusted};
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::flows::FlowError;
use crate::session::{Session, StoreInUse};
use crate::store::StoreError;

/// Another process may change an account between the reading of cache and store. Then both are read again.
const TRIES: usize = 3;

pub(super) struct Report {
    pub(super) stores: Vec<CheckedStore>,
    pub(super) accounts: Vec<CheckedEntry>,
}

pub(super) struct CheckedStore {
    pub(super) kind: StoreKind,
    pub(super) location: String,
    pub(super) milliseconds: u128,
    pub(super) result: Result<RoundTrip, Failure>,
}

pub(super) struct CheckedEntry {
    pub(super) account: Account,
    pub(super) milliseconds: u128,
    pub(super) result: Result<(), (EntryState, Failure)>,
}

document! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum RoundTrip {
        Well,
        /// Not created yet, and not created for the check.
        Unmade,
        /// Not on this machine, and not needed.
        Absent,
        Failed,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum EntryState {
        Well,
        Gone,
        Damaged,
        /// A change was interrupted.
        Changing,
        /// Not the token that the cache knows.
        Other,
        /// The store cannot be read.
        Unknown,
    }
}

pub(super) fn run(name: Option<&str>, all: bool, session: &Session) -> Result<Report, Failure> {
    let cache = session.caches().open_to_read()?;
    let recorded = Recorded::read(cache.as_ref())?;
    let stores = recorded.open_stores(session)?.into_iter();
    let accounts = match (all, session.accounts.requested(name)?) {
        (true, _) => recorded.accounts,
        (false, None) if recorded.accounts.is_empty() => Vec::new(),
        (false, _) => vec![session.accounts.find(cache.as_ref(), name)?],
    };
    let stores = stores.map(|used| check_store(session, used)).collect();
    let check = |account| check_account(session, cache.as_ref(), account);
    Ok(Report {
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
        if session.stores.is_uncreated(&kind) {
            return Ok(RoundTrip::Unmade);
        }
        match store.check() {
            Ok(()) => Ok(RoundTrip::Well),
            Err(StoreError::Absent) if !used.is_needed => Ok(RoundTrip::Absent),
            Err(error) => Err(Failure::from(error)),
        }
    });
    let location = match &used.store {
        Ok(store) => {
            if let Ok(RoundTrip::Well) = result {
                // Cleaning up is not part of the check. `store show` lists what cannot be deleted.
                let _ = store.delete_leftover_checks();
            }
            session.stores.location(&kind).ok()
        }
        Err(_) => None,
    };
    let title = Untrusted::new(kind.as_str()).to_string();
    CheckedStore {
        location: location.map_or_else(|| "unknown".to_owned(), |location| location.text),
        milliseconds,
        result: result.map_err(|failure| failure.about(&title)),
        kind,
    }
}

fn check_account(session: &Session, cache: Option<&Cache>, account: Account) -> CheckedEntry {
    let mut account = account;
    let (milliseconds, result) = measure(session, || {
        for _ in 1..TRIES {
            let result = compare_entry(session, &account);
            let again = cache.and_then(|cache| cache.account(&account.id).ok().flatten());
            match again {
                Some(again) if result.is_err() && again != account => account = again,
                _ => return result,
            }
        }
        compare_entry(session, &account)
    });
    let title = account.title();
    CheckedEntry {
        account,
        milliseconds,
        result: result.map_err(|(state, failure)| (state, failure.about(&title))),
    }
}

/// Compares the entry of the account with what the cache knows.
fn compare_entry(session: &Session, account: &Account) -> Result<(), (EntryState, Failure)> {
    let unknown = |failure: Failure| (EntryState::Unknown, failure);
    let store = session.stores.open(&account.store).map_err(unknown)?;
    let newest = store
        .load_newest(&account.id)
        .map_err(|error| unknown(error.into()))?;
    let Some((_, entry)) = newest else {
        let has_any_entry = store
            .has_any_entry(&account.id)
            .map_err(|error| unknown(error.into()))?;
        return Err(match has_any_entry {
            true => (EntryState::Damaged, damaged(&account.store)),
            false => {
                let error = FlowError::SecretGone(account.store.clone());
                (EntryState::Gone, error.into())
            }
        });
    };
    if let Some(operation) = account.interrupted {
        return Err((EntryState::Changing, Failure::of_interrupted(operation)));
    }
    let has_same_token = account
        .fingerprint
        .as_ref()
        .is_none_or(|known| *known == entry.fingerprint());
    match has_same_token && account.generation == entry.generation {
        true => Ok(()),
        false => Err((EntryState::Other, different(&account.store))),
    }
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

impl StoreReport for Report {
    fn failures(&self) -> Vec<&Failure> {
        let stores = self.stores.iter();
        let stores = stores.filter_map(|row| row.result.as_ref().err());
        let accounts = self.accounts.iter();
        let accounts = accounts.filter_map(|row| row.result.as_ref().err());
        stores.chain(accounts.map(|(_, failure)| failure)).collect()
    }
}
