//! `refresh --set NAME=VALUE`: the same command again, with these variables. Task Scheduler sets none.

use std::env::current_exe;
use std::ffi::OsString;
use std::process::Command;

use crate::failure::{Failure, Kind};
use crate::output::{Console, Talk};

/// Runs the command line up to `--set`, and returns its exit code.
pub(super) fn run_with(variables: &[(String, String)], arguments: &[OsString]) -> u8 {
    let before = arguments.iter().skip(1).take_while(|word| *word != "--set");
    let variables = variables.iter().map(|(name, value)| (name, value));
    let run = |this| Command::new(this).args(before).envs(variables).status();
    match current_exe().and_then(run) {
        Ok(status) => status
            .code()
            .and_then(|code| code.try_into().ok())
            .unwrap_or(1),
        Err(error) => {
            let failure = Failure::new(Kind::Failed, "the program cannot be started");
            failure
                .cause(error.kind().to_string())
                .print(&Console::new(Talk::default()));
            Kind::Failed.exit_code()
        }
    }
}
