//! What the commands that only read cost, as whole processes: `cargo bench`.
//!
//! Each line compares a command with something that a user could run instead, on the same files, in turns (A B A B).
//! The ratio of the medians of processor time is the result; nothing absolute is asserted. What is not installed is
//! left out and named at the end.
//!
//!     cargo bench                           all, a few minutes
//!     cargo bench -- --accounts 1,1000      these sizes of the cache alone
//!     cargo bench -- --stores               one entry among many, in each store
//!     cargo bench -- --stores openbao       in this one
//!     cargo bench -- --bars                 the figures that have a limit, with the limits
//!     cargo bench -- --bars --static PATH   also those of this static build (see packaging/build)
//!     cargo bench -- --seconds 1            less time for each line
//!     cargo bench -- --program PATH         another build of igconnect

#![allow(unreachable_pub, reason = "nothing is exported from here")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

#[cfg(unix)]
mod measure;
#[cfg(unix)]
mod world;

#[cfg(unix)]
use measure::argument;

#[cfg(unix)]
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let seconds = argument("--seconds").map_or(3.0, |text| text.parse().expect("seconds"));
    if let Some(folder) = argument("--make-world") {
        let accounts = argument("--accounts").expect("a number");
        world::make(
            folder.as_ref(),
            accounts.parse().expect("a number"),
            has("--due"),
        );
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut missing = Vec::new();
    let mut only = None;
    if has("--bars") {
        bars::all(folder.path(), seconds, argument("--static").as_deref());
        return;
    }
    if has("--stores") {
        only = argument("--stores").filter(|word| !word.starts_with('-'));
    } else {
        let sizes = argument("--accounts").unwrap_or_else(|| "1,1000,100000".to_owned());
        let sizes = sizes
            .split(',')
            .map(|size| size.parse().expect("numbers of accounts"));
        missing = cases::all(folder.path(), &sizes.collect::<Vec<u64>>(), seconds);
        login::all(folder.path());
    }
    let stores = stores::all(folder.path(), seconds, only.as_deref());
    missing.extend(stores.into_iter().map(str::to_owned));
    missing.sort();
    missing.dedup();
    if !missing.is_empty() {
        println!("\nNot measured, for want of: {}.", missing.join(", "));
    }
}

#[cfg(not(unix))]
fn main() {
    eprintln!("processor time and memory are only measured on Unix");
}

#[cfg(unix)]
mod bars;
#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod instagram;
#[cfg(unix)]
mod keyring;
#[cfg(unix)]
mod login;
#[cfg(unix)]
mod openbao;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod stores;
