//! The tests of the real binary, one crate: a module for each command, beside what they stand on.
//!
//! A test starts the program in a world of its own (`harness::World`) and judges what a person or a script would see.

#![allow(unreachable_pub, reason = "nothing is exported from here")]
// Groups, signals and modes of files: on Windows this crate is empty.
#![cfg(unix)]
// A test's failure is a panic, and a test sets clock and environment itself: the laws of the program's own code end here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout, // kept back by the test runner unless the test fails
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros
)]

mod app;
mod bad_input;
mod broken_files;
mod browser;
mod certificate;
mod clock;
mod completions;
mod credential_helpers;
mod disconnect;
mod doctor;
mod event_log;
mod faults;
mod formats;
mod harness;
mod harness_works;
mod help;
mod history;
mod hostile_callbacks;
mod journey;
mod list;
mod login;
mod man;
mod memory;
mod network;
mod openbao;
mod over_each_store;
#[cfg(target_os = "linux")] // the scripts of packaging/ need the tools of Linux
mod packaging;
mod pain_points;
mod pictures;
mod places;
mod real_hosts;
mod refresh;
mod run;
mod sandbox;
mod schedule;
mod scripting;
mod sealed;
mod secrets;
mod source_rules;
mod status;
mod storage;
mod store;
mod supply_chain;
mod token;
mod topics;
mod trials;
mod use_account;
