//! The report of `store check`, as a table and as JSON.

use std::io::{self, Write};

use super::check::{EntryState, Report, RoundTrip};
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
        /// Where it is, for people.
        place: &'a str,
        /// unmade: not created yet, and not created for the check.
        round_trip: RoundTrip,
        milliseconds: u128,
        error: Option<answers::ErrorJson>,
    }

    struct CheckedAccountJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<String>,
        store: &'a StoreKind,
        /// changing: a change was interrupted; other: not the token that the cache knows.
        entry: EntryState,
        milliseconds: u128,
        error: Option<answers::ErrorJson>,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(["what", "name", "store", "result", "took"]);
        let mut row = |what: &str, name, kind: &StoreKind, result: String, milliseconds: u128| {
            let kind = Untrusted::new(kind.as_str()).to_string();
            let took = format!("{milliseconds} ms");
            table.row([what.to_owned(), name, kind, result, took]);
        };
        for store in &self.stores {
            let result = match store.result {
                Ok(RoundTrip::Well) => "writes, reads and deletes",
                Ok(RoundTrip::Unmade) => "not created yet; the first login does it",
                Ok(RoundTrip::Absent) => "not on this machine",
                Ok(RoundTrip::Failed) | Err(_) => "failed",
            };
            let location = store.location.clone();
            let result = result.to_owned();
            row("store", location, &store.kind, result, store.milliseconds);
        }
        for checked in &self.accounts {
            let result = match &checked.result {
                Ok(()) => "intact, matches the cache".to_owned(),
                Err((state, _)) => Word(state).to_string(),
            };
            let account = &checked.account;
            let title = account.title();
            row(
                "account",
                title,
                &account.store,
                result,
                checked.milliseconds,
            );
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let stores = self.stores.iter().map(|row| CheckedStoreJson {
            store: &row.kind,
            place: &row.location,
            round_trip: *row.result.as_ref().unwrap_or(&RoundTrip::Failed),
            milliseconds: row.milliseconds,
            error: row.result.as_ref().err().map(answers::ErrorJson::from),
        });
        let accounts = self.accounts.iter().map(|row| {
            let error = row.result.as_ref().err();
            CheckedAccountJson {
                id: &row.account.id,
                username: row.account.username.raw(),
                alias: row.account.alias.as_ref().map(ToString::to_string),
                store: &row.account.store,
                entry: error.map_or(EntryState::Well, |(state, _)| *state),
                milliseconds: row.milliseconds,
                error: error.map(|(_, failure)| answers::ErrorJson::from(failure)),
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
