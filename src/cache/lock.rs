//! One writer for each account on this machine, by a lock on a file. The file is never deleted: a lock on a deleted file
//! would exclude no one.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::CacheError;
use crate::account::AccountId;
use crate::private_files;

/// A refresh takes seconds. A process that holds the lock longer than this is stuck.
const PATIENCE: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(25);

/// `doctor` looks at no more lock files; there may be one for each account.
const LOCKS_MAX: usize = 1000;

/// Held while an account is changed. The system releases it when the process ends.
#[derive(Debug)]
pub struct AccountLock {
    file: File,
    path: PathBuf,
}

impl AccountLock {
    /// Waits for the lock of an account, at most 30 seconds.
    pub(crate) async fn acquire(dir: &Path, id: &AccountId) -> Result<Self, CacheError> {
        let lock = Self::open(dir, id.as_str())?;
        let mut waited = Duration::ZERO;
        while !lock.try_lock(waited)? {
            tokio::time::sleep(POLL).await;
            waited += POLL;
        }
        let (account, milliseconds) = (id.as_str(), waited.as_millis() as u64);
        log::trace!(account, milliseconds; "lock");
        Ok(lock)
    }

    /// Waits for the lock of a rebuild, at most 30 seconds, without a runtime.
    pub(crate) fn acquire_for_rebuild(dir: &Path) -> Result<Self, CacheError> {
        let lock = Self::open(dir, "database")?;
        let mut waited = Duration::ZERO;
        while !lock.try_lock(waited)? {
            std::thread::sleep(POLL);
            waited += POLL;
        }
        Ok(lock)
    }

    /// Whether another process is changing the account now.
    pub(crate) fn is_held(dir: &Path, id: &AccountId) -> bool {
        is_held(&path(dir, id.as_str())).unwrap_or(false)
    }

    fn open(dir: &Path, name: &str) -> Result<Self, CacheError> {
        private_files::create_private_dir(dir)?;
        let path = path(dir, name);
        let file = private_files::open_private(&path)?;
        Ok(Self { file, path })
    }

    /// Tries once to lock it, and fails after the patience is used up.
    fn try_lock(&self, waited: Duration) -> Result<bool, CacheError> {
        let Err(error) = self.file.try_lock() else {
            return Ok(true);
        };
        let is_temporary = match &error {
            TryLockError::WouldBlock => true,
            // By a signal that did not end the process.
            TryLockError::Error(error) => error.kind() == ErrorKind::Interrupted,
        };
        match error {
            _ if is_temporary && waited < PATIENCE => Ok(false),
            TryLockError::WouldBlock => Err(CacheError::Locked),
            TryLockError::Error(error) if private_files::is_without_locks(&error) => {
                Err(CacheError::without_locks(&self.path))
            }
            TryLockError::Error(_) => Err(CacheError::Failed(self.path.clone())),
        }
    }
}

fn path(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.lock"))
}

/// Returns how many accounts are being changed. Fails if the folder has no locks.
pub(crate) fn locks_held(dir: &Path) -> Result<usize, CacheError> {
    let entries = std::fs::read_dir(dir).into_iter().flatten();
    let locks = entries.filter_map(Result::ok).take(LOCKS_MAX);
    locks
        .map(|entry| is_held(&entry.path()).map(usize::from))
        .sum()
}

fn is_held(path: &Path) -> Result<bool, CacheError> {
    if !std::fs::symlink_metadata(path).is_ok_and(|data| data.is_file()) {
        return Ok(false);
    }
    // Shared, so that two runs of `doctor` do not see each other.
    match File::open(path).map(|file| file.try_lock_shared()) {
        Ok(Err(TryLockError::WouldBlock)) => Ok(true),
        Ok(Err(TryLockError::Error(error))) if private_files::is_without_locks(&error) => {
            Err(CacheError::without_locks(path))
        }
        _ => Ok(false),
    }
}
