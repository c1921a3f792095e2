//! `refresh`: extends the life of tokens that are due, and fetches profiles.

mod batch;
mod circuit_breaker;
mod command;
mod dry_run;
mod hand_over;
mod report;
mod scheduled;

pub(crate) use command::{Args, run};
#[cfg(test)]
pub(super) use report::RefreshJson;
