//! `store`: shows where secrets are, checks the stores, and moves accounts to another one.
//!
//! - `command` the arguments; `show`, `check` and `move_accounts` the three verbs, each with its report
//! - `recorded` what the cache knows, `move_app_secrets` the App Secrets of a move

mod check;
mod check_report;
mod command;
mod move_accounts;
mod move_app_secrets;
mod move_report;
mod recorded;
mod show;
mod show_report;

pub(crate) use command::{Args, run};
#[cfg(test)]
pub(super) use {check_report::StoreCheck, move_report::StoreMove, show_report::StoreShow};
