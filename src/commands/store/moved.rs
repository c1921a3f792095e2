//! What `store move` did, as a table, plain lines or JSON.

use std::io::{self, Write};

use super::relocation::{Configuration, Moved};
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
        /// What became of store in config.toml; environment where IGCONNECT_STORE chooses; null without --all.
        configuration: Option<Configured>,
    }

    struct MovedAccountJson<'a> {
        id: &'a AccountId,
        username: &'a str,
        alias: Option<String>,
        /// The store that it was in.
        from: &'a StoreKind,
        outcome: Outcome,
        error: Option<answers::ErrorJson>,
    }

    struct MovedAppJson<'a> {
        name: &'a str,
        /// The Instagram App ID.
        id: &'a str,
        /// The store that its App Secret was in; null where none has it.
        from: Option<&'a StoreKind>,
        outcome: Outcome,
        error: Option<answers::ErrorJson>,
    }

    /// What became of an account or an app.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Outcome {
        /// It is in the new store, and no longer in the old one.
        Moved,
        /// It was in that store before.
        AlreadyThere,
        /// It would be moved without `--dry-run`.
        WouldMove,
        /// It is where it was, or in both.
        Failed,
    }

    /// What became of the configuration.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Configured {
        /// It names the store now.
        Set,
        /// It is as it was.
        Unchanged,
        /// It would name the store without `--dry-run`.
        WouldSet,
        /// The environment chooses the store.
        Environment,
    }
}

impl Moved {
    fn outcome(&self, is_new: Result<bool, &Failure>) -> Outcome {
        match (is_new, self.dry_run) {
            (Err(_), _) => Outcome::Failed,
            (Ok(false), _) => Outcome::AlreadyThere,
            (Ok(true), true) => Outcome::WouldMove,
            (Ok(true), false) => Outcome::Moved,
        }
    }

    fn configured(&self) -> Option<Configured> {
        let configured = match self.configuration? {
            Configuration::Set if self.dry_run => Configured::WouldSet,
            Configuration::Set if self.keeps_apps() => Configured::Unchanged,
            Configuration::Set => Configured::Set,
            Configuration::Unchanged => Configured::Unchanged,
            Configuration::Overruled => Configured::Environment,
        };
        Some(configured)
    }

    /// With an App Secret that cannot be moved all of them stay, and the configuration with them.
    fn keeps_apps(&self) -> bool {
        self.apps.iter().any(|row| row.outcome.is_err())
    }
}

/// The words of the contract, as people read them.
fn said(outcome: impl serde::Serialize) -> String {
    Word(outcome).to_string().replace('_', " ")
}

impl Render for Moved {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(["what", "name", "from", "to", "result"]);
        let to = Untrusted::new(self.to.as_str()).to_string();
        let mut row = |what: &str, name: String, from: &str, result: String| {
            let from = Untrusted::new(from).to_string();
            table.row([what.to_owned(), name, from, to.clone(), result]);
        };
        for one in &self.accounts {
            let outcome = one.outcome.as_ref().map(|done| *done == MoveOutcome::Moved);
            let result = said(self.outcome(outcome));
            row(
                "account",
                one.account.title(),
                one.account.store.as_str(),
                result,
            );
        }
        for one in &self.apps {
            let name = format!("{} ({})", typed(&one.app.name), one.app.id);
            let result = said(self.outcome(one.outcome.as_ref().copied()));
            row(
                "app",
                name,
                one.from.as_ref().map_or("-", StoreKind::as_str),
                result,
            );
        }
        if let Some(configured) = self.configured() {
            let result = said(configured);
            row("config", "store in config.toml".to_owned(), "-", result);
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let accounts = self.accounts.iter().map(|row| MovedAccountJson {
            id: &row.account.id,
            username: row.account.username.raw(),
            alias: row.account.alias.as_ref().map(ToString::to_string),
            from: &row.account.store,
            outcome: self.outcome(row.outcome.as_ref().map(|done| *done == MoveOutcome::Moved)),
            error: row.outcome.as_ref().err().map(answers::ErrorJson::from),
        });
        let apps = self.apps.iter().map(|row| MovedAppJson {
            name: &row.app.name,
            id: row.app.id.as_str(),
            from: row.from.as_ref(),
            outcome: self.outcome(row.outcome.as_ref().copied()),
            error: row.outcome.as_ref().err().map(answers::ErrorJson::from),
        });
        let document = StoreMoveJson {
            schema: json::SCHEMA,
            to: &self.to,
            accounts: accounts.collect(),
            apps: apps.collect(),
            configuration: self.configured(),
        };
        json::write(&document, out)
    }

    fn afterword(&self) -> Option<String> {
        let overruled = self.configuration == Some(Configuration::Overruled);
        overruled.then(|| {
            "IGCONNECT_STORE chooses the store, so config.toml was left as it is.".to_owned()
        })
    }

    fn is_data(&self) -> bool {
        self.dry_run
    }
}
