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

/// Held while an account is changed. The system releases it when the process ends.
#[derive(Debug)]
pub struct AccountLock {
    _file: File,
}

impl AccountLock {
    /// Waits for the lock of an account, at most 30 seconds.
    pub(crate) async fn acquire(dir: &Path, id: &AccountId) -> Result<Self, CacheError> {
        let candidate = Candidate::open(dir, id.as_str())?;
        let mut waited = Duration::ZERO;
        while !candidate.try_lock(waited)? {
            tokio::time::sleep(POLL).await;
            waited += POLL;
        }
        let (account, milliseconds) = (id.as_str(), waited.as_millis() as u64);
        log::trace!(account, milliseconds; "lock");
        Ok(Self {
            _file: candidate.file,
        })
    }

    /// Waits for the lock of a rebuild, at most 30 seconds, without a runtime.
    pub(crate) fn acquire_for_rebuild(dir: &Path) -> Result<Self, CacheError> {
        let candidate = Candidate::open(dir, "database")?;
        let mut waited = Duration::ZERO;
        while !candidate.try_lock(waited)? {
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

    /// Tries once to lock it, and fails after the patience is used up.
    fn try_lock(&self, waited: Duration) -> Result<bool, CacheError> {
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
