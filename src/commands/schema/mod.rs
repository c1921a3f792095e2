//! `schema`: prints the JSON Schema of all `--json` answers.

mod command;
#[cfg(test)]
mod tests;

pub(crate) use command::{Args, offers, run};
