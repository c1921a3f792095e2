//! The report of `store move`.

use super::recorded::{AccountNames, store_title};
use crate::account::{StoreKind, Word};
use crate::failure::{Failure, typed};
use crate::output::{Column, Table, json};

document! {
    pub(crate) struct StoreMove {
        pub(super) schema: json::Version,
        /// The new store.
        pub(super) to: StoreKind,
        pub(super) accounts: Vec<MovedAccount>,
        pub(super) apps: Vec<MovedApp>,
        /// What happened to store in config.toml; environment if IGCONNECT_STORE chooses; null without --all.
        pub(super) configuration: Option<StoreSetting>,
        #[serde(skip)]
        pub(super) is_dry_run: bool,
    }

    pub(super) struct MovedAccount {
        #[serde(flatten)]
        pub(super) names: AccountNames,
        /// The old store.
        pub(super) from: StoreKind,
        pub(super) outcome: StoreMoveOutcome,
        pub(super) error: Option<Failure>,
    }

    pub(super) struct MovedApp {
        pub(super) name: String,
        /// The Instagram App ID.
        pub(super) id: String,
        /// The store that its App Secret was in; null if no store has it.
        pub(super) from: Option<StoreKind>,
        pub(super) outcome: StoreMoveOutcome,
        pub(super) error: Option<Failure>,
        /// Whether a store other than the target has a copy.
        #[serde(skip)]
        pub(super) has_old_copy: bool,
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum StoreMoveOutcome {
        Moved,
        AlreadyThere,
        /// Planned; after a run only with `--dry-run`.
        WouldMove,
        /// It is in the old store, or in both.
        Failed,
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum StoreSetting {
        Set,
        Unchanged,
        /// Planned; after a run only with `--dry-run`.
        WouldSet,
        /// Unchanged, because `IGCONNECT_STORE` chooses the store.
        Environment,
    }
}

impl StoreMove {
    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.apps.is_empty()
    }

    /// The report of a move that the person did not want.
    pub(super) fn without_plans(self) -> Self {
        Self {
            accounts: Vec::new(),
            apps: Vec::new(),
            configuration: None,
            ..self
        }
    }
}

impl StoreMoveOutcome {
    pub(super) fn planned(is_there: bool) -> Self {
        if is_there {
            Self::AlreadyThere
        } else {
            Self::WouldMove
        }
    }
}

impl MovedAccount {
    pub(super) fn is_waiting(&self) -> bool {
        self.outcome == StoreMoveOutcome::WouldMove
    }
}

impl MovedApp {
    pub(super) fn is_done(&self) -> bool {
        self.outcome == StoreMoveOutcome::AlreadyThere && !self.has_old_copy
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.outcome = StoreMoveOutcome::Failed;
        self.error = Some(failure);
    }
}

impl StoreMove {
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new([
            Column::new("what").optional(2),
            Column::new("name").cut(),
            Column::new("from").optional(1),
            Column::new("to").optional(1),
            Column::new("result"),
        ]);
        let to = store_title(&self.to);
        let mut row = |what: &str, name: &str, from: Option<&StoreKind>, result: String| {
            let from = from.map_or_else(|| "-".to_owned(), store_title);
            // The words of the JSON document, for people.
            let result = result.replace('_', " ");
            table.row([what.to_owned(), name.to_owned(), from, to.clone(), result]);
        };
        for moved in &self.accounts {
            let result = Word(moved.outcome).to_string();
            row("account", &moved.names.title, Some(&moved.from), result);
        }
        for moved in &self.apps {
            let name = format!("{} ({})", typed(&moved.name), moved.id);
            let result = Word(moved.outcome).to_string();
            row("app", &name, moved.from.as_ref(), result);
        }
        if let Some(setting) = self.configuration {
            let result = Word(setting).to_string();
            row("config", "store in config.toml", None, result);
        }
        table
    }

    pub(super) fn afterword(&self) -> Option<String> {
        (self.configuration == Some(StoreSetting::Environment))
            .then(|| "config.toml was not changed: IGCONNECT_STORE chooses the store.".to_owned())
    }
}
