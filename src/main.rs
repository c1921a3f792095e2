//! The process: no core dump, no secret in a panic or left open for other programs, a full file is an error; the rest
//! is the library's.

use std::process::ExitCode;

#[cfg(unix)]
use anyhow::Context;
#[cfg(unix)]
use igconnect::{child::keep_descriptor, settings::environment};

fn main() -> ExitCode {
    if let Err(error) = harden() {
        warn(&error);
    }
    std::panic::set_hook(Box::new(tell_where));
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(std::panic::catch_unwind(|| igconnect::cli::main(&arguments)).unwrap_or(1))
}

/// Memory that holds a token is nobody else's to read: no core dump, no debugger of this user.
#[cfg(unix)]
fn harden() -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // The soft limit alone: a command that `run` starts may raise it again for itself.
    let none = Rlimit {
        current: Some(0),
        ..getrlimit(Resource::Core)
    };
    setrlimit(Resource::Core, none).context("core dumps cannot be switched off")?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("debuggers of this user cannot be kept out")?;
    // By default a write beyond the limit on a file's size ends the process in the middle of it. A handler, other than
    // ignoring the signal, is not inherited by what `run` starts.
    let noticed = std::sync::Arc::default();
    signal_hook::flag::register(rustix::process::Signal::XFSZ.as_raw(), noticed)
        .context("SIGXFSZ cannot be caught")?;
    // It has the passphrase of the sealed file. Whether that is a number is told by who needs it.
    let descriptor = environment::text("IGCONNECT_PASSPHRASE_FD").ok().flatten();
    if let Some(number) = descriptor.and_then(|number| number.parse().ok()) {
        keep_descriptor(number);
    }
    Ok(())
}

#[cfg(not(unix))]
fn harden() -> anyhow::Result<()> {
    Ok(())
}

/// Nobody decides by it, and the program is as useful without: the person should only know.
#[allow(clippy::print_stderr, reason = "there is no console yet")]
fn warn(error: &anyhow::Error) {
    eprintln!("warning: {error:#}");
}

/// A panic's own message may quote what it choked on, so only its place is told.
#[allow(
    clippy::print_stderr,
    reason = "after a panic nothing else can be trusted"
)]
fn tell_where(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(|at| format!(" at {}:{}", at.file(), at.line()))
        .unwrap_or_default();
    eprintln!(
        "error: a bug in igconnect{place}; please report this line. What was stored is kept."
    );
}
