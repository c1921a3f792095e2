//! `status`: the state of one account or of all.

mod command;
mod exit_state;
mod format;
mod report;
mod verify;

pub(crate) use command::{Args, run};
pub(crate) use format::StatusFormat;
#[cfg(test)]
pub(super) use report::StatusJson;
