//! What `store show` found, as a table, plain lines or JSON.

use std::io::{self, Write};

use super::show::{Entry, Leftover, LeftoverKind, Shown};
use crate::account::{AccountId, StoreKind, Untrusted, Word};
use crate::answers;
use crate::output::{Page, Render, Table, json, words};
use crate::session::ChosenBy;
use crate::store::KeySource;

impl Leftover {
    fn words(&self) -> &'static str {
        match self.kind {
            LeftoverKind::Slot => "a second entry; the next refresh deletes it",
            LeftoverKind::Copy => "a copy, left by a move or a login; the next refresh deletes it",
            LeftoverKind::AppSecret => "an App Secret that no app here takes from there",
            LeftoverKind::Trial => "a dummy, left by a killed trial; store check deletes it",
            LeftoverKind::Unknown => "an entry of a kind that this igconnect does not know",
            LeftoverKind::Account => "an entry that no account here is in",
        }
    }
}

document! {
    pub(in crate::commands) struct StoreShowJson<'a> {
        schema: json::Version,
        chosen: Chosen<'a>,
        stores: Vec<ShownStoreJson<'a>>,
        accounts: Vec<ShownAccountJson<'a>>,
        apps: Vec<ShownAppJson<'a>>,
        /// Entries that nothing here refers to.
        leftovers: Vec<LeftoverJson<'a>>,
    }

    struct Chosen<'a> {
        /// The store for new secrets.
        store: &'a StoreKind,
        /// Who chose it.
        by: ChosenBy,
    }

    struct ShownStoreJson<'a> {
        /// Its word.
        store: &'a StoreKind,
        /// Where it is, in words.
        place: &'a str,
        /// Where the key of the sealed file comes from; null for other stores.
        key_source: Option<KeySource>,
        /// How many accounts have an entry there; null where the store could not be asked.
        accounts: Option<usize>,
        /// How many App Secrets are there; null where the store could not be asked.
        app_secrets: Option<usize>,
        error: Option<answers::ErrorJson>,
    }

    struct ShownAccountJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<String>,
        /// The store that it is in.
        store: &'a StoreKind,
        /// unknown where the store could not be asked.
        entry: Entry,
        /// A store that a move or a login is still to empty of it.
        other_store: Option<&'a StoreKind>,
    }

    struct ShownAppJson<'a> {
        name: &'a str,
        /// The Instagram App ID.
        id: &'a str,
        /// Where its App Secret was found; null where it was not.
        store: Option<&'a StoreKind>,
    }

    struct LeftoverJson<'a> {
        store: &'a StoreKind,
        /// An account that is not in this store, a second entry of one that is, what a move or login left, an App Secret, a
        /// dummy.
        kind: LeftoverKind,
        /// The id of the account or app, or the name of the entry.
        name: &'a str,
    }
}

impl Render for Shown {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let text = |text: &str| Untrusted::new(text).to_string();
        let mut table = Table::new(["what", "name", "store", "found"]);
        let mut row = |what: &str, name: String, store: &str, found: String| {
            table.row([what.to_owned(), name, text(store), found]);
        };
        let by = match self.by {
            ChosenBy::Environment => "by IGCONNECT_STORE",
            ChosenBy::Configuration => "by store in config.toml",
            ChosenBy::Default => "by default",
        };
        row("chosen", by.to_owned(), self.chosen.as_str(), String::new());
        for store in &self.stores {
            let found = match &store.held {
                None => "there is none here".to_owned(),
                Some(Err(_)) => "cannot be asked now".to_owned(),
                Some(Ok(held)) => format!(
                    "{}, {}",
                    counted(held.accounts.len(), "account"),
                    counted(held.apps.len(), "App Secret")
                ),
            };
            row("store", store.place.clone(), store.kind.as_str(), found);
        }
        for one in &self.accounts {
            let found = match &one.other_store {
                None => Word(one.entry).to_string(),
                Some(other) => format!(
                    "{}; {} is to be emptied",
                    Word(one.entry),
                    text(other.as_str())
                ),
            };
            row(
                "account",
                one.account.title(),
                one.account.store.as_str(),
                found,
            );
        }
        for (app, store) in &self.apps {
            let name = format!("{} ({})", text(&app.name), app.id);
            let found = match store {
                None => "not found",
                Some(store) if *store == self.chosen => "there",
                Some(_) => "there, and not in the chosen store",
            };
            let store = store.as_ref().map_or("-", StoreKind::as_str);
            row("app", name, store, found.to_owned());
        }
        for left in &self.leftovers {
            let found = left.words().to_owned();
            row("leftover", text(&left.name), left.store.as_str(), found);
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let stores = self.stores.iter().map(|store| {
            let held = store.held.as_ref().and_then(|held| held.as_ref().ok());
            let failed = store.held.as_ref().and_then(|held| held.as_ref().err());
            ShownStoreJson {
                store: &store.kind,
                place: &store.place,
                key_source: store.key,
                accounts: held.map(|held| held.accounts.len()),
                app_secrets: held.map(|held| held.apps.len()),
                error: failed.map(answers::ErrorJson::from),
            }
        });
        let accounts = self.accounts.iter().map(|row| ShownAccountJson {
            id: &row.account.id,
            username: row.account.username.raw(),
            alias: row.account.alias.as_ref().map(ToString::to_string),
            store: &row.account.store,
            entry: row.entry,
            other_store: row.other_store.as_ref(),
        });
        let apps = self.apps.iter().map(|(app, store)| ShownAppJson {
            name: &app.name,
            id: app.id.as_str(),
            store: store.as_ref(),
        });
        let leftovers = self.leftovers.iter().map(|left| LeftoverJson {
            store: &left.store,
            kind: left.kind,
            name: &left.name,
        });
        let document = StoreShowJson {
            schema: json::SCHEMA,
            chosen: Chosen {
                store: &self.chosen,
                by: self.by,
            },
            stores: stores.collect(),
            accounts: accounts.collect(),
            apps: apps.collect(),
            leftovers: leftovers.collect(),
        };
        json::write(&document, out)
    }

    fn is_data(&self) -> bool {
        true
    }
}

fn counted(count: usize, what: &str) -> String {
    words::counted(i64::try_from(count).unwrap_or(i64::MAX), what)
}
