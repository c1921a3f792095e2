//! The version of the JSON contract.

use std::fmt;

use serde::Serialize;

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Version(u32);

/// The version that every document names.
pub(crate) const SCHEMA: Version = Version(1);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
