//! `history`: past events of an account, and its counts over time.

mod card;
mod command;
mod document;
mod report;
mod since;

#[cfg(test)]
pub(super) use document::HistoryJson;

pub(crate) use command::{Args, run};
