//! The right account, its state and its token.

mod copied;
mod names;
mod refresh_in_trouble;
mod refused;
