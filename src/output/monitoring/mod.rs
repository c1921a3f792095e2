//! Formats for monitoring and CI, one file each.
//!
//! Invariant: text in a [`Finding`] is already safe for a terminal. Each format escapes its own syntax.

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
