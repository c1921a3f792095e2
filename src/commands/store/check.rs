//! `store check`: a round trip through each store, then each account's entry beside what the cache knows of it.
//!
//! Invariant: nothing is changed but dummies: that of this trial, and those that killed ones left.

use super::recorded::Recorded;
use crate::account::{Account, StoreKind, Untrusted};
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::flows::FlowError;
use crate::session::{Session, StoreInUse};
use crate::store::StoreError;

/// Whoever changes an account meanwhile changes row and entry one after the other; so often both are read again.
const LOOKS: usize = 3;

/// The answer of store check: how stores and entries are.
pub(crate) struct Checked {
    pub(super) stores: Vec<StoreRow>,
    pub(super) accounts: Vec<AccountRow>,
}

pub(super) struct StoreRow {
    pub(super) kind: StoreKind,
    pub(super) place: String,
    pub(super) milliseconds: u128,
    pub(super) found: Result<Found, Failure>,
}

document! {
    /// What a round trip through a store found.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Found {
        /// It works.
        #[serde(rename = "well")]
        Well,
        /// There is nothing of it yet, and it was not made for this.
        Unmade,
        /// There is no such store, and none is expected.
        Absent,
        /// It does not keep, return and delete what it should.
        Failed,
    }

    /// How the entry of an account is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum EntryState {
        Well,
        /// There is none.
        Gone,
        /// It is no whole token.
        Damaged,
        /// A change of it was interrupted.
        Changing,
        /// It is another token than the one known here.
        Other,
        /// The store cannot be asked.
        Unknown,
    }
}

pub(super) struct AccountRow {
    pub(super) account: Account,
    pub(super) milliseconds: u128,
    pub(super) found: Result<(), (EntryState, Failure)>,
}

/// Tries the stores, then looks at the entries.
pub(super) fn run(name: Option<&str>, all: bool, session: &Session) -> Result<Checked, Failure> {
    let cache = session.caches().open_to_read()?;
    let recorded = Recorded::read(cache.as_ref())?;
    let stores = recorded.open_stores(session)?.into_iter();
    let accounts = match (all, session.accounts.requested(name)?) {
        (true, _) => recorded.accounts,
        (false, None) if recorded.accounts.is_empty() => Vec::new(),
        (false, _) => vec![session.accounts.find(cache.as_ref(), name)?],
    };
    let stores = stores.map(|store| tried(session, store)).collect();
    let looked = |account| looked_at(session, cache.as_ref(), account);
    Ok(Checked {
        stores,
        accounts: accounts.into_iter().map(looked).collect(),
    })
}

fn timed<T>(session: &Session, work: impl FnOnce() -> T) -> (u128, T) {
    let clock = &session.settings.clock;
    let before = clock.elapsed();
    let done = work();
    (clock.elapsed().saturating_sub(before).as_millis(), done)
}

fn tried(session: &Session, used: StoreInUse) -> StoreRow {
    let store = used.store.as_ref().map_err(Clone::clone);
    let place = store
        .as_ref()
        .ok()
        .and_then(|store| session.stores.location(store.kind()).ok());
    let (milliseconds, found) = timed(session, || {
        let store = store?;
        if session.stores.is_uncreated(store.kind()) {
            return Ok(Found::Unmade);
        }
        match store.check() {
            Ok(()) => Ok(Found::Well),
            Err(StoreError::Absent) if !used.is_needed => Ok(Found::Absent),
            Err(error) => Err(Failure::from(error)),
        }
    });
    if let (Ok(store), Ok(Found::Well)) = (&used.store, &found) {
        // The store was asked to show that it works; what stays is told by `store show`.
        let _ = store.delete_leftover_checks();
    }
    let title = Untrusted::new(used.kind.as_str()).to_string();
    StoreRow {
        place: place.map_or_else(|| "unknown".to_owned(), |place| place.text),
        milliseconds,
        found: found.map_err(|failure| failure.about(&title)),
        kind: used.kind,
    }
}

fn looked_at(session: &Session, cache: Option<&Cache>, account: Account) -> AccountRow {
    let mut account = account;
    let (milliseconds, found) = timed(session, || {
        for _ in 1..LOOKS {
            let found = compared(session, &account);
            let again = cache.and_then(|cache| cache.account(&account.id).ok().flatten());
            match again {
                Some(again) if found.is_err() && again != account => account = again,
                _ => return found,
            }
        }
        compared(session, &account)
    });
    let title = account.title();
    AccountRow {
        account,
        milliseconds,
        found: found.map_err(|(wrong, failure)| (wrong, failure.about(&title))),
    }
}

/// The entry of the account beside its row: what is wrong, and what to say of it.
fn compared(session: &Session, account: &Account) -> Result<(), (EntryState, Failure)> {
    let unknown = |failure| (EntryState::Unknown, failure);
    let store = session.stores.open(&account.store).map_err(unknown)?;
    let newest = store.load_newest(&account.id);
    let Some((_, entry)) = newest.map_err(|error| unknown(error.into()))? else {
        let rests = store.has_any_entry(&account.id);
        return Err(match rests.map_err(|error| unknown(error.into()))? {
            false => (
                EntryState::Gone,
                FlowError::SecretGone(account.store.clone()).into(),
            ),
            true => (EntryState::Damaged, damaged(&account.store)),
        });
    };
    if let Some(operation) = account.interrupted {
        return Err((EntryState::Changing, Failure::of_interrupted(operation)));
    }
    let same_text = account
        .fingerprint
        .as_ref()
        .is_none_or(|known| *known == entry.fingerprint());
    match same_text && account.generation == entry.generation {
        true => Ok(()),
        false => Err((EntryState::Other, other(&account.store))),
    }
}

fn damaged(store: &StoreKind) -> Failure {
    let message = format!("what {store} has of it is no whole token");
    Failure::new(Kind::Login, message).hint("Connect again: igconnect login")
}

fn other(store: &StoreKind) -> Failure {
    let message = format!("{store} has another token of it than the one that is known here");
    Failure::new(Kind::Trouble, message)
        .cause("store or cache was put back to an earlier time, or another machine changed it")
        .hint("Let Instagram tell: igconnect refresh")
}

impl Checked {
    /// What went wrong.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let stores = self
            .stores
            .iter()
            .filter_map(|row| row.found.as_ref().err());
        let accounts = self
            .accounts
            .iter()
            .filter_map(|row| row.found.as_ref().err());
        stores.chain(accounts.map(|(_, failure)| failure))
    }
}
