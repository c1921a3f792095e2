//! `schedule`: refreshes tokens every day with the system's scheduler.

mod command;
mod report;

pub(crate) use command::{Args, run};
#[cfg(test)]
pub(super) use report::ScheduleDocument;
