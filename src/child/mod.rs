//! Other programs: found in PATH, started without a shell and without our secrets, and ended with the caller that waits.

mod run;
mod search;

#[cfg(unix)]
pub use run::keep_descriptor;
pub(crate) use run::{
    ChildError, Output, RunningChild, remove_all_secrets, remove_our_secrets, run, set_own_group,
};
pub(crate) use search::{find_program, named_command, named_program};
