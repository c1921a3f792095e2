//! `schema`: prints the JSON Schema of all `--json` answers.

mod command;
#[cfg(test)]
mod made;

pub(crate) use command::{Args, run};
