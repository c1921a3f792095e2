//! What monitoring systems and continuous integration read: one small view of how accounts stand, one file for each
//! way to write it.
//!
//! Invariant: texts in a [`Finding`] are safe for a terminal already; each format escapes what means something in it.

mod findings;
mod github;
mod junit;
mod nagios;
mod prometheus;

pub(crate) use findings::*;
pub(crate) use github::{Github, summary};
pub(crate) use junit::Junit;
pub(crate) use nagios::Nagios;
pub(crate) use prometheus::Prometheus;
