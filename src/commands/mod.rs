//! One file or folder per command: its arguments (their doc comment is the help), what it does, what it answers.
//!
//! Invariant: commands never import each other. What several need is in `session`, `answers` or `flows`.

pub(crate) mod app;
pub(crate) mod certificate;
pub(crate) mod completions;
pub(crate) mod disconnect;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod help;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod man;
pub(crate) mod refresh;
pub(crate) mod run;
pub(crate) mod sandbox;
pub(crate) mod schedule;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod store;
pub(crate) mod token;
pub(crate) mod use_account;
