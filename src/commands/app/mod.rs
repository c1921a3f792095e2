//! `app`: sets up the Meta apps of the person. Secrets are in the store, everything else in `config.toml`.

mod add;
mod check;
mod command;
mod remove;
mod report;

pub(crate) use command::{Args, run};
#[cfg(test)]
pub(super) use report::AppsJson;
