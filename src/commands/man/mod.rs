//! `man`: prints the manual pages, made from the same definitions as `--help`.

mod command;
mod page;

#[cfg(test)]
pub(super) use command::Report;
pub(crate) use command::{Args, run};
