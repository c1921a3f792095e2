//! The right account, its state and its token.
