//! Opens the cache. One that is lost or damaged is rebuilt from the stores.

use super::assembly::Session;
use crate::cache::{Cache, CacheError};
use crate::failure::Failure;
use crate::flows::{self, FlowContext, FlowError};
use crate::private_files;
use crate::store::{Store, StoreError};

pub(crate) struct Caches<'a>(&'a Session);

impl Session {
    pub(crate) fn caches(&self) -> Caches<'_> {
        Caches(self)
    }

    /// Returns what flows work with. Opens the cache for writing.
    pub(crate) fn flow_context(&self) -> Result<FlowContext<'_>, Failure> {
        Ok(FlowContext {
            cache: self.caches().open_to_write()?,
            locks: self.settings.paths.locks()?,
            clock: &self.settings.clock,
            find_store: Box::new(|kind| self.stores.open(kind).ok()),
        })
    }
}

impl Caches<'_> {
    /// Returns `None` if no account was ever connected.
    pub(crate) fn open_to_read(&self) -> Result<Option<Cache>, Failure> {
        Ok(Cache::open_to_read(&self.0.settings.paths.database()?)?)
    }

    /// Fails if the cache or its folder could not be written. Creates no cache.
    pub(crate) fn check_writable(&self) -> Result<(), Failure> {
        let database = self.0.settings.paths.database()?;
        match Cache::open_to_write(&database) {
            // It is rebuilt when it is written.
            Ok(_) | Err(CacheError::Damaged(_)) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(folder) = database.parent() {
            private_files::create_private_dir(folder)?;
            private_files::check_writable(folder)?;
        }
        Ok(())
    }

    pub(crate) fn open_to_write(&self) -> Result<Cache, Failure> {
        match Cache::open_to_write(&self.0.settings.paths.database()?) {
            Ok(Some(cache)) => Ok(cache),
            // Nothing is lost: the store has all that matters.
            Ok(None) | Err(CacheError::Damaged(_)) => self.rebuild(),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the whole cache before it is relied on. Returns `None` if neither the cache nor a store has an account.
    pub(crate) fn open_checked(&self) -> Result<Option<Cache>, Failure> {
        match Cache::open_checked(&self.0.settings.paths.database()?) {
            Ok(Some(cache)) => Ok(Some(cache)),
            Ok(None) if self.stores_have_accounts()? != Some(true) => Ok(None),
            Ok(None) | Err(CacheError::Damaged(_)) => self.rebuild().map(Some),
            Err(error) => Err(error.into()),
        }
    }

    /// Runs `find` with the cache. Checking the whole cache takes long in a large one, so that is done only if `find`
    /// fails without.
    pub(crate) fn find<T>(
        &self,
        find: impl Fn(Option<&Cache>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.open_to_read()
            .and_then(|cache| find(cache.as_ref()))
            .or_else(|_| find(self.open_checked()?.as_ref()))
    }

    /// Like [`Self::open_checked`], after adding the accounts that only a store has.
    pub(crate) fn open_with_orphans(&self) -> Result<Option<Cache>, Failure> {
        if self.open_checked()?.is_none() {
            // Without any store that real accounts could be in, "no accounts" would be a guess.
            if self.0.settings.world.is_real() && self.stores_have_accounts()?.is_none() {
                return Err(StoreError::Absent.into());
            }
            return Ok(None);
        }
        let context = self.0.flow_context()?;
        for store in self.0.stores.open_possible()? {
            self.0.runtime.run(async {
                match flows::add_missing_accounts(&context, &store).await {
                    // Each account reports what is wrong with its own store.
                    Err(FlowError::Store(_)) => Ok(()),
                    added => added,
                }
            })?;
        }
        Ok(Some(context.cache))
    }

    /// Like [`Self::open_checked`], after updating the cache with all that the stores say. A chosen store must answer.
    pub(crate) fn open_updated(&self) -> Result<Option<Cache>, Failure> {
        if self.open_checked()?.is_none() {
            return Ok(None);
        }
        let context = self.0.flow_context()?;
        let stores = self.0.stores.open_possible()?;
        for store in &stores {
            // An absent store that no account is in has nothing to say.
            let is_optional = stores.len() > 1 && !context.cache.has_accounts_in(store.kind())?;
            self.0.runtime.run(async {
                match flows::update_from_store(&context, store).await {
                    Err(FlowError::Store(StoreError::Absent)) if is_optional => Ok(()),
                    updated => updated,
                }
            })?;
        }
        Ok(Some(context.cache))
    }

    pub(crate) fn rebuild(&self) -> Result<Cache, Failure> {
        let (paths, now) = (&self.0.settings.paths, self.0.settings.clock.now());
        let (database, locks) = (paths.database()?, paths.locks()?);
        let stores = self.0.stores.open_possible()?;
        let stores: Vec<&Store> = stores.iter().map(AsRef::as_ref).collect();
        Ok(flows::rebuild(&database, &locks, &stores, now)?)
    }

    /// Returns `None` if no store is there.
    fn stores_have_accounts(&self) -> Result<Option<bool>, Failure> {
        let mut answer = None;
        for store in self.0.stores.open_possible()? {
            match store.list_accounts() {
                Ok(ids) if ids.is_empty() => answer = Some(false),
                Ok(_) => return Ok(Some(true)),
                // It says nothing about the others.
                Err(StoreError::Absent) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(answer)
    }
}
