//! The tests of the real binary, one crate: a module for each command, beside what they stand on.
//!
//! A test starts the program in a world of its own (`harness::World`) and judges what a person or a script would see.

#![allow(unreachable_pub, reason = "nothing is exported from here")]
#![cfg_attr(
    windows,
    allow(
        dead_code,
        unused_imports,
        reason = "some is there for tests on Unix alone"
    )
)]
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
mod disconnect;
mod doctor;
mod event_log;
mod harness;
mod help;
mod history;
mod hostile_callbacks;
mod journey;
mod list;
mod login;
mod man;
mod network;
mod pain_points;
mod platform;
mod refresh;
mod run;
mod sandbox;
mod scripting;
mod sealed;
mod secrets;
mod status;
mod storage;
mod store;
mod token;
mod topics;
mod trials;
mod use_account;

// Only on Unix:
#[cfg(unix)]
mod browser;
#[cfg(unix)]
mod certificate;
#[cfg(unix)]
mod clock;
#[cfg(unix)]
mod completions;
#[cfg(unix)]
mod credential_helpers;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod formats;
#[cfg(unix)]
mod harness_works;
#[cfg(unix)]
mod memory;
#[cfg(unix)]
mod openbao;
#[cfg(unix)]
mod over_each_store;
#[cfg(target_os = "linux")] // the scripts of packaging/ need the tools of Linux
mod packaging;
#[cfg(unix)]
mod pictures;
#[cfg(unix)]
mod places;
#[cfg(unix)]
mod real_hosts;
#[cfg(unix)]
mod schedule;
#[cfg(unix)]
mod source_rules;
#[cfg(unix)]
mod supply_chain;
