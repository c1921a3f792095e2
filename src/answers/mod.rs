//! What commands answer: the JSON contract, one type per document, and the rows that several commands print.

mod account;
mod accounts;
mod checkup;

pub(crate) use account::AccountJson;
pub(crate) use accounts::Accounts;
pub(crate) use checkup::{Check, Checkup};
