//! `run`: runs a command with the token in its environment, and nowhere else.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::Command;

use crate::child;
use crate::failure::{Failure, Kind, typed};
use crate::session::{Session, UsableToken, user_command};

/// Run a command with the token in its environment
///
/// The command gets the token in INSTAGRAM_TOKEN and the account's id in INSTAGRAM_USER_ID. It runs without a shell;
/// its exit code and signals are passed on. A token that is due is refreshed first.
///
/// A token in IGCONNECT_TOKEN, or in the private file that IGCONNECT_TOKEN_FILE names, is used unless you name an
/// account. INSTAGRAM_USER_ID is not set then.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect run -- ./publish.sh
  igconnect run @shop --env IG_TOKEN -- python3 report.py")]
pub(crate) struct Args {
    /// @username, id or alias [default: the default account]
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Variable that holds the token
    #[arg(long, value_name = "NAME", default_value = "INSTAGRAM_TOKEN", value_parser = variable)]
    env: String,
    /// Command and its arguments, after --
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
}

fn variable(name: &str) -> Result<String, &'static str> {
    let alphabet = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    let starts_well = name.starts_with(|c: char| !c.is_ascii_digit());
    if starts_well && name.bytes().all(alphabet) {
        Ok(name.to_owned())
    } else {
        Err("use capital letters, digits and '_'; do not start with a digit")
    }
}

/// Returns only if the command cannot be started.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Infallible, Failure> {
    let UsableToken { account, token } = session.usable_token(args.name.as_deref())?;
    let Some((program, arguments)) = args.command.split_first() else {
        return Err(Failure::new(Kind::Usage, "no command to run"));
    };
    let mut command = child::named_command(program);
    command.args(arguments);
    // Before the token is set, whose variable may have the name of one of them.
    child::remove_all_secrets(&mut command);
    command.env(&args.env, token.expose());
    match account {
        Some(account) => command.env("INSTAGRAM_USER_ID", account.id.as_str()),
        // Only Instagram knows whose the environment token is; the variable may hold another account's id.
        None => command.env_remove("INSTAGRAM_USER_ID"),
    };
    // Wiped now: no destructor runs once the command has started.
    drop(token);
    start(command, session)
}

/// Replaces this process by the command, so that signals and the exit code need no passing on.
#[cfg(unix)]
fn start(mut command: Command, _: &Session) -> Result<Infallible, Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(not_started(&command, &error))
}

/// Waits for the command, and ends with its exit code, which has 32 bits on Windows.
#[cfg(not(unix))]
fn start(mut command: Command, session: &Session) -> Result<Infallible, Failure> {
    // Ctrl-C reaches the command too, and how it ends is what counts.
    session.runtime.ignore_signals()?;
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(not_started(&command, &error)),
    }
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    let name = command.get_program();
    let program = typed(&name.to_string_lossy());
    let message = match (error.kind(), user_command::missing_interpreter(name, error)) {
        (_, Some(interpreter)) => {
            return Failure::new(Kind::Usage, format!("cannot run {program}: {interpreter}"))
                .hint("Install the interpreter, or correct the first line of the script");
        }
        (ErrorKind::NotFound, None) => format!("command not found: {program}"),
        (kind, None) => format!("cannot run {program}: {kind}"),
    };
    Failure::new(Kind::Usage, message).hint("Name a program in PATH, or its path, after --")
}
