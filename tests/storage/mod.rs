//! The storage protocol: whatever ends or disturbs a command, no account is lost, doubled or half there.
//!
//! Sweeps end the program at each system call, or fail that call, and judge what is left. In the normal run they take a
//! sample; `IGCONNECT_TESTS_SWEEP=N` takes N points of each (see README.md).

mod crowd;
mod custody;
#[cfg(unix)]
mod errors;
mod judge;
#[cfg(unix)]
mod kills;
mod lost_cache;
#[cfg(unix)]
mod moves;
#[cfg(unix)]
mod scarce;
mod scene;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
pub mod sweep;
