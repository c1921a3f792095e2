//! What `store check` found, as a table, plain lines or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::check::{Checked, Found, StoreRow};
use crate::account::{StoreKind, Untrusted};
use crate::failure::Failure;
use crate::output::{Page, Render, Table, json};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub(super) struct Document<'a> {
    schema: json::Version,
    stores: Vec<StoreJson<'a>>,
    accounts: Vec<AccountJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
struct StoreJson<'a> {
    store: &'a StoreKind,
    /// Where it is, in words.
    place: &'a str,
    /// unmade: it does not exist yet, and was not made for this.
    #[cfg_attr(test, schemars(extend("enum" = [Found::WORDS, &["failed"]].concat())))]
    round_trip: &'static str,
    /// How long it took.
    milliseconds: u128,
    error: Option<json::ErrorJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
struct AccountJson<'a> {
    #[cfg_attr(test, schemars(with = "json::Id"))]
    id: &'a str,
    username: &'a str,
    alias: Option<String>,
    store: &'a StoreKind,
    /// changing: a change of it was interrupted; other: another token than the one known here.
    #[cfg_attr(test, schemars(extend("enum" = [&["well"], super::check::Wrong::WORDS].concat())))]
    entry: &'static str,
    /// How long it took.
    milliseconds: u128,
    error: Option<json::ErrorJson>,
}

impl StoreRow {
    fn sentence(&self) -> &'static str {
        match self.found {
            Ok(Found::Works) => "keeps, returns and deletes a dummy",
            Ok(Found::Unmade) => "not made yet; the first login makes it",
            Ok(Found::Absent) => "there is none here",
            Err(_) => "failed",
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
                Err((wrong, _)) => wrong.word().to_owned(),
            };
            let word = Untrusted::new(row.account.store.as_str()).to_string();
            let cells = ["account".to_owned(), row.account.title(), word, result];
            table.row(cells.into_iter().chain([took(row.milliseconds)]));
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let stores = self.stores.iter().map(|row| StoreJson {
            store: &row.kind,
            place: &row.place,
            round_trip: row.found.as_ref().map_or("failed", |found| found.word()),
            milliseconds: row.milliseconds,
            error: row.found.as_ref().err().map(Failure::to_json),
        });
        let accounts = self.accounts.iter().map(|row| {
            let found = row.found.as_ref();
            AccountJson {
                id: row.account.id.as_str(),
                username: row.account.username.raw(),
                alias: row.account.alias.as_ref().map(ToString::to_string),
                store: &row.account.store,
                entry: found.err().map_or("well", |(wrong, _)| wrong.word()),
                milliseconds: row.milliseconds,
                error: found.err().map(|(_, failure)| failure.to_json()),
            }
        });
        let document = Document {
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
