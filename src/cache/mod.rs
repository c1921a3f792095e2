//! The local cache in SQLite: accounts, profiles, history, and the journal of changes under way. Never a token.
//!
//! Invariant: it is a cache. Readers write nothing and wait for nobody's network; writers hold the account's lock.

mod accounts;
mod changes;
mod found;
mod group;
mod history;
mod inspect;
mod journal;
mod lives;
mod lock;
mod names;
mod open;
mod other_store;
mod pending;
mod retention;
mod row;
mod schema;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use rusqlite::Connection;

use crate::private_files::PrivateFileError;

pub use changes::{Arrival, Seen, Stored};
pub use found::Found;
pub use history::{Event, EventKind};
pub use inspect::locks_held;
pub use journal::JournalEntry;
pub use lock::AccountLock;
pub use names::Name;
pub use pending::PendingLogin;

/// What went wrong with the cache. No variant holds SQLite's own text.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The file or folder itself.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// The file is damaged or is no database.
    #[error("{} is damaged or is not igconnect's", .0.display())]
    Damaged(PathBuf),
    /// A newer program wrote it.
    #[error("{} was made by a newer igconnect", .0.display())]
    Newer(PathBuf),
    /// The disk is full.
    #[error("there is no space left for {}", .0.display())]
    Full(PathBuf),
    /// It cannot be written here.
    #[error("{} cannot be written", .0.display())]
    ReadOnly(PathBuf),
    /// Another process has held it for too long.
    #[error("another igconnect is using {}", .0.display())]
    Busy(PathBuf),
    /// Another process is changing this account.
    #[error("another igconnect is working on this account")]
    Locked,
    /// An alias that another account has.
    #[error("the alias is taken by another account")]
    AliasTaken,
    /// Any other failure of the database.
    #[error("{} cannot be used", .0.display())]
    Failed(PathBuf),
}

/// An open cache.
pub struct Cache {
    connection: Connection,
    path: PathBuf,
    /// The open transaction, where stories share one.
    group: RefCell<Option<Rc<group::Group>>>,
}

impl Cache {
    /// Names the cause of a failed read.
    fn read<T>(&self, result: rusqlite::Result<T>) -> Result<T, CacheError> {
        result.map_err(|error| open::translate(&error, &self.path))
    }
}
