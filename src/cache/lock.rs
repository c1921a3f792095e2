//! One writer for each account on this machine: a lock on a file of its own, which is never deleted.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::CacheError;
use crate::account::AccountId;
use crate::private_files;

/// A refresh takes seconds; whoever holds the lock longer than this is stuck.
const PATIENCE: Duration = Duration::from_secs(30);

const POLL: Duration = Duration::from_millis(25);

/// Held while an account is changed; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct AccountLock {
    _file: File,
}

impl AccountLock {
    /// Waits for the lock of `id`, at most 30 seconds.
    pub async fn acquire(dir: &Path, id: &AccountId) -> Result<Self, CacheError> {
        let candidate = Candidate::open(dir, id.as_str())?;
        let mut waited = Duration::ZERO;
        while !candidate.is_locked(waited)? {
            tokio::time::sleep(POLL).await;
            waited += POLL;
        }
        let (account, milliseconds) = (id.as_str(), waited.as_millis() as u64);
        log::trace!(account, milliseconds; "lock");
        Ok(Self {
            _file: candidate.file,
        })
    }

    /// Waits for the lock under which the database is made anew, at most 30 seconds and without a runtime.
    pub fn of_database(dir: &Path) -> Result<Self, CacheError> {
        let candidate = Candidate::open(dir, "database")?;
        let mut waited = Duration::ZERO;
        while !candidate.is_locked(waited)? {
            std::thread::sleep(POLL);
            waited += POLL;
        }
        Ok(Self {
            _file: candidate.file,
        })
    }
}

struct Candidate {
    file: File,
    path: PathBuf,
}

impl Candidate {
    fn open(dir: &Path, name: &str) -> Result<Self, CacheError> {
        private_files::create_private_dir(dir)?;
        let path = dir.join(format!("{name}.lock"));
        let file = private_files::open_private(&path)?;
        Ok(Self { file, path })
    }

    /// Tries once to lock it. Who has `waited` long enough gives up.
    fn is_locked(&self, waited: Duration) -> Result<bool, CacheError> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) if waited < PATIENCE => Ok(false),
            Err(TryLockError::WouldBlock) => Err(CacheError::Locked),
            Err(TryLockError::Error(error))
                if error.kind() == ErrorKind::Interrupted && waited < PATIENCE =>
            {
                Ok(false)
            }
            Err(TryLockError::Error(_)) => Err(CacheError::Failed(self.path.clone())),
        }
    }
}
