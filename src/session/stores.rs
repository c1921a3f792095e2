//! The stores of a run. Each is opened once, when it is first needed.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use super::openbao_access::openbao_access;
use super::sealed_key::sealed_key_sources;
use crate::account::StoreKind;
use crate::failure::{Failure, Kind};
use crate::output::Console;
use crate::settings::{Settings, environment};
use crate::store::{Store, StoreError};

pub(crate) struct Stores {
    pub(super) settings: Rc<Settings>,
    pub(super) console: Rc<Console>,
    /// One per kind for the whole run, so that a store that does not answer is waited for once, not for each account.
    pub(super) opened: RefCell<Vec<Rc<Store>>>,
}

document! {
    /// Who chose the store for new secrets.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum ChosenBy {
        /// `IGCONNECT_STORE`.
        Environment,
        /// `store` in `config.toml`.
        Configuration,
        Default,
    }
}

/// A store that may contain something of this world.
pub(crate) struct StoreInUse {
    pub(crate) kind: StoreKind,
    pub(crate) store: Result<Rc<Store>, Failure>,
    /// Whether a missing store is a failure: it was chosen, accounts are in it, or the tokens are real.
    pub(crate) is_needed: bool,
}

impl Stores {
    /// Opens the store of this kind in this world. Nothing is contacted yet.
    pub(crate) fn open(&self, kind: &StoreKind) -> Result<Rc<Store>, Failure> {
        let is_it = |store: &&Rc<Store>| store.kind() == kind;
        let opened = self.opened.borrow().iter().find(is_it).cloned();
        if let Some(store) = opened {
            return Ok(store);
        }
        let store = Rc::new(self.open_separately(kind, self.console.can_ask())?);
        self.opened.borrow_mut().push(Rc::clone(&store));
        Ok(store)
    }

    /// Like [`Self::open`], for one use. `attended` means that the store may ask a person, which takes longer.
    pub(crate) fn open_separately(
        &self,
        kind: &StoreKind,
        attended: bool,
    ) -> Result<Store, Failure> {
        let service = self.settings.world.service();
        let paths = &self.settings.paths;
        Ok(match kind {
            StoreKind::Keyring => Store::keyring(service, attended),
            StoreKind::Sealed => {
                let keys = sealed_key_sources(&self.settings, &self.console)?;
                Store::sealed(paths.sealed()?, keys, service, attended)
            }
            StoreKind::Command(helper) => Store::credential_helper(helper, &service, attended),
            StoreKind::OpenBao => Store::openbao(openbao_access(&self.settings)?, attended),
            StoreKind::File if self.settings.world.is_real() => {
                let hint = "Use the keyring or the sealed file; the plain file is for the sandbox";
                let message = "real tokens are not stored in a plain file";
                return Err(Failure::new(Kind::Usage, message).hint(hint));
            }
            StoreKind::File => Store::file(&paths.secrets()?),
            StoreKind::Unknown(_) => return Err(StoreError::Unknown.into()),
        })
    }

    /// Opens the store for new secrets and checks it. Without a keyring, secrets of the sandbox or a test server go to a
    /// private file; real ones never do.
    pub(crate) fn open_for_new(&self) -> Result<Rc<Store>, Failure> {
        let chosen = self.chosen()?;
        let store = self.open(chosen.as_ref().unwrap_or(&StoreKind::Keyring))?;
        match store.check() {
            Ok(()) => Ok(store),
            Err(StoreError::Absent) if chosen.is_none() && !self.settings.world.is_real() => {
                let store = self.open(&StoreKind::File)?;
                store.check()?;
                self.console.say(
                    "No keyring found: secrets of this test world go to a private file, in plain text.",
                );
                Ok(store)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Opens every store that may contain accounts of this world: the chosen one, or all that are used by default.
    pub(crate) fn open_possible(&self) -> Result<Vec<Rc<Store>>, Failure> {
        let kinds = match self.chosen()? {
            Some(kind) => vec![kind],
            None => {
                let mut kinds = vec![StoreKind::Keyring];
                if self.settings.paths.sealed()?.exists() {
                    kinds.push(StoreKind::Sealed);
                }
                if !self.settings.world.is_real() {
                    kinds.push(StoreKind::File);
                }
                kinds
            }
        };
        kinds.iter().map(|kind| self.open(kind)).collect()
    }

    /// Opens every store that may contain something of this world: the chosen one first, then the `recorded` ones, which
    /// accounts are in, then those with a file.
    pub(crate) fn open_in_use(
        &self,
        recorded: impl IntoIterator<Item = StoreKind>,
    ) -> Result<Vec<StoreInUse>, Failure> {
        let (is_real, paths) = (self.settings.world.is_real(), &self.settings.paths);
        // A default store of a test world may be missing: then there is a private file.
        let is_expected = is_real || self.chosen_by()? != ChosenBy::Default;
        let exists = |path: Result<PathBuf, _>| path.is_ok_and(|path| path.exists());
        let mut kinds = vec![(self.chosen()?.unwrap_or(StoreKind::Keyring), is_expected)];
        kinds.extend(recorded.into_iter().map(|kind| (kind, true)));
        if exists(paths.sealed()) {
            kinds.push((StoreKind::Sealed, is_expected));
        }
        if !is_real && exists(paths.secrets()) {
            kinds.push((StoreKind::File, is_expected));
        }
        let mut all: Vec<StoreInUse> = Vec::new();
        for (kind, is_needed) in kinds {
            match all.iter_mut().find(|known| known.kind == kind) {
                Some(known) => known.is_needed |= is_needed,
                None => all.push(StoreInUse {
                    store: self.open(&kind),
                    kind,
                    is_needed,
                }),
            }
        }
        Ok(all)
    }

    /// Whether the file of this store was never written, so that a store check would create it.
    pub(crate) fn is_uncreated(&self, kind: &StoreKind) -> bool {
        let path = match kind {
            StoreKind::File => self.settings.paths.secrets(),
            StoreKind::Sealed => self.settings.paths.sealed(),
            _ => return false,
        };
        let found = path.ok().and_then(|path| path.metadata().ok());
        // A login that found no key leaves an empty file. The plain file's path is a folder, which is never "empty".
        found.is_none_or(|found| found.is_file() && found.len() == 0)
    }

    pub(crate) fn chosen_by(&self) -> Result<ChosenBy, Failure> {
        Ok(match environment::text("IGCONNECT_STORE")? {
            Some(_) => ChosenBy::Environment,
            None if self.settings.config()?.store.is_some() => ChosenBy::Configuration,
            None => ChosenBy::Default,
        })
    }

    /// Returns the kind that was chosen by the environment, else by the configuration.
    pub(crate) fn chosen(&self) -> Result<Option<StoreKind>, Failure> {
        self.chosen_in(|| Ok(self.settings.config()?.store))
    }

    /// Like [`Self::chosen`], with another way to read the configuration.
    pub(crate) fn chosen_in(
        &self,
        config: impl FnOnce() -> Result<Option<String>, Failure>,
    ) -> Result<Option<StoreKind>, Failure> {
        let (name, value) = match environment::text("IGCONNECT_STORE")? {
            Some(value) => ("IGCONNECT_STORE", Some(value)),
            None => ("store in the configuration", config()?),
        };
        let chosen = value.map(|value| value.parse()).transpose();
        chosen.map_err(|_| {
            let hint = format!("Choose one of: {}", StoreKind::CHOICES);
            Failure::new(Kind::Usage, format!("{name} is not a known store")).hint(hint)
        })
    }
}
