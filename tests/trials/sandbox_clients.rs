//! The sandbox as real clients meet it.
