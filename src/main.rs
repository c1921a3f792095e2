//! Sets up the process (no core dumps, no secrets in panics) and hands over to the library.

use std::process::ExitCode;

#[cfg(unix)]
use anyhow::Context;
#[cfg(unix)]
use igconnect::{child::keep_descriptor, settings::environment};

fn main() -> ExitCode {
    if let Err(error) = protect_process() {
        print_warning(&error);
    }
    std::panic::set_hook(Box::new(report_panic));
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(std::panic::catch_unwind(|| igconnect::cli::main(&arguments)).unwrap_or(1))
}

/// Keeps memory that holds tokens away from core dumps and from debuggers of the same user.
#[cfg(unix)]
fn protect_process() -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // Only the soft limit: a command that `run` starts may raise it again for itself.
    let no_core_dumps = Rlimit {
        current: Some(0),
        ..getrlimit(Resource::Core)
    };
    setrlimit(Resource::Core, no_core_dumps).context("cannot disable core dumps")?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("cannot keep debuggers of this user out")?;
    // By default, a write beyond the file size limit kills the process in the middle of it. With a handler, the write
    // fails instead. Unlike an ignored signal, a handler is not inherited by the commands that `run` starts.
    signal_hook::flag::register(
        rustix::process::Signal::XFSZ.as_raw(),
        std::sync::Arc::default(),
    )
    .context("cannot catch SIGXFSZ")?;
    // The sealed file's passphrase comes through this descriptor, so child processes must not inherit it. Whether the
    // value is a number is checked where it is read.
    let descriptor = environment::text("IGCONNECT_PASSPHRASE_FD").ok().flatten();
    if let Some(number) = descriptor.and_then(|number| number.parse().ok()) {
        keep_descriptor(number);
    }
    Ok(())
}

#[cfg(not(unix))]
fn protect_process() -> anyhow::Result<()> {
    Ok(())
}

#[allow(clippy::print_stderr, reason = "the console does not exist yet")]
fn print_warning(error: &anyhow::Error) {
    eprintln!("warning: {error:#}");
}

/// Prints where the program panicked, but not why: the message may quote a secret.
#[allow(
    clippy::print_stderr,
    reason = "after a panic nothing else can be trusted"
)]
fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic
        .location()
        .map(|at| format!(" at {}:{}", without_build_folder(at.file()), at.line()))
        .unwrap_or_default();
    eprintln!(
        "error: this is a bug in igconnect{location}; please report this line. Stored data is safe."
    );
}

/// Returns `tokio-1.0.0/src/lib.rs` for a file of a dependency. The folders above say where igconnect was built.
fn without_build_folder(file: &str) -> &str {
    let package = file
        .rfind("/src/")
        .and_then(|at| file.get(..at)?.rfind('/'));
    package.and_then(|at| file.get(at + 1..)).unwrap_or(file)
}
