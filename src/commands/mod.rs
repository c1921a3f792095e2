//! One file for each verb: what may be typed after it (the doc comment is the help), what it does, what it answers.
//!
//! Invariant: commands never import each other. What several need is in `session`, `answers` or `flows`.

pub mod app;
pub mod certificate;
pub mod completions;
pub mod disconnect;
pub mod doctor;
pub mod explain;
pub mod help;
pub mod history;
pub mod list;
pub mod login;
pub mod man;
pub mod refresh;
pub mod run;
pub mod sandbox;
pub mod schedule;
pub mod schema;
pub mod status;
pub mod store;
pub mod token;
pub mod use_account;
