//! x
pub mod account;
pub mod cache;
/// The loopback listener of a login.
pub mod callback;
pub mod cli;
pub mod commands;
pub mod failure;
pub mod flows;
pub mod http;
pub mod instagram;
pub mod output;
/// Files and folders that only this user may read.
pub mod private_files;
/// The built-in stand-in for Instagram.
pub mod sandbox;
pub mod settings;
pub mod vault;
