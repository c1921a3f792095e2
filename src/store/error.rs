//! How a store can fail.

use std::time::Duration;

use super::helper_error::HelperError;
use super::openbao::OpenBaoError;
use super::sealed::SealedError;
use crate::account::StoreKind;
use crate::private_files::PrivateFileError;

pub(crate) type StoreResult<T> = Result<T, StoreError>;

/// No variant holds a secret or the text of a dependency.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("no secret store was found on this machine")]
    Absent,
    #[error("the program {0} was not found")]
    NoHelper(String),
    #[error("this igconnect does not support the secret store")]
    Unknown,
    #[error("the secret store is locked")]
    Locked,
    /// Only the Secret Service: before the first login to a desktop, and on WSL.
    #[cfg(all(unix, not(target_os = "macos")))]
    #[error("the keyring has no default collection")]
    NoCollection,
    #[error("{0} did not answer within {limit} seconds", limit = .1.as_secs())]
    TimedOut(StoreKind, Duration),
    #[error("{0} failed")]
    Failed(StoreKind),
    #[error("{0} did not keep what was written")]
    Mismatch(StoreKind),
    #[error("the secret is too long for the secret store")]
    TooLong,
    /// A newer igconnect may know more about which entry is valid.
    #[error("the secret store holds a token that a newer igconnect wrote")]
    Newer,
    #[error("the secret store holds several entries of the same name")]
    Ambiguous,
    #[error(transparent)]
    Helper(#[from] HelperError),
    #[error(transparent)]
    Sealed(#[from] SealedError),
    #[error(transparent)]
    OpenBao(#[from] OpenBaoError),
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

impl StoreError {
    /// Whether the same call may succeed a moment later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Mismatch(_) | Self::Helper(_))
    }

    /// Whether every other call of this run would fail too, perhaps after waiting as long.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::OpenBao(error) if error.is_final())
    }
}
