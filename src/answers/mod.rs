//! What commands answer: the JSON contract, one type per document, and the rows that several commands print.

mod account;
mod accounts;
mod all_accounts;
mod checkup;
mod flattened_fields;
#[cfg(test)]
mod schema;

pub(crate) use crate::failure::ErrorJson;
#[cfg(test)]
pub(crate) use crate::failure::FailureJson;
pub(crate) use account::AccountJson;
pub(crate) use accounts::Accounts;
pub(crate) use all_accounts::{AllAccounts, WalkError};
#[cfg(test)]
pub(crate) use checkup::CheckupJson;
pub(crate) use checkup::{Check, Checkup};
pub(crate) use flattened_fields::FlattenedFields;
#[cfg(test)]
pub(crate) use schema::{Every, Listed};
