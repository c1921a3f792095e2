//! Where secrets are kept: one trait, one file or folder per store, and what igconnect keeps in them.
//!
//! - `open` opens a store, `tokens` and `app_secrets` what is kept in it, `copy` moves an account's tokens
//! - `secret_store` the trait; `keyring`, `sealed`, `credential_helper`, `openbao` and `file` implement it; `deadline`
//!   limits how long a call may take
//! - `token_entry` and `slot` the format and the names of entries; `contents` lists them, `check` tests a store
//!
//! Invariant: a token is written to a free slot, read back and compared; no write ever replaces the only copy.

mod app_secrets;
mod check;
mod claim;
mod contents;
mod copy;
mod credential_helper;
mod deadline;
mod error;
mod file;
mod helper_error;
mod keyring;
mod open;
mod openbao;
mod random_name;
mod sealed;
mod secret_store;
mod slot;
#[cfg(test)]
mod tests;
mod token_entry;
mod tokens;

pub(crate) use claim::{Claim, ClaimReply};
pub(crate) use contents::Contents;
pub(crate) use error::StoreError;
pub(crate) use helper_error::HelperError;
pub(crate) use open::Store;
pub(crate) use openbao::{OpenBaoAccess, OpenBaoError, OpenBaoLogin};
pub(crate) use random_name::random_name;
pub(crate) use sealed::{KeySource, KeySources, PassphraseFor, SealedError, recorded_key_source};
pub(crate) use slot::Slot;
pub use token_entry::{EntryOrigin, TokenEntry};
