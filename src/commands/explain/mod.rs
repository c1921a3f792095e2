//! `explain`: finds what an error means from its code, or from the words that people remember of it.

mod codes;
mod command;
mod own_messages;
mod phrases;
mod search;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use command::Report;
pub(crate) use command::{Args, offers, run};
