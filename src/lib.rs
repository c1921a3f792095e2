//! x
pub mod account;
/// The loopback listener of a login.
pub mod callback;
/// Files and folders that only this user may read.
pub mod private_files;
