//! The report of `store check`.

use super::recorded::{AccountNames, store_title};
use crate::account::{StoreKind, Word};
use crate::failure::Failure;
use crate::output::{Column, Table, json};

document! {
    pub(crate) struct StoreCheck {
        pub(super) schema: json::Version,
        pub(super) stores: Vec<CheckedStore>,
        pub(super) accounts: Vec<CheckedEntry>,
    }

    pub(super) struct CheckedStore {
        pub(super) store: StoreKind,
        /// Where it is, for people.
        pub(super) place: String,
        /// unmade: not created yet, and not created for the check.
        pub(super) round_trip: RoundTrip,
        pub(super) milliseconds: u128,
        pub(super) error: Option<Failure>,
    }

    pub(super) struct CheckedEntry {
        #[serde(flatten)]
        pub(super) names: AccountNames,
        pub(super) store: StoreKind,
        /// changing: a change was interrupted; other: not the token that the cache knows.
        pub(super) entry: EntryState,
        pub(super) milliseconds: u128,
        pub(super) error: Option<Failure>,
    }

    #[serde(rename_all = "snake_case")]
    pub(super) enum RoundTrip {
        Well,
        /// Not created yet, and not created for the check.
        Unmade,
        /// Not on this machine, and not needed.
        Absent,
        Failed,
    }

    #[serde(rename_all = "snake_case")]
    pub(super) enum EntryState {
        Well,
        Gone,
        Damaged,
        /// A change was interrupted.
        Changing,
        /// Not the token that the cache knows.
        Other,
        /// The store cannot be read.
        Unknown,
    }
}

impl StoreCheck {
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new([
            Column::new("what").optional(2),
            Column::new("name").cut(),
            Column::new("store"),
            Column::new("result"),
            Column::number("took").optional(1),
        ]);
        let mut row = |what: &str, name: &str, kind, result: String, milliseconds: u128| {
            let took = format!("{milliseconds} ms");
            let (what, name) = (what.to_owned(), name.to_owned());
            table.row([what, name, store_title(kind), result, took]);
        };
        for checked in &self.stores {
            let result = match checked.round_trip {
                RoundTrip::Well => "writes, reads and deletes",
                RoundTrip::Unmade => "not created yet; the first login does it",
                RoundTrip::Absent => "not on this machine",
                RoundTrip::Failed => "failed",
            };
            let (store, took) = (&checked.store, checked.milliseconds);
            row("store", &checked.place, store, result.to_owned(), took);
        }
        for checked in &self.accounts {
            let result = match &checked.entry {
                EntryState::Well => "intact, matches the cache".to_owned(),
                state => Word(state).to_string(),
            };
            let (store, took) = (&checked.store, checked.milliseconds);
            row("account", &checked.names.title, store, result, took);
        }
        table
    }
}
