//! What commands answer: the JSON contract, one type per document, and the rows that several commands print.

mod account;
mod accounts;
mod checkup;
mod checkup_layout;
mod overview;
#[cfg(test)]
mod schema;
mod state_counts;

pub(crate) use crate::failure::ErrorJson;
#[cfg(test)]
pub(crate) use crate::failure::FailureJson;
pub(crate) use account::{AccountJson, FlattenedFields};
pub(crate) use accounts::{Accounts, AllAccounts, WalkError};
#[cfg(test)]
pub(crate) use checkup::CheckupJson;
pub(crate) use checkup::{Check, Checkup};
pub(crate) use overview::Overview;
#[cfg(test)]
pub(crate) use schema::{Every, Listed};
pub(crate) use state_counts::StateCounts;
