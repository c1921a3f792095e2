//! The stores of a run: which one was chosen, and each made once, when it is first asked for.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use super::Session;
use crate::account::{Account, AppSecret, StoreKind};
use crate::failure::{Failure, Kind};
use crate::settings::{App, environment};
use crate::store::{Store, StoreError};

/// The stores made so far: one of each kind for the whole run, so that a silent one is waited for once and not again
/// for each account.
#[derive(Default)]
pub(crate) struct Stores(RefCell<Vec<Rc<Store>>>);

document! {
    /// Who chose the store for new secrets.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum ChosenBy {
        /// `IGCONNECT_STORE`.
        Environment,
        /// `store` in `config.toml`.
        Configuration,
        /// Nobody.
        Default,
    }
}

/// A kind of store, and the store if it can be opened here.
pub(crate) type Named = (StoreKind, Result<Rc<Store>, Failure>);

impl Stores {
    fn known(&self, kind: &StoreKind) -> Option<Rc<Store>> {
        let made = self.0.borrow();
        made.iter().find(|store| store.kind() == kind).cloned()
    }

    fn keep(&self, store: Store) -> Rc<Store> {
        let store = Rc::new(store);
        self.0.borrow_mut().push(Rc::clone(&store));
        store
    }
}

impl Session {
    /// The store of this kind in this world. Nothing is contacted yet.
    pub(crate) fn store(&self, kind: &StoreKind) -> Result<Rc<Store>, Failure> {
        match self.stores.known(kind) {
            Some(store) => Ok(store),
            None => Ok(self
                .stores
                .keep(self.new_vault(kind, self.console.can_ask())?)),
        }
    }

    /// A store of this kind for one question alone. `attended` says that a person may be asked by the store itself,
    /// for whom it is waited longer.
    pub(crate) fn new_vault(&self, kind: &StoreKind, attended: bool) -> Result<Store, Failure> {
        match kind {
            StoreKind::Keyring => Ok(Store::keyring(self.settings.world.service(), attended)),
            StoreKind::Sealed => Ok(Store::sealed(
                self.settings.paths.sealed()?,
                self.seal_keys()?,
                self.settings.world.service(),
                attended,
            )),
            StoreKind::Command(helper) => {
                let service = self.settings.world.service();
                Ok(Store::credential_helper(helper, &service, attended))
            }
            StoreKind::OpenBao => Ok(Store::openbao(self.openbao_access()?, attended)),
            StoreKind::File if self.settings.world.is_real() => Err(Failure::new(
                Kind::Usage,
                "a plain file keeps no real token",
            )
            .hint("Use the keyring or the sealed file; the plain file is for the sandbox alone")),
            StoreKind::File => Ok(Store::file(&self.settings.paths.secrets()?)),
            StoreKind::Unknown(_) => Err(StoreError::Unknown.into()),
        }
    }

    /// The store that this account's token is in.
    pub(crate) fn vault_of(&self, account: &Account) -> Result<Rc<Store>, Failure> {
        self.store(&account.store)
    }

