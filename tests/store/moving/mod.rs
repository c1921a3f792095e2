//! `store`: what is where, whether it is whole, and from one store to another without losing a secret or leaving one.

mod ends;
mod journey;
#[cfg(unix)]
mod lost;
pub mod setup;
