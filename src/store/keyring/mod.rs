//! The operating system's keyring.

mod entries;
#[cfg(all(unix, not(target_os = "macos")))]
mod lock;

pub(super) use entries::Keyring;
