//! x
pub mod account;
/// Files and folders that only this user may read.
pub mod private_files;
