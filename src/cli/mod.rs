//! From the command line to the exit code.

mod dispatch;
mod grammar;
mod help;
mod run;

pub use run::main;
