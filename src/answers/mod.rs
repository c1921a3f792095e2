//! What commands answer: the JSON contract, one type per document, and the rows that several commands print.

mod account;
mod accounts;
mod checkup;
mod exit_code;

pub use account::AccountJson;
pub use accounts::Accounts;
pub use checkup::{Check, Checkup};
pub(crate) use exit_code::worst;
