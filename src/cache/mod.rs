//! The local cache in SQLite: accounts, profiles, history, and the journal of changes under way. Never a token.
//!
//! Invariant: readers write nothing and wait for no network. Writers hold the lock of the account.

mod accounts;
mod changes;
mod database;
mod error;
mod history;
mod journal;
mod lock;
mod names;
mod open;
mod other_store;
mod pending;
mod recovered;
mod retention;
mod row;
mod schema;
mod shared_commit;
mod worst;

pub(crate) use accounts::AccountOrder;
pub use changes::{NewLogin, Stored};
pub use database::Cache;
pub use error::CacheError;
pub use history::{Event, EventKind};
pub use journal::JournalEntry;
pub use lock::AccountLock;
pub(crate) use lock::locks_held;
pub(crate) use names::{AccountNames, Name};
pub use pending::PendingLogin;
pub use recovered::RecoveredAccount;
