//! `completions`: prints the scripts for shells, and answers what they ask at each Tab.

mod command;
mod values;

#[cfg(test)]
pub(super) use command::Report;
pub(crate) use command::{Args, run};
pub(crate) use values::{asking_shell, complete_words};
