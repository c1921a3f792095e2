//! `doctor`: each thing that can be wrong between a terminal and a token is made wrong, and told; nothing is changed,
//! nothing private is in the report.

mod files;
mod instagram;
mod listener;
mod machine;
mod report;
mod setup;
