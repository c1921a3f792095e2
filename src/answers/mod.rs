//! What commands answer: the JSON contract, one type per document, and the rows that several commands print.

mod account;
mod accounts;
mod checkup;
mod exit_code;

pub(crate) use account::AccountJson;
pub(crate) use accounts::Accounts;
pub(crate) use checkup::{Check, Checkup};
pub(crate) use exit_code::worst;
