//! The report of `store show`.

use super::recorded::{AccountNames, store_title};
use crate::account::{StoreKind, Untrusted, Word};
use crate::failure::Failure;
use crate::output::{Column, Table, json, words};
use crate::session::ChosenBy;
use crate::store::{Contents, KeySource};

document! {
    pub(crate) struct StoreShow {
        pub(super) schema: json::Version,
        pub(super) chosen: ChosenStore,
        pub(super) stores: Vec<ShownStore>,
        pub(super) accounts: Vec<ShownAccount>,
        pub(super) apps: Vec<ShownApp>,
        /// Entries that nothing here refers to.
        pub(super) leftovers: Vec<Leftover>,
    }

    pub(super) struct ChosenStore {
        /// The store for new secrets.
        pub(super) store: StoreKind,
        /// Who chose it.
        pub(super) by: ChosenBy,
    }

    pub(super) struct ShownStore {
        pub(super) store: StoreKind,
        /// Where it is, for people.
        pub(super) place: String,
        /// Where the key of the sealed file comes from; null for other stores.
        pub(super) key_source: Option<KeySource>,
        /// The number of accounts in it; null if it cannot be read.
        pub(super) accounts: Option<usize>,
        /// The number of App Secrets in it; null if it cannot be read.
        pub(super) app_secrets: Option<usize>,
        pub(super) error: Option<Failure>,
        /// `None` without an error if the store does not exist and is not needed.
        #[serde(skip)]
        pub(super) contents: Option<Contents>,
    }

    pub(super) struct ShownAccount {
        #[serde(flatten)]
        pub(super) names: AccountNames,
        pub(super) store: StoreKind,
        /// unknown if the store cannot be read.
        pub(super) entry: EntryPresence,
        /// A store that a move or a login has yet to empty.
        pub(super) other_store: Option<StoreKind>,
    }

    pub(super) struct ShownApp {
        pub(super) name: String,
        /// The Instagram App ID.
        pub(super) id: String,
        /// The store with its App Secret; null if no store has it.
        pub(super) store: Option<StoreKind>,
    }

    pub(super) struct Leftover {
        pub(super) store: StoreKind,
        /// account: not in this store; slot: a second entry; copy: left by a move or a login; trial: left by a store check.
        pub(super) kind: LeftoverKind,
        /// The id of the account or app, or the name of the entry.
        pub(super) name: String,
    }

    #[derive(Clone, Copy)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum EntryPresence {
        There,
        Gone,
        /// The store cannot be read.
        Unknown,
    }

    #[derive(Clone, Copy)]
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

impl LeftoverKind {
    fn description(self) -> &'static str {
        match self {
            Self::Slot => "second entry, deleted by the next refresh",
            Self::Copy => "copy left by a move or login, deleted by the next refresh",
            Self::AppSecret => "App Secret that no app here uses",
            Self::Trial => "test entry left by a killed check, deleted by store check",
            Self::Unknown => "entry unknown to this igconnect",
            Self::Account => "entry that no account here uses",
        }
    }
}

impl StoreShow {
    pub(super) fn table(&self) -> Table {
        let text = |text: &str| Untrusted::new(text).to_string();
        let mut table = Table::new([
            Column::new("what").optional(1),
            Column::new("name").cut(),
            Column::new("store"),
            Column::new("found").wrapped(),
        ]);
        let mut row = |what: &str, name: String, store: Option<&StoreKind>, found: String| {
            let store = store.map_or_else(|| "-".to_owned(), store_title);
            table.row([what.to_owned(), name, store, found]);
        };
        let by = match self.chosen.by {
            ChosenBy::Environment => "by IGCONNECT_STORE",
            ChosenBy::Configuration => "by store in config.toml",
            ChosenBy::Default => "by default",
        };
        let chosen = Some(&self.chosen.store);
        row("chosen", by.to_owned(), chosen, String::new());
        for shown in &self.stores {
            let found = match (&shown.contents, &shown.error) {
                (Some(contents), _) => {
                    let accounts = words::counted(contents.accounts.len(), "account");
                    let app_secrets = words::counted(contents.apps.len(), "App Secret");
                    format!("{accounts}, {app_secrets}")
                }
                (None, Some(_)) => "cannot be read now".to_owned(),
                (None, None) => "not on this machine".to_owned(),
            };
            row("store", shown.place.clone(), Some(&shown.store), found);
        }
        for shown in &self.accounts {
            let mut found = Word(shown.entry).to_string();
            if let Some(other) = &shown.other_store {
                found += &format!("; {} has yet to be emptied", store_title(other));
            }
            let title = shown.names.title.clone();
            row("account", title, Some(&shown.store), found);
        }
        for shown in &self.apps {
            let name = format!("{} ({})", text(&shown.name), shown.id);
            let found = match &shown.store {
                None => "not found",
                store if store.as_ref() == chosen => "there",
                Some(_) => "there, but not in the chosen store",
            };
            row("app", name, shown.store.as_ref(), found.to_owned());
        }
        for Leftover { store, kind, name } in &self.leftovers {
            let found = kind.description().to_owned();
            row("leftover", text(name), Some(store), found);
        }
        table
    }
}
