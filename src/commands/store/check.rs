//! `store check`: a round trip through each store, then each account's entry beside what the cache knows of it.
//!
//! Invariant: nothing is changed but a dummy, which is deleted again.

use std::io::{self, Write};
use std::rc::Rc;

use serde::Serialize;

use super::super::Context;
use super::place;
use crate::account::{Account, Foreign, store_name};
use crate::cache::Cache;
use crate::failure::{Failure, Kind};
use crate::flows::FlowError;
use crate::output::{Page, Report, Table, json};
use crate::vault::{StoreError, Vault};

/// Whoever changes an account meanwhile changes row and entry one after the other; so often both are read again.
const LOOKS: usize = 3;

/// How stores and entries are.
pub struct Checked {
    stores: Vec<StoreRow>,
    accounts: Vec<AccountRow>,
}

struct StoreRow {
    word: String,
    place: String,
    milliseconds: u128,
    found: Result<Found, Failure>,
}

/// What a round trip through a store found.
enum Found {
    Works,
    /// There is nothing of it yet, and it was not made for this.
    Unmade,
    /// There is no such store, and nobody expects one.
    Absent,
}

struct AccountRow {
    account: Account,
    milliseconds: u128,
    found: Result<(), (&'static str, Failure)>,
}

/// Tries the stores, then looks at the entries.
pub(super) fn run(name: Option<&str>, all: bool, context: &Context) -> Result<Checked, Failure> {
    let cache = context.cache_to_read()?;
    let known = cache.as_ref().map_or(Ok(Vec::new()), Cache::all)?;
    let accounts = match (all, context.asked_account(name)?) {
        (true, _) => known.clone(),
        (false, None) if known.is_empty() => Vec::new(),
        (false, _) => vec![context.account(cache.as_ref(), name)?],
    };
    let mut words: Vec<String> = known.iter().map(|account| account.store.clone()).collect();
    for (cache, account) in cache
        .iter()
        .flat_map(|cache| known.iter().map(move |one| (cache, one)))
    {
        words.extend(cache.other_store(&account.id)?);
    }
    let is_chosen = context.store_is_chosen_by()? != "default";
    let stores = context.stores_in_use(words)?.into_iter();
    let stores = stores.map(|(word, vault)| {
        let is_needed = context.settings.world.is_real()
            || is_chosen
            || known.iter().any(|account| account.store == word);
        tried(context, word, vault, is_needed)
    });
    let stores = stores.collect();
    let looked = |account| looked_at(context, cache.as_ref(), account);
    Ok(Checked {
        stores,
        accounts: accounts.into_iter().map(looked).collect(),
    })
}

fn timed<T>(context: &Context, work: impl FnOnce() -> T) -> (u128, T) {
    let clock = &context.settings.clock;
    let before = clock.elapsed();
    let done = work();
    (clock.elapsed().saturating_sub(before).as_millis(), done)
}

fn tried(
    context: &Context,
    word: String,
    vault: Result<Rc<Vault>, Failure>,
    is_needed: bool,
) -> StoreRow {
    let place = vault
        .as_ref()
        .ok()
        .and_then(|vault| place::of(context, vault.kind()).ok());
    let (milliseconds, found) = timed(context, || {
        let vault = vault?;
        if context.is_unmade(vault.kind()) {
            return Ok(Found::Unmade);
        }
        match vault.probe() {
            Ok(()) => Ok(Found::Works),
            Err(StoreError::Absent) if !is_needed => Ok(Found::Absent),
            Err(error) => Err(Failure::from(error)),
        }
    });
    let title = Foreign::new(word.as_str()).to_string();
    StoreRow {
        place: place.map_or_else(|| "unknown".to_owned(), |place| place.words),
        milliseconds,
        found: found.map_err(|failure| failure.about(&title)),
        word,
    }
}

fn looked_at(context: &Context, cache: Option<&Cache>, account: Account) -> AccountRow {
    let mut account = account;
    let (milliseconds, found) = timed(context, || {
        for _ in 1..LOOKS {
            let found = compared(context, &account);
            let again = cache.and_then(|cache| cache.account(&account.id).ok().flatten());
            match again {
                Some(again) if found.is_err() && again != account => account = again,
                _ => return found,
            }
        }
        compared(context, &account)
    });
    let title = account.title();
    AccountRow {
        account,
        milliseconds,
        found: found.map_err(|(word, failure)| (word, failure.about(&title))),
    }
}

/// The entry of the account beside its row: one word for what is wrong, and what to say of it.
fn compared(context: &Context, account: &Account) -> Result<(), (&'static str, Failure)> {
    let unknown = |failure| ("unknown", failure);
    let vault = context.vault_of(account).map_err(unknown)?;
    let newest = vault.newest(&account.id);
    let Some((_, entry)) = newest.map_err(|error| unknown(error.into()))? else {
        let rests = vault.holds_anything(&account.id);
        return Err(match rests.map_err(|error| unknown(error.into()))? {
            false => ("gone", FlowError::SecretGone(account.store.clone()).into()),
            true => ("damaged", damaged(&account.store)),
        });
    };
    if let Some(operation) = account.interrupted {
        return Err(("changing", Failure::of_interrupted(operation)));
    }
    let same_text = account
        .fingerprint
        .as_ref()
        .is_none_or(|known| *known == entry.fingerprint());
    match same_text && account.generation == entry.generation {
        true => Ok(()),
        false => Err(("other", other(&account.store))),
    }
}

fn damaged(store: &str) -> Failure {
    let message = format!("what {} has of it is no whole token", store_name(store));
    Failure::new(Kind::Login, message).hint("Connect again: igconnect login")
}

fn other(store: &str) -> Failure {
    let message = format!(
        "{} has another token of it than the one that is known here",
        store_name(store)
    );
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

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    stores: Vec<StoreJson<'a>>,
    accounts: Vec<AccountJson<'a>>,
}

#[derive(Serialize)]
struct StoreJson<'a> {
    store: &'a str,
    place: &'a str,
    round_trip: &'static str,
    milliseconds: u128,
    error: Option<json::ErrorJson>,
}

