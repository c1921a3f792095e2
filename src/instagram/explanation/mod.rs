//! What Instagram's errors mean and what to do about them.
//!
//! Invariant: an error that is not in the catalogue stays unknown. It is never forced into the nearest entry.

mod catalogue;
mod entry;

pub(crate) use catalogue::CATALOGUE;
pub(crate) use entry::{Explanation, Meaning, family, find};
