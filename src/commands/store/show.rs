//! `store show`: what is in which store. Reads names, never a secret.

use std::collections::BTreeMap;

use super::recorded::{AccountNames, Recorded, store_title};
use super::show_report::{
    ChosenStore, EntryPresence, Leftover, LeftoverKind, ShownAccount, ShownApp, ShownStore,
    StoreShow,
};
use crate::account::{Account, StoreKind};
use crate::failure::Failure;
use crate::output::json;
use crate::session::{Session, StoreInUse};
use crate::store::StoreError;

pub(super) fn run(session: &Session) -> Result<StoreShow, Failure> {
    let by = session.stores.chosen_by()?;
    let chosen = session.stores.chosen()?.unwrap_or(StoreKind::Keyring);
    let mut recorded = Recorded::read(session.caches().open_to_read()?.as_ref())?;
    let stores = recorded.open_stores(session)?.into_iter();
    let stores: Vec<_> = stores.map(|used| list_contents(session, used)).collect();
    let apps = find_app_secrets(session, &stores)?;
    let leftovers = find_leftovers(&stores, &recorded, &apps);
    let accounts = recorded.accounts.into_iter().map(|account| ShownAccount {
        names: AccountNames::from(&account),
        entry: find_entry(&stores, &account),
        other_store: recorded.other_stores.remove(&account.id),
        store: account.store,
    });
    Ok(StoreShow {
        schema: json::SCHEMA,
        chosen: ChosenStore { store: chosen, by },
        accounts: accounts.collect(),
        stores,
        apps,
        leftovers,
    })
}

fn list_contents(session: &Session, used: StoreInUse) -> ShownStore {
    let kind = used.kind;
    let mut location = None;
    let contents = used.store.and_then(|store| {
        // Kept apart: a store that cannot be read still shows where it is.
        location = Some(session.stores.location(&kind)?);
        match store.list_contents() {
            Err(StoreError::Absent) if !used.is_needed => Ok(None),
            contents => Ok(Some(contents?)),
        }
    });
    let (contents, error) = match contents {
        Ok(contents) => (contents, None),
        Err(failure) => (None, Some(failure.about(&store_title(&kind)))),
    };
    ShownStore {
        store: kind,
        key_source: location.as_ref().and_then(|location| location.key_source),
        place: location.map_or_else(|| "unknown".to_owned(), |location| location.text),
        accounts: contents.as_ref().map(|contents| contents.accounts.len()),
        app_secrets: contents.as_ref().map(|contents| contents.apps.len()),
        error,
        contents,
    }
}

fn find_entry(stores: &[ShownStore], account: &Account) -> EntryPresence {
    let store = stores.iter().find(|store| store.store == account.store);
    match store.and_then(|store| store.contents.as_ref()) {
        None => EntryPresence::Unknown,
        Some(contents) if contents.accounts.contains_key(&account.id) => EntryPresence::There,
        Some(_) => EntryPresence::Gone,
    }
}

/// Finds the first store that has the secret of each app. The chosen store is first.
fn find_app_secrets(session: &Session, stores: &[ShownStore]) -> Result<Vec<ShownApp>, Failure> {
    let apps = session.settings.config()?.apps()?.into_iter();
    let apps = apps.map(|app| {
        let has_secret = |store: &&ShownStore| {
            let contents = store.contents.as_ref();
            contents.is_some_and(|contents| contents.apps.contains(app.id.as_str()))
        };
        let store = stores.iter().find(has_secret);
        ShownApp {
            store: store.map(|store| store.store.clone()),
            id: app.id.to_string(),
            name: app.name,
        }
    });
    Ok(apps.collect())
}

fn find_leftovers(stores: &[ShownStore], recorded: &Recorded, apps: &[ShownApp]) -> Vec<Leftover> {
    let mut leftovers = Vec::new();
    // There may be ten thousand accounts: a search of the list for each entry would take too long.
    let accounts = recorded.accounts.iter();
    let known: BTreeMap<_, _> = accounts.map(|account| (&account.id, account)).collect();
    for ShownStore {
        store, contents, ..
    } in stores
    {
        let Some(contents) = contents else { continue };
        let mut add = |kind, name: &str| {
            leftovers.push(Leftover {
                store: store.clone(),
                kind,
                name: name.to_owned(),
            });
        };
        for (id, slots) in &contents.accounts {
            match known.get(id) {
                Some(account) if account.store == *store => {
                    // An interrupted change keeps both entries on purpose.
                    if *slots > 1 && account.interrupted.is_none() {
                        add(LeftoverKind::Slot, id.as_str());
                    }
                }
                Some(_) if recorded.other_stores.get(id) == Some(store) => {
                    add(LeftoverKind::Copy, id.as_str());
                }
                _ => add(LeftoverKind::Account, id.as_str()),
            }
        }
        for id in &contents.apps {
            let is_used = |app: &ShownApp| app.id == *id && app.store.as_ref() == Some(store);
            if !apps.iter().any(is_used) {
                add(LeftoverKind::AppSecret, id);
            }
        }
        (contents.checks.iter()).for_each(|name| add(LeftoverKind::Trial, name));
        (contents.others.iter()).for_each(|name| add(LeftoverKind::Unknown, name));
    }
    leftovers
}
