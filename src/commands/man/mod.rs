//! `man`: prints the manual pages, made from the same definitions as `--help`.

mod command;
mod page;

pub(crate) use command::{Args, run};
#[cfg(test)]
pub(super) use command::{MainJson, WrittenJson};
