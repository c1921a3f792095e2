//! What scripts and continuous integration rely on: exit codes, documents, formats, the environment's token.

mod console;
mod documents;
mod environment_token;
#[cfg(unix)]
mod examples;
mod exit_codes;
mod formats;
mod grammar;
mod hand_over;
mod judge;
mod reasons;
mod schema;
mod stores;
