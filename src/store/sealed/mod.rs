//! Secrets in one private file, each encrypted under its name. The key is somewhere else.
//!
//! - `sealed_store` the store, `sealed_file` the file, `key` encrypts an entry, `key_sources` finds the key, `error` what
//!   can fail
//!
//! Invariant: reading creates nothing, no key is loaded before an entry needs it, and a wrong key or a changed file
//! changes nothing.

mod error;
mod key;
mod key_sources;
mod sealed_file;
mod sealed_store;

pub(crate) use error::{KeySource, SealedError};
pub(super) use key_sources::KEY_NAME;
pub(crate) use key_sources::{KeySources, PassphraseFor};
pub(super) use sealed_store::Sealed;
pub(crate) use sealed_store::recorded_key_source;
