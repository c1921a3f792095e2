//! The process: no core dump, no secret in a panic; the rest is the library's.

use std::process::ExitCode;

fn main() -> ExitCode {
    harden();
    std::panic::set_hook(Box::new(tell_where));
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(std::panic::catch_unwind(|| igconnect::cli::main(&arguments)).unwrap_or(1))
}

/// Memory that holds a token is nobody else's to read: no core dump, no debugger of this user.
#[cfg(unix)]
fn harden() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // The soft limit alone: a command that `run` starts may raise it again for itself.
    let none = Rlimit {
        current: Some(0),
        ..getrlimit(Resource::Core)
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(unix))]
fn harden() {}

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
