//! `certificate`: shows the certificate of the login listener, and makes browsers trust its authority.

mod command;
mod trust;
mod ways;

#[cfg(test)]
pub(crate) use command::Report;
pub(crate) use command::{Args, run};
