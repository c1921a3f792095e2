//! What `store check` found, as a table, plain lines or JSON.

use std::io::{self, Write};

use super::check::{Checked, EntryState, Found, StoreRow};
use crate::account::{AccountId, StoreKind, Untrusted, Word};
use crate::answers;
use crate::output::{Page, Render, Table, json};

document! {
    pub(in crate::commands) struct StoreCheckJson<'a> {
        schema: json::Version,
        stores: Vec<CheckedStoreJson<'a>>,
        accounts: Vec<CheckedAccountJson<'a>>,
    }

    struct CheckedStoreJson<'a> {
        store: &'a StoreKind,
        /// Where it is, in words.
        place: &'a str,
        /// unmade: it does not exist yet, and was not made for this.
        round_trip: Found,
        /// How long it took.
        milliseconds: u128,
        error: Option<answers::ErrorJson>,
    }

    struct CheckedAccountJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<String>,
        store: &'a StoreKind,
        /// changing: a change of it was interrupted; other: another token than the one known here.
        entry: EntryState,
        /// How long it took.
        milliseconds: u128,
        error: Option<answers::ErrorJson>,
    }
}

impl StoreRow {
    fn sentence(&self) -> &'static str {
        match self.found {
            Ok(Found::Well) => "keeps, returns and deletes a dummy",
            Ok(Found::Unmade) => "not made yet; the first login makes it",
            Ok(Found::Absent) => "there is none here",
            Ok(Found::Failed) | Err(_) => "failed",
        }
    }
}

impl Render for Checked {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(["what", "name", "store", "result", "took"]);
        let took = |milliseconds: u128| format!("{milliseconds} ms");
        for row in &self.stores {
            let word = Untrusted::new(row.kind.as_str()).to_string();
            let result = row.sentence().to_owned();
            let cells = ["store".to_owned(), row.place.clone(), word, result];
            table.row(cells.into_iter().chain([took(row.milliseconds)]));
        }
        for row in &self.accounts {
            let result = match &row.found {
                Ok(()) => "there, whole, and the one that is known here".to_owned(),
                Err((wrong, _)) => Word(*wrong).to_string(),
            };
            let word = Untrusted::new(row.account.store.as_str()).to_string();
            let cells = ["account".to_owned(), row.account.title(), word, result];
            table.row(cells.into_iter().chain([took(row.milliseconds)]));
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let stores = self.stores.iter().map(|row| CheckedStoreJson {
            store: &row.kind,
            place: &row.place,
            round_trip: *row.found.as_ref().unwrap_or(&Found::Failed),
            milliseconds: row.milliseconds,
            error: row.found.as_ref().err().map(answers::ErrorJson::from),
        });
        let accounts = self.accounts.iter().map(|row| {
            let found = row.found.as_ref();
            CheckedAccountJson {
                id: &row.account.id,
                username: row.account.username.raw(),
                alias: row.account.alias.as_ref().map(ToString::to_string),
                store: &row.account.store,
                entry: found.err().map_or(EntryState::Well, |(wrong, _)| *wrong),
                milliseconds: row.milliseconds,
                error: found.err().map(|(_, failure)| failure.into()),
            }
        });
        let document = StoreCheckJson {
            schema: json::SCHEMA,
            stores: stores.collect(),
            accounts: accounts.collect(),
        };
        json::write(&document, out)
    }

    fn is_data(&self) -> bool {
        true
    }
}
