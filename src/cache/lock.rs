//! One writer for each account on this machine: a lock on a file of its own, which is never deleted.

use std::fs::{File, TryLockError};
use std::path::Path;
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
        private_files::create_private_dir(dir)?;
        let path = dir.join(format!("{id}.lock"));
        let file = private_files::open_private(&path)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if waited < PATIENCE => {
                    tokio::time::sleep(POLL).await;
                    waited += POLL;
                }
                Err(TryLockError::WouldBlock) => return Err(CacheError::Locked),
                Err(TryLockError::Error(_)) => return Err(CacheError::Failed(path)),
            }
        }
    }
}
