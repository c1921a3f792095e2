//! The report of `store move`, as a table and as JSON.

use std::io::{self, Write};

use super::move_accounts::{Report, StoreSetting};
use crate::account::{AccountId, StoreKind, Untrusted, Word};
use crate::answers;
use crate::failure::{Failure, typed};
use crate::flows::MoveOutcome;
use crate::output::{Page, Render, Table, json};

document! {
    pub(in crate::commands) struct StoreMoveJson<'a> {
        schema: json::Version,
        /// The new store.
        to: &'a StoreKind,
        accounts: Vec<MovedAccountJson<'a>>,
        apps: Vec<MovedAppJson<'a>>,
        /// What happened to store in config.toml; environment if IGCONNECT_STORE chooses; null without --all.
        configuration: Option<StoreSettingJson>,
    }

    struct MovedAccountJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<String>,
        /// The old store.
        from: &'a StoreKind,
        outcome: StoreMoveOutcome,
        error: Option<answers::ErrorJson>,
    }

    struct MovedAppJson<'a> {
        name: &'a str,
        /// The Instagram App ID.
        id: &'a str,
        /// The store that its App Secret was in; null if no store has it.
        from: Option<&'a StoreKind>,
        outcome: StoreMoveOutcome,
        error: Option<answers::ErrorJson>,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    enum StoreMoveOutcome {
        Moved,
        AlreadyThere,
        /// Without `--dry-run`.
        WouldMove,
        /// It is in the old store, or in both.
        Failed,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    enum StoreSettingJson {
        Set,
        Unchanged,
        /// Without `--dry-run`.
        WouldSet,
        /// The environment chooses the store.
        Environment,
    }
}

impl Report {
    fn outcome(&self, result: &Result<MoveOutcome, Failure>) -> StoreMoveOutcome {
        match result {
            Err(_) => StoreMoveOutcome::Failed,
            Ok(MoveOutcome::AlreadyThere) => StoreMoveOutcome::AlreadyThere,
            Ok(MoveOutcome::Moved) if self.dry_run => StoreMoveOutcome::WouldMove,
            Ok(MoveOutcome::Moved) => StoreMoveOutcome::Moved,
        }
    }

    fn setting(&self) -> Option<StoreSettingJson> {
        // If one App Secret cannot be moved, all stay, and so does the configuration.
        let apps_stay = self.apps.iter().any(|row| row.result.is_err());
        Some(match self.configuration? {
            StoreSetting::Set if self.dry_run => StoreSettingJson::WouldSet,
            StoreSetting::Set if apps_stay => StoreSettingJson::Unchanged,
            StoreSetting::Set => StoreSettingJson::Set,
            StoreSetting::Unchanged => StoreSettingJson::Unchanged,
            StoreSetting::Overruled => StoreSettingJson::Environment,
        })
    }
}

/// The words of the JSON document, for people.
fn printable(word: impl serde::Serialize) -> String {
    Word(word).to_string().replace('_', " ")
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(["what", "name", "from", "to", "result"]);
        let to = Untrusted::new(self.to.as_str()).to_string();
        let mut row = |what: &str, name: String, from: &str, result: String| {
            let from = Untrusted::new(from).to_string();
            table.row([what.to_owned(), name, from, to.clone(), result]);
        };
        for moved in &self.accounts {
            let result = printable(self.outcome(&moved.result));
            let account = &moved.account;
            row("account", account.title(), account.store.as_str(), result);
        }
        for moved in &self.apps {
            let name = format!("{} ({})", typed(&moved.app.name), moved.app.id);
            let from = moved.from.as_ref().map_or("-", StoreKind::as_str);
            row("app", name, from, printable(self.outcome(&moved.result)));
        }
        if let Some(setting) = self.setting() {
            let name = "store in config.toml".to_owned();
            row("config", name, "-", printable(setting));
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let accounts = self.accounts.iter().map(|row| MovedAccountJson {
            id: &row.account.id,
            username: row.account.username.raw(),
            alias: row.account.alias.as_ref().map(ToString::to_string),
            from: &row.account.store,
            outcome: self.outcome(&row.result),
            error: row.result.as_ref().err().map(answers::ErrorJson::from),
        });
        let apps = self.apps.iter().map(|row| MovedAppJson {
            name: &row.app.name,
            id: row.app.id.as_str(),
            from: row.from.as_ref(),
            outcome: self.outcome(&row.result),
            error: row.result.as_ref().err().map(answers::ErrorJson::from),
        });
        let document = StoreMoveJson {
            schema: json::SCHEMA,
            to: &self.to,
            accounts: accounts.collect(),
            apps: apps.collect(),
            configuration: self.setting(),
        };
        json::write(&document, out)
    }

    fn afterword(&self) -> Option<String> {
        let is_overruled = self.configuration == Some(StoreSetting::Overruled);
        is_overruled
            .then(|| "config.toml was not changed: IGCONNECT_STORE chooses the store.".to_owned())
    }

    fn is_data(&self) -> bool {
        self.dry_run
    }
}
