//! x
pub mod account;
pub mod cache;
pub mod flows;
pub mod http;
pub mod instagram;
/// Files and folders that only this user may read.
pub mod private_files;
pub mod settings;
pub mod vault;
