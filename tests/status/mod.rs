//! `status`: how an account stands, from the cache alone.

mod all;
mod card;
pub mod contract;
mod json;
mod offline;
mod states;
mod verify;
