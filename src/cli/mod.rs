//! From the command line to the exit code.

mod dispatch;
mod grammar;
mod help;
mod run;
mod variables;

pub use run::main;
