//! The tests of commands that are about one store, and therefore not run over each.

/// By name, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[];
