//! `completions`: prints or installs the scripts for shells, and answers what they ask at each Tab.

mod command;
mod install;
mod values;

#[cfg(test)]
pub(super) use command::Report;
pub(crate) use command::{Args, run};
pub(crate) use values::{Offer, asking_shell, complete_words};
