//! The report of `store show`, as a table and as JSON.

use std::io::{self, Write};

use super::show::{EntryPresence, LeftoverKind, Report};
use crate::account::{AccountId, StoreKind, Untrusted, Word};
use crate::answers;
use crate::output::{Page, Render, Table, json, words};
use crate::session::ChosenBy;
use crate::store::KeySource;

document! {
    pub(in crate::commands) struct StoreShowJson<'a> {
        schema: json::Version,
        chosen: ChosenStoreJson<'a>,
        stores: Vec<ShownStoreJson<'a>>,
        accounts: Vec<ShownAccountJson<'a>>,
        apps: Vec<ShownAppJson<'a>>,
        /// Entries that nothing here refers to.
        leftovers: Vec<LeftoverJson<'a>>,
    }

    struct ChosenStoreJson<'a> {
        /// The store for new secrets.
        store: &'a StoreKind,
        /// Who chose it.
        by: ChosenBy,
    }

    struct ShownStoreJson<'a> {
        store: &'a StoreKind,
        /// Where it is, for people.
        place: &'a str,
        /// Where the key of the sealed file comes from; null for other stores.
        key_source: Option<KeySource>,
        /// The number of accounts in it; null if it cannot be read.
        accounts: Option<usize>,
        /// The number of App Secrets in it; null if it cannot be read.
        app_secrets: Option<usize>,
        error: Option<answers::ErrorJson>,
    }

    struct ShownAccountJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<String>,
        store: &'a StoreKind,
        /// unknown if the store cannot be read.
        entry: EntryPresence,
        /// A store that a move or a login has yet to empty.
        other_store: Option<&'a StoreKind>,
    }

    struct ShownAppJson<'a> {
        name: &'a str,
        /// The Instagram App ID.
        id: &'a str,
        /// The store with its App Secret; null if no store has it.
        store: Option<&'a StoreKind>,
    }

    struct LeftoverJson<'a> {
        store: &'a StoreKind,
        /// account: not in this store; slot: a second entry; copy: left by a move or a login; trial: left by a store check.
        kind: LeftoverKind,
        /// The id of the account or app, or the name of the entry.
        name: &'a str,
    }
}

fn describe_leftover(kind: LeftoverKind) -> &'static str {
    match kind {
        LeftoverKind::Slot => "second entry, deleted by the next refresh",
        LeftoverKind::Copy => "copy left by a move or login, deleted by the next refresh",
        LeftoverKind::AppSecret => "App Secret that no app here uses",
        LeftoverKind::Trial => "test entry left by a killed check, deleted by store check",
        LeftoverKind::Unknown => "entry unknown to this igconnect",
        LeftoverKind::Account => "entry that no account here uses",
    }
}

fn counted(count: usize, unit: &str) -> String {
    words::counted(i64::try_from(count).unwrap_or(i64::MAX), unit)
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let text = |text: &str| Untrusted::new(text).to_string();
        let mut table = Table::new(["what", "name", "store", "found"]);
        let mut row = |what: &str, name: String, store: &str, found: String| {
            table.row([what.to_owned(), name, text(store), found]);
        };
        let by = match self.chosen_by {
            ChosenBy::Environment => "by IGCONNECT_STORE",
            ChosenBy::Configuration => "by store in config.toml",
            ChosenBy::Default => "by default",
        };
        row("chosen", by.to_owned(), self.chosen.as_str(), String::new());
        for store in &self.stores {
            let found = match &store.contents {
                None => "not on this machine".to_owned(),
                Some(Err(_)) => "cannot be read now".to_owned(),
                Some(Ok(contents)) => format!(
                    "{}, {}",
                    counted(contents.accounts.len(), "account"),
                    counted(contents.apps.len(), "App Secret")
                ),
            };
            row("store", store.location.clone(), store.kind.as_str(), found);
        }
        for shown in &self.accounts {
            let entry = Word(shown.entry);
            let found = match &shown.other_store {
                None => entry.to_string(),
                Some(other) => format!("{entry}; {} has yet to be emptied", text(other.as_str())),
            };
            let account = &shown.account;
            row("account", account.title(), account.store.as_str(), found);
        }
        for shown in &self.apps {
            let name = format!("{} ({})", text(&shown.app.name), shown.app.id);
            let found = match &shown.store {
                None => "not found",
                Some(store) if *store == self.chosen => "there",
                Some(_) => "there, but not in the chosen store",
            };
            let store = shown.store.as_ref().map_or("-", StoreKind::as_str);
            row("app", name, store, found.to_owned());
        }
        for leftover in &self.leftovers {
            let found = describe_leftover(leftover.kind).to_owned();
            let store = leftover.store.as_str();
            row("leftover", text(&leftover.name), store, found);
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let stores = self.stores.iter().map(|store| {
            let contents = store.readable();
            ShownStoreJson {
                store: &store.kind,
                place: &store.location,
                key_source: store.key_source,
                accounts: contents.map(|contents| contents.accounts.len()),
                app_secrets: contents.map(|contents| contents.apps.len()),
                error: store.failure().map(answers::ErrorJson::from),
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
        let apps = self.apps.iter().map(|row| ShownAppJson {
            name: &row.app.name,
            id: row.app.id.as_str(),
            store: row.store.as_ref(),
        });
        let leftovers = self.leftovers.iter().map(|leftover| LeftoverJson {
            store: &leftover.store,
            kind: leftover.kind,
            name: &leftover.name,
        });
        let document = StoreShowJson {
            schema: json::SCHEMA,
            chosen: ChosenStoreJson {
                store: &self.chosen,
                by: self.chosen_by,
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
