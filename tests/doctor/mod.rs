//! `doctor` reports everything that can be wrong between a terminal and a token. It changes nothing, and its report holds
//! nothing private.

mod files;
mod instagram;
mod listener;
mod machine;
mod report;
mod setup;