    /// The store for new secrets, proved to work. Without any keyring a stand-in's secrets go to a private file,
    /// and the person is told; real ones never do.
    pub(crate) fn vault_for_new(&self) -> Result<Rc<Store>, Failure> {
        let chosen = self.chosen_store()?;
        let store = self.store(chosen.as_ref().unwrap_or(&StoreKind::Keyring))?;
        match store.check() {
            Ok(()) => Ok(store),
            Err(StoreError::Absent) if chosen.is_none() && !self.settings.world.is_real() => {
                let store = self.store(&StoreKind::File)?;
                store.check()?;
                self.console.say(
                    "No keyring here: secrets of this stand-in go to a private file, in plain text.",
                );
                Ok(store)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Every store that this world's secrets may be in: the chosen one, or all that are used without being chosen.
    pub(crate) fn possible_stores(&self) -> Result<Vec<Rc<Store>>, Failure> {
        let kinds = match self.chosen_store()? {
            Some(kind) => vec![kind],
            None => {
                let is_sealed = self.settings.paths.sealed()?.exists();
                let mut kinds = vec![StoreKind::Keyring];
                kinds.extend(is_sealed.then_some(StoreKind::Sealed));
                kinds.extend((!self.settings.world.is_real()).then_some(StoreKind::File));
                kinds
            }
        };
        kinds.iter().map(|kind| self.store(kind)).collect()
    }

    /// Every store that something of this world may be in, each once: the chosen one first, then those of `kinds`,
    /// then those that are used without being chosen. One whose word means nothing here is a failure of its own.
    pub(crate) fn stores_in_use(
        &self,
        kinds: impl IntoIterator<Item = StoreKind>,
    ) -> Result<Vec<Named>, Failure> {
        let chosen = self.chosen_store()?.unwrap_or(StoreKind::Keyring);
        let is_there = |path: &Result<PathBuf, _>| path.as_ref().is_ok_and(|path| path.exists());
        let paths = &self.settings.paths;
        let sealed = is_there(&paths.sealed()).then_some(StoreKind::Sealed);
        let has_file = !self.settings.world.is_real() && is_there(&paths.secrets());
        let file = has_file.then_some(StoreKind::File);
        let made = sealed.into_iter().chain(file);
        let mut all: Vec<StoreKind> = Vec::new();
        for kind in std::iter::once(chosen).chain(kinds).chain(made) {
            if !all.contains(&kind) {
                all.push(kind);
            }
        }
        let named = all.into_iter().map(|kind| {
            let store = self.store(&kind);
            (kind, store)
        });
        Ok(named.collect())
    }

    /// Whether there is nothing of this store yet, so that to try it would be to make it. An empty file is what a login
    /// leaves that found no key to seal with.
    pub(crate) fn is_unmade(&self, kind: &StoreKind) -> bool {
        let path = match kind {
            StoreKind::File => self.settings.paths.secrets(),
            StoreKind::Sealed => self.settings.paths.sealed(),
            _ => return false,
        };
        let found = path.ok().and_then(|path| path.metadata().ok());
        found.is_none_or(|found| found.is_file() && found.len() == 0)
    }

    pub(crate) fn store_is_chosen_by(&self) -> Result<ChosenBy, Failure> {
        Ok(match environment::text("IGCONNECT_STORE")? {
            Some(_) => ChosenBy::Environment,
            None if self.settings.config()?.store.is_some() => ChosenBy::Configuration,
            None => ChosenBy::Default,
        })
    }

    pub(crate) fn chosen_store(&self) -> Result<Option<StoreKind>, Failure> {
        self.chosen_store_in(|| Ok(self.settings.config()?.store))
    }

    /// The store that was chosen in the environment or, for want of that, in a configuration.
    pub(crate) fn chosen_store_in(
        &self,
        config: impl FnOnce() -> Result<Option<String>, Failure>,
    ) -> Result<Option<StoreKind>, Failure> {
        let (name, value) = match environment::text("IGCONNECT_STORE")? {
            Some(value) => ("IGCONNECT_STORE", Some(value)),
            None => ("store in the configuration", config()?),
        };
        value.map_or(Ok(None), |value| {
            value.parse().map(Some).map_err(|_| {
                Failure::new(
                    Kind::Usage,
                    format!("{name} names no store that igconnect has"),
                )
                .hint(format!("This version has: {}", StoreKind::CHOICES))
            })
        })
    }

    /// The App Secret of `app`, from whichever store an earlier command left it in.
    pub(crate) fn kept_app_secret(&self, app: &App) -> Result<AppSecret, Failure> {
        let chosen = self.chosen_store()?;
        let store = self.store(chosen.as_ref().unwrap_or(&StoreKind::Keyring))?;
        match self.apps.secret(app, &store) {
            Err(failure)
                if failure.kind == Kind::Store
                    && chosen.is_none()
                    && !self.settings.world.is_real() =>
            {
                self.apps.secret(app, &*self.store(&StoreKind::File)?)
            }
            done => done,
        }
    }
}
