//! `refresh` of many accounts: how many at once, in which order, and when it stops.

mod batch;
pub mod setup;
#[cfg(unix)]
mod size;
mod stops;
