//! `history`: past events of an account, and its counts over time.

mod command;
mod document;
mod report;

#[cfg(test)]
pub(super) use document::HistoryJson;

pub(crate) use command::{Args, run};
