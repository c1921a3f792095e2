//! What each system does in its own way.

mod files;
mod terminal;
