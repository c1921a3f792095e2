//! `doctor`: checks everything between this terminal and a working token. One file per group of checks.
//!
//! Invariant: it changes nothing except a test entry in the store, which it deletes. Every check has a time limit, and
//! all of them together take less than a minute. The report contains no id, name, alias or folder of the person.

mod app;
mod browser;
mod command;
mod database;
mod files;
mod listener;
mod network;
mod privacy;
mod schedule;
mod settings;
mod store;
mod time_limit;

pub(crate) use command::{Args, run};
