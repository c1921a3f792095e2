//! `store show`: what is in which store. Reads names, never a secret.

use std::collections::BTreeMap;

use super::command::StoreReport;
use super::recorded::Recorded;
use crate::account::{Account, StoreKind, Untrusted};
use crate::failure::Failure;
use crate::session::{ChosenBy, Session, StoreInUse};
use crate::settings::App;
use crate::store::{Contents, KeySource, StoreError};

pub(super) struct Report {
    pub(super) chosen: StoreKind,
    pub(super) chosen_by: ChosenBy,
    pub(super) stores: Vec<StoreContents>,
    pub(super) accounts: Vec<ShownAccount>,
    pub(super) apps: Vec<ShownApp>,
    pub(super) leftovers: Vec<Leftover>,
}

pub(super) struct StoreContents {
    pub(super) kind: StoreKind,
    pub(super) location: String,
    pub(super) key_source: Option<KeySource>,
    /// `None` if the store does not exist and is not needed.
    pub(super) contents: Option<Result<Contents, Failure>>,
}

pub(super) struct ShownAccount {
    pub(super) account: Account,
    /// A store that a move or a login has yet to empty.
    pub(super) other_store: Option<StoreKind>,
    pub(super) entry: EntryPresence,
}

pub(super) struct ShownApp {
    pub(super) app: App,
    /// The store that has its App Secret.
    pub(super) store: Option<StoreKind>,
}

/// An entry that nothing here refers to.
pub(super) struct Leftover {
    pub(super) store: StoreKind,
    pub(super) kind: LeftoverKind,
    /// The id of the account or app, or the name of the entry.
    pub(super) name: String,
}

document! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum EntryPresence {
        There,
        Gone,
        /// The store cannot be read.
        Unknown,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum LeftoverKind {
        /// Of an account that is not in this store.
        Account,
        /// The second entry of an account.
        Slot,
        /// Left by a move or a login.
        Copy,
        AppSecret,
        /// A test entry of a killed store check.
        Trial,
        Unknown,
    }
}

pub(super) fn run(session: &Session) -> Result<Report, Failure> {
    let chosen_by = session.stores.chosen_by()?;
    let chosen = session.stores.chosen()?.unwrap_or(StoreKind::Keyring);
    let mut recorded = Recorded::read(session.caches().open_to_read()?.as_ref())?;
    let stores = recorded.open_stores(session)?.into_iter();
    let stores: Vec<_> = stores.map(|used| list_contents(session, used)).collect();
    let accounts = recorded.accounts.into_iter().map(|account| ShownAccount {
        other_store: recorded.other_stores.remove(&account.id),
        entry: find_entry(&stores, &account),
        account,
    });
    let accounts: Vec<_> = accounts.collect();
    let apps = find_app_secrets(session, &stores)?;
    Ok(Report {
        chosen,
        chosen_by,
        leftovers: find_leftovers(&stores, &accounts, &apps),
        stores,
        accounts,
        apps,
    })
}

fn list_contents(session: &Session, used: StoreInUse) -> StoreContents {
    let kind = used.kind;
    let located = used
        .store
        .and_then(|store| Ok((session.stores.location(&kind)?, store)));
    let (location, key_source, contents) = match located {
        Err(failure) => ("unknown".to_owned(), None, Some(Err(failure))),
        Ok((location, store)) => {
            let contents = match store.list_contents() {
                Err(StoreError::Absent) if !used.is_needed => None,
                contents => Some(contents.map_err(Failure::from)),
            };
            (location.text, location.key_source, contents)
        }
    };
    let about = |failure: Failure| failure.about(&Untrusted::new(kind.as_str()).to_string());
    StoreContents {
        contents: contents.map(|contents| contents.map_err(about)),
        kind,
        location,
        key_source,
    }
}

impl StoreContents {
    /// Returns the contents, if the store could be read.
    pub(super) fn readable(&self) -> Option<&Contents> {
        self.contents.as_ref()?.as_ref().ok()
    }

    pub(super) fn failure(&self) -> Option<&Failure> {
        self.contents.as_ref()?.as_ref().err()
    }
}

fn find_entry(stores: &[StoreContents], account: &Account) -> EntryPresence {
    let store = stores.iter().find(|store| store.kind == account.store);
    match store.and_then(StoreContents::readable) {
        None => EntryPresence::Unknown,
        Some(contents) if contents.accounts.contains_key(&account.id) => EntryPresence::There,
        Some(_) => EntryPresence::Gone,
    }
}

/// Finds the first store that has the secret of each app. The chosen store is first.
fn find_app_secrets(session: &Session, stores: &[StoreContents]) -> Result<Vec<ShownApp>, Failure> {
    let apps = session.settings.config()?.apps()?.into_iter();
    let apps = apps.map(|app| {
        let has_secret = |store: &&StoreContents| {
            let contents = store.readable();
            contents.is_some_and(|contents| contents.apps.contains(app.id.as_str()))
        };
        let store = stores.iter().find(has_secret);
        let store = store.map(|store| store.kind.clone());
        ShownApp { app, store }
    });
    Ok(apps.collect())
}

fn find_leftovers(
    stores: &[StoreContents],
    accounts: &[ShownAccount],
    apps: &[ShownApp],
) -> Vec<Leftover> {
    let mut leftovers = Vec::new();
    let known: BTreeMap<_, _> = (accounts.iter())
        .map(|row| (&row.account.id, row))
        .collect();
    for store in stores {
        let Some(contents) = store.readable() else {
            continue;
        };
        let kind = &store.kind;
        let mut add = |leftover_kind, name: &str| {
            leftovers.push(Leftover {
                store: kind.clone(),
                kind: leftover_kind,
                name: name.to_owned(),
            });
        };
        for (id, slots) in &contents.accounts {
            match known.get(id) {
                Some(row) if row.account.store == *kind => {
                    // An interrupted change keeps both entries on purpose.
                    if *slots > 1 && row.account.interrupted.is_none() {
                        add(LeftoverKind::Slot, id.as_str());
                    }
                }
                Some(row) if row.other_store.as_ref() == Some(kind) => {
                    add(LeftoverKind::Copy, id.as_str());
                }
                _ => add(LeftoverKind::Account, id.as_str()),
            }
        }
        for id in &contents.apps {
            let is_used =
                |row: &ShownApp| row.app.id.as_str() == id && row.store.as_ref() == Some(kind);
            if !apps.iter().any(is_used) {
                add(LeftoverKind::AppSecret, id);
            }
        }
        (contents.checks.iter()).for_each(|name| add(LeftoverKind::Trial, name));
        (contents.others.iter()).for_each(|name| add(LeftoverKind::Unknown, name));
    }
    leftovers
}

impl StoreReport for Report {
    fn failures(&self) -> Vec<&Failure> {
        let failures = self.stores.iter().filter_map(StoreContents::failure);
        failures.collect()
    }
}
