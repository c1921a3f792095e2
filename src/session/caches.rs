//! What commands that change something do first: a cache that is lost or damaged is made anew of what the store holds.

use super::Session;
use crate::cache::{Cache, CacheError};
use crate::failure::Failure;
use crate::flows;
use crate::store::{Store, StoreError};

impl Session {
    /// The cache to read; `None` where nothing was ever connected.
    pub(crate) fn cache_to_read(&self) -> Result<Option<Cache>, Failure> {
        Ok(Cache::open_to_read(&self.settings.paths.database()?)?)
    }

    /// The cache to write; one that is lost or damaged is made anew of what the store holds.
    pub(crate) fn cache_to_write(&self) -> Result<Cache, Failure> {
        match Cache::open_to_write(&self.settings.paths.database()?) {
            Ok(Some(cache)) => Ok(cache),
            Ok(None) | Err(CacheError::Damaged(_)) => self.rebuilt_cache(),
            Err(error) => Err(error.into()),
        }
    }

    /// The cache, looked through before it is relied on, and rebuilt where it is lost or damaged. `None` where neither
    /// it nor the store knows anybody.
    pub(crate) fn checked_cache(&self) -> Result<Option<Cache>, Failure> {
        match Cache::open_sound(&self.settings.paths.database()?) {
            Ok(Some(cache)) => Ok(Some(cache)),
            Ok(None) if !self.holds_tokens()? => Ok(None),
            Ok(None) | Err(CacheError::Damaged(_)) => self.rebuilt_cache().map(Some),
            Err(error) => Err(error.into()),
        }
    }

    /// As [`Self::checked_cache`], with the accounts that the store has and the cache had not. Without a cache and without
    /// a store of real tokens nobody can tell who all are.
    pub(crate) fn complete_cache(&self) -> Result<Option<Cache>, Failure> {
        let is_known = self.checked_cache()?.is_some();
        let stores = self.possible_stores()?;
        if !is_known {
            let mut answers = stores.iter().map(|store| store.list_accounts());
            let none_is_there = answers.all(|answer| matches!(answer, Err(StoreError::Absent)));
            return match self.settings.world.is_real() && none_is_there {
                true => Err(StoreError::Absent.into()),
                false => Ok(None),
            };
        }
        let bench = self.flow_context()?;
        for store in &stores {
            match self.runtime.run(async {
                Ok::<_, Failure>(flows::add_missing_accounts(&bench.parts(store)).await)
            })? {
                // Each account tells by itself what is wrong with the store that it is in.
                Ok(()) | Err(flows::FlowError::Store(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(bench.cache))
    }

    /// As [`Self::complete_cache`], with all that the stores say of the accounts that are known already. A store that was
    /// chosen must answer.
    pub(crate) fn reconciled_cache(&self) -> Result<Option<Cache>, Failure> {
        if self.checked_cache()?.is_none() {
            return Ok(None);
        }
        let bench = self.flow_context()?;
        let stores = self.possible_stores()?;
        for store in &stores {
            match self.runtime.run(async {
                Ok::<_, Failure>(flows::update_from_store(&bench.parts(store)).await)
            })? {
                // Nobody is in a store that is not there; who is cannot be told about.
                Err(flows::FlowError::Store(StoreError::Absent))
                    if stores.len() > 1 && !is_home_of_any(&bench.cache, store)? => {}
                reconciled => reconciled?,
            }
        }
        Ok(Some(bench.cache))
    }

    pub(crate) fn rebuilt_cache(&self) -> Result<Cache, Failure> {
        let paths = &self.settings.paths;
        let at = self.settings.clock.now();
        let (database, locks) = (paths.database()?, paths.locks()?);
        let stores = self.possible_stores()?;
        let stores: Vec<&Store> = stores.iter().map(|store| &**store).collect();
        Ok(flows::rebuild(&database, &locks, &stores, at)?)
    }

    /// Whether a store has a token of anybody. A session without any store has none.
    fn holds_tokens(&self) -> Result<bool, Failure> {
        for store in self.possible_stores()? {
            match store.list_accounts() {
                Ok(ids) if ids.is_empty() => {}
                Ok(_) => return Ok(true),
                Err(StoreError::Absent) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(false)
    }
}

fn is_home_of_any(cache: &Cache, store: &Store) -> Result<bool, Failure> {
    Ok(cache.has_accounts_in(store.kind())?)
}
