//! `status`: the state of an account, from the cache alone.

mod all;
mod card;
pub mod contract;
mod json;
#[cfg(unix)]
mod offline;
mod states;
mod verify;
