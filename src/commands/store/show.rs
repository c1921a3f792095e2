//! `store show`: what is where. Names are looked at, never a secret.

use std::collections::BTreeMap;

use super::recorded::Recorded;
use crate::account::{Account, StoreKind, Untrusted};
use crate::failure::Failure;
use crate::session::{ChosenBy, Session, StoreInUse};
use crate::settings::App;
use crate::store::{Contents, KeySource, StoreError};

/// The answer of store show: what is where.
pub(crate) struct Shown {
    pub(super) chosen: StoreKind,
    pub(super) by: ChosenBy,
    pub(super) stores: Vec<StoreRow>,
    pub(super) accounts: Vec<AccountRow>,
    pub(super) apps: Vec<(App, Option<StoreKind>)>,
    pub(super) leftovers: Vec<Leftover>,
}

pub(super) struct StoreRow {
    pub(super) kind: StoreKind,
    pub(super) place: String,
    pub(super) key: Option<KeySource>,
    /// Nothing where there is no such store and nobody expects one.
    pub(super) held: Option<Result<Contents, Failure>>,
}

pub(super) struct AccountRow {
    pub(super) account: Account,
    pub(super) other_store: Option<StoreKind>,
    pub(super) entry: Entry,
}

document! {
    /// The entry of an account.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Entry {
        /// It is in its store.
        There,
        /// It is not.
        Gone,
        /// The store cannot be asked.
        Unknown,
    }
}

/// An entry that nothing here refers to.
pub(super) struct Leftover {
    pub(super) store: StoreKind,
    pub(super) kind: LeftoverKind,
    /// The id of the account or app, or the name of the entry.
    pub(super) name: String,
}

document! {
    /// What an entry is that nothing here refers to.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum LeftoverKind {
        /// Of an account that is not in this store.
        Account,
        /// The second one of an account that is.
        Slot,
        /// What a move or a login left.
        Copy,
        /// An App Secret.
        AppSecret,
        /// A dummy, left by a killed trial of the store.
        Trial,
        /// None that this igconnect knows.
        Unknown,
    }
}

/// Asks the stores what they hold, and compares it with what is known here.
pub(super) fn run(session: &Session) -> Result<Shown, Failure> {
    let by = session.stores.chosen_by()?;
    let chosen = session.stores.chosen()?.unwrap_or(StoreKind::Keyring);
    let mut recorded = Recorded::read(session.caches().open_to_read()?.as_ref())?;
    let stores = recorded.open_stores(session)?.into_iter();
    let stores: Vec<StoreRow> = stores.map(|store| row(session, store)).collect();
    let accounts = recorded.accounts.into_iter().map(|account| AccountRow {
        other_store: recorded.other_stores.remove(&account.id),
        entry: entry(&stores, &account),
        account,
    });
    let accounts: Vec<AccountRow> = accounts.collect();
    let apps = apps(session, &stores)?;
    Ok(Shown {
        chosen,
        by,
        leftovers: leftovers(&stores, &accounts, &apps),
        stores,
        accounts,
        apps,
    })
}

fn row(session: &Session, used: StoreInUse) -> StoreRow {
    let kind = used.kind;
    let known = used.store.and_then(|store| {
        let place = session.stores.location(store.kind())?;
        Ok((store, place))
    });
    let (place, key, held) = match known {
        Err(failure) => ("unknown".to_owned(), None, Some(Err(failure))),
        Ok((store, place)) => {
            let held = match store.list_contents() {
                Err(StoreError::Absent) if !used.is_needed => None,
                held => Some(held.map_err(Failure::from)),
            };
            (place.text, place.key_source, held)
        }
    };
    let about = |failure: Failure| failure.about(&Untrusted::new(kind.as_str()).to_string());
    StoreRow {
        held: held.map(|held| held.map_err(about)),
        kind,
        place,
        key,
    }
}

fn contents<'a>(stores: &'a [StoreRow], kind: &StoreKind) -> Option<&'a Contents> {
    let store = stores.iter().find(|store| store.kind == *kind)?;
    store.held.as_ref()?.as_ref().ok()
}

fn entry(stores: &[StoreRow], account: &Account) -> Entry {
    match contents(stores, &account.store) {
        None => Entry::Unknown,
        Some(held) if held.accounts.contains_key(&account.id) => Entry::There,
        Some(_) => Entry::Gone,
    }
}

/// Each app of the configuration, and the first store that has its secret; the chosen one comes first.
fn apps(session: &Session, stores: &[StoreRow]) -> Result<Vec<(App, Option<StoreKind>)>, Failure> {
    let config = session.settings.config()?;
    let mut apps = Vec::new();
    for name in config.app_names() {
        let Some(app) = config.app(Some(name))? else {
            continue;
        };
        let has = |store: &&StoreRow| {
            contents(stores, &store.kind).is_some_and(|held| held.apps.contains(app.id.as_str()))
        };
        let store = stores.iter().find(has).map(|store| store.kind.clone());
        apps.push((app, store));
    }
    Ok(apps)
}

fn leftovers(
    stores: &[StoreRow],
    accounts: &[AccountRow],
    apps: &[(App, Option<StoreKind>)],
) -> Vec<Leftover> {
    let mut leftovers = Vec::new();
    let known: BTreeMap<_, _> = (accounts.iter())
        .map(|row| (&row.account.id, row))
        .collect();
    for store in stores {
        let Some(held) = contents(stores, &store.kind) else {
            continue;
        };
        let mut add = |kind, name: &str| {
            leftovers.push(Leftover {
                store: store.kind.clone(),
                kind,
                name: name.to_owned(),
            });
        };
        for (id, slots) in &held.accounts {
            match known.get(id) {
                Some(row) if row.account.store == store.kind => {
                    // Where a change is under way both are kept on purpose.
                    if *slots > 1 && row.account.interrupted.is_none() {
                        add(LeftoverKind::Slot, id.as_str());
                    }
                }
                Some(row) if row.other_store.as_ref() == Some(&store.kind) => {
                    add(LeftoverKind::Copy, id.as_str());
                }
                _ => add(LeftoverKind::Account, id.as_str()),
            }
        }
        for id in &held.apps {
            let is_known = |(app, place): &(App, Option<StoreKind>)| {
                app.id.as_str() == id && place.as_ref() == Some(&store.kind)
            };
            if !apps.iter().any(is_known) {
                add(LeftoverKind::AppSecret, id);
            }
        }
        (held.checks.iter()).for_each(|name| add(LeftoverKind::Trial, name));
        (held.others.iter()).for_each(|name| add(LeftoverKind::Unknown, name));
    }
    leftovers
}

impl Shown {
    pub(super) fn failures(&self) -> impl Iterator<Item = &Failure> {
        let held = self.stores.iter().filter_map(|store| store.held.as_ref());
        held.filter_map(|held| held.as_ref().err())
    }
}
