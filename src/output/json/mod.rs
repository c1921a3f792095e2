//! How JSON is written: one document, `"schema": 1`, fields only ever added, absent values `null`, ids as strings.

mod instant;
mod version;
mod write;

pub(crate) use instant::Instant;
pub(crate) use version::{SCHEMA, Version};
pub(crate) use write::write;
