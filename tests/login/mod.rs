//! `login`: its flags, the visitors of its listener, every way it can end, and what it leaves behind.

mod dashboard_token;
mod ends;
mod flags;
mod handoff;
mod kept;
#[cfg(unix)]
mod paste;
pub mod people;
mod places;
mod strangers;
mod ways;
