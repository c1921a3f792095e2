//! What a store is: a place that keeps named secrets, and how it can fail.

use std::time::Duration;

use super::openbao::OpenBaoError;
use super::sealed::SealedError;
use crate::account::Secret;
use crate::private_files::PrivateFileError;

/// What went wrong with a store. No variant holds a secret or a dependency's own text.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// There is no such store on this machine.
    #[error("there is no secret store to talk to")]
    Absent,
    /// The program that would answer for it is not installed.
    #[error("there is no program {0}")]
    NoHelper(String),
    /// It is of a kind that this program does not have, or is not set up for.
    #[error("the secret store is of a kind that cannot be used here")]
    Unknown,
    /// It is there and locked.
    #[error("the secret store is locked")]
    Locked,
    /// It did not answer in time.
    #[error("the secret store did not answer within {} seconds", .0.as_secs())]
    Silent(Duration),
    /// It answered with a failure of its own.
    #[error("the secret store failed")]
    Failed,
    /// It gave back something else than was written.
    #[error("the secret store did not keep what was written")]
    Unfaithful,
    /// It takes no secret of this size.
    #[error("the secret is too long for the secret store")]
    TooLong,
    /// A newer program wrote an entry, and may know more than this one about what is valid.
    #[error("the secret store holds a token that a newer igconnect wrote")]
    Newer,
    /// Several entries have the same name.
    #[error("the secret store holds several entries of the same name")]
    Ambiguous,
    /// A sealed file, or its key.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// An OpenBao server, or the way to it.
    #[error(transparent)]
    OpenBao(#[from] OpenBaoError),
    /// A private file.
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

impl StoreError {
    /// Whether the store is not to be asked again in this run: each account would wait in vain as the first one did.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::OpenBao(error) if error.is_final())
    }
}

/// What became of asking for an account that only one writer among several machines may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is ours.
    Ours,
    /// Somebody else has it: the name of the machine, as it calls itself.
    Taken(String),
}

/// How a claim ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// The account is free for the next one; what is remembered of it stays as it was.
    Unchanged,
    /// It has a token.
    Kept,
    /// It was removed, which other machines are to learn.
    Removed,
}

/// A place that keeps named secrets.
pub trait SecretStore {
    /// Reads a secret; `None` when the store answered and has none of that name.
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError>;
    /// Writes a secret. `label` is what the store shows to its owner; it is never secret.
    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError>;
    /// Deletes a secret; deleting what is not there is no failure.
    fn delete(&self, name: &str) -> Result<(), StoreError>;
    /// The names of all secrets, in no order.
    fn names(&self) -> Result<Vec<String>, StoreError>;

    /// Tries once to become the only writer of what has this name. A store of this machine alone has nothing to ask:
    /// there a lock on a file does it.
    fn claim(&self, _name: &str) -> Result<Claimed, StoreError> {
        Ok(Claimed::Ours)
    }
    /// Makes sure that a claim lasts for what is about to be done.
    fn keep_claim(&self, _name: &str) -> Result<(), StoreError> {
        Ok(())
    }
    /// Ends a claim. Where that fails it ends by itself.
    fn release(&self, _name: &str, _release: Release) -> Result<(), StoreError> {
        Ok(())
    }
    /// The machine that removed what has this name, if another one can have, and if it was not put there again.
    fn removed_by(&self, _name: &str) -> Result<Option<String>, StoreError> {
        Ok(None)
    }
    /// Whether it answers by itself, without waiting for another program, a server or a person.
    fn is_at_hand(&self) -> bool {
        false
    }
    /// Keeps what ends by itself, while others are waited for. Called every few seconds by the store's own thread.
    fn idle(&self) {}
}
