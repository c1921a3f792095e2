//! One file for each verb: what may be typed after it (the doc comment is the help), what it does, what it answers.
//!
//! Invariant: commands never import each other. What two of them need is a story in `flows/`, or stands in
//! `context`, `selection` or `app_setup`.

mod app_setup;
mod context;
mod selection;
mod signals;

pub mod app;
pub mod disconnect;
pub mod list;
pub mod login;
pub mod refresh;
pub mod run;
pub mod sandbox;
pub mod status;
pub mod token;
pub mod use_account;

pub use context::{Context, Options};
