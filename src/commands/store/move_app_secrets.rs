//! Moves the App Secrets: copies them, switches the configuration, then deletes the old copies. They are read from the
//! chosen store, so they move only together with the choice.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::account::{Account, StoreKind};
use crate::failure::{Failure, Kind, typed};
use crate::flows::MoveOutcome;
use crate::session::Session;
use crate::settings::{App, Config, SettingsError};
use crate::store::{Store, StoreError};

pub(super) struct MovedApp {
    pub(super) app: App,
    /// The store that its App Secret was in.
    pub(super) from: Option<StoreKind>,
    pub(super) result: Result<MoveOutcome, Failure>,
    /// Whether a store other than the target has a copy.
    has_old_copy: bool,
}

impl MovedApp {
    pub(super) fn is_done(&self) -> bool {
        matches!(self.result, Ok(MoveOutcome::AlreadyThere)) && !self.has_old_copy
    }
}

/// The App Secrets on their way to a store.
pub(super) struct AppSecretMove<'s> {
    to: &'s Store,
    /// Every store that may have App Secrets, the chosen one first.
    stores: Vec<Rc<Store>>,
}

impl<'s> AppSecretMove<'s> {
    /// Moves nothing.
    pub(super) fn none(to: &'s Store) -> Self {
        let stores = Vec::new();
        Self { to, stores }
    }

    pub(super) fn open_stores<'a>(
        &mut self,
        session: &Session,
        accounts: impl Iterator<Item = &'a Account>,
    ) -> Result<(), Failure> {
        let kinds = accounts.map(|account| account.store.clone());
        let used = session
            .stores
            .open_in_use(kinds.chain([StoreKind::Keyring]))?;
        self.stores = used
            .into_iter()
            .filter_map(|used| used.store.ok())
            .collect();
        Ok(())
    }

    /// Finds the App Secret of each app: in the chosen store, else in the target, else in any other. Reads names only.
    pub(super) fn plan(&self, session: &Session) -> Result<Vec<MovedApp>, Failure> {
        let target = self.to.kind();
        let mut found: Vec<(&StoreKind, BTreeSet<String>)> = Vec::new();
        let mut unreadable = None;
        for (place, store) in self.stores.iter().enumerate() {
            match store.list_contents() {
                Ok(contents) => found.push((store.kind(), contents.apps)),
                Err(StoreError::Absent) => {}
                // The copy in the chosen store is the one that counts; all others are optional.
                Err(error) if place == 0 => unreadable = Some(Failure::from(error)),
                Err(_) => {}
            }
        }
        if let Some(rest) = found.get_mut(1..) {
            rest.sort_by_key(|(kind, _)| *kind != target);
        }
        let apps = session.settings.config()?.apps()?.into_iter();
        let planned = apps.map(|app| {
            let has_secret =
                |(_, apps): &&(&StoreKind, BTreeSet<String>)| apps.contains(app.id.as_str());
            let mut holders = found.iter().filter(has_secret).map(|(kind, _)| *kind);
            let has_old_copy = holders.clone().any(|kind| kind != target);
            let from = holders.next();
            let result = match (&unreadable, from) {
                (Some(failure), _) => Err(failure.clone().about(&title(&app))),
                (None, None) => Err(missing(&app)),
                (None, Some(kind)) if kind == target => Ok(MoveOutcome::AlreadyThere),
                (None, Some(_)) => Ok(MoveOutcome::Moved),
            };
            MovedApp {
                from: from.cloned(),
                result,
                has_old_copy,
                app,
            }
        });
        Ok(planned.collect())
    }

    /// Copies the App Secrets, sets the store in the configuration if `sets_store`, and deletes the old copies. If one
    /// cannot be copied, all stay, because the configuration names one store for all of them.
    pub(super) fn move_all(
        &self,
        session: &Session,
        rows: &mut [MovedApp],
        sets_store: bool,
    ) -> Result<(), Failure> {
        for row in &mut *rows {
            if let (Ok(MoveOutcome::Moved), Some(from)) = (&row.result, &row.from)
                && let Some(from) = self.stores.iter().find(|store| store.kind() == from)
                && let Err(failure) = copy(&row.app, from, self.to)
            {
                row.result = Err(failure);
            }
        }
        if rows.iter().any(|row| row.result.is_err()) {
            for row in rows {
                if let Ok(MoveOutcome::Moved) = row.result {
                    row.result = Err(held_back(&row.app));
                }
            }
            return Ok(());
        }
        if sets_store {
            let path = session.settings.paths.config_file()?;
            Config::write_store(&path, self.to.kind().as_str()).map_err(SettingsError::from)?;
        }
        for row in rows {
            for store in &self.stores {
                if store.kind() != self.to.kind()
                    && let Err(error) = delete_copy(row.app.id.as_str(), store, self.to)
                {
                    let failure = Failure::from(error).about(&title(&row.app));
                    let cause = format!("its copy in {} could not be deleted", store.kind());
                    row.result = Err(failure.cause(cause));
                }
            }
        }
        Ok(())
    }
}

fn copy(app: &App, from: &Store, to: &Store) -> Result<(), Failure> {
    let id = app.id.as_str();
    let about = |error: StoreError| Failure::from(error).about(&title(app));
    match from.load_app_secret(id).map_err(about)? {
        Some(secret) => to.write_app_secret(id, &secret).map_err(about),
        None => Err(missing(app)),
    }
}

/// Deletes the App Secret in `from` if it is the one in `to`. A different one stays.
fn delete_copy(id: &str, from: &Store, to: &Store) -> Result<(), StoreError> {
    let secret = match from.load_app_secret(id) {
        Err(StoreError::Absent) => return Ok(()),
        secret => secret?,
    };
    let Some(secret) = secret else { return Ok(()) };
    if !to.has_app_secret(id, &secret)? {
        return Ok(());
    }
    from.delete_app_secret(id)?;
    match from.load_app_secret(id)? {
        None => Ok(()),
        Some(_) => Err(StoreError::Mismatch),
    }
}

fn title(app: &App) -> String {
    format!("app {}", typed(&app.name))
}

fn missing(app: &App) -> Failure {
    let message = format!(
        "the App Secret of {} was not found in any store",
        title(app)
    );
    Failure::new(Kind::Login, message)
        .hint("Enter it again with igconnect app add, or remove the app with igconnect app remove")
}

fn held_back(app: &App) -> Failure {
    let message = format!("the App Secret of {} was not moved", title(app));
    Failure::new(Kind::Store, message).cause(
        "the configuration names one store for all App Secrets, and another one could not be moved",
    )
}