#[derive(Serialize)]
struct AccountJson<'a> {
    id: &'a str,
    username: &'a str,
    alias: Option<String>,
    store: &'a str,
    entry: &'static str,
    milliseconds: u128,
    error: Option<json::ErrorJson>,
}

impl StoreRow {
    /// In one word, and in a sentence.
    fn result(&self) -> (&'static str, &'static str) {
        match self.found {
            Ok(Found::Works) => ("well", "keeps, returns and deletes a dummy"),
            Ok(Found::Unmade) => ("unmade", "not made yet; the first login makes it"),
            Ok(Found::Absent) => ("absent", "there is none here"),
            Err(_) => ("failed", "failed"),
        }
    }
}

impl Report for Checked {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(["what", "name", "store", "result", "took"]);
        let took = |milliseconds: u128| format!("{milliseconds} ms");
        for row in &self.stores {
            let word = Foreign::new(row.word.as_str()).to_string();
            let result = row.result().1.to_owned();
            let cells = ["store".to_owned(), row.place.clone(), word, result];
            table.row(cells.into_iter().chain([took(row.milliseconds)]));
        }
        for row in &self.accounts {
            let result = match &row.found {
                Ok(()) => "there, whole, and the one that is known here".to_owned(),
                Err((word, _)) => (*word).to_owned(),
            };
            let word = Foreign::new(row.account.store.as_str()).to_string();
            let cells = ["account".to_owned(), row.account.title(), word, result];
            table.row(cells.into_iter().chain([took(row.milliseconds)]));
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let stores = self.stores.iter().map(|row| StoreJson {
            store: &row.word,
            place: &row.place,
            round_trip: row.result().0,
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
                entry: found.err().map_or("well", |(word, _)| word),
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
