//! Secrets stay where they belong: all output, all files and all arguments are searched for them.

mod commands;
mod errors;
mod names;
#[cfg(unix)]
mod processes;
mod setup;
#[cfg(unix)]
mod source;
