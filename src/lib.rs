//! x
pub mod account;
