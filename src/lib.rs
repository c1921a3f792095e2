//! x
pub mod account;
pub mod cache;
/// Files and folders that only this user may read.
pub mod private_files;
pub mod settings;
pub mod vault;
