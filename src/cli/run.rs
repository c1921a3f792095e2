//! The start and the end of a run: log, console, command, exit code.
//!
//! Invariant: with `--json` or a monitoring format, a run leaves one document on stdout, even if it fails.

use std::ffi::OsString;

use clap::error::ErrorKind;

use super::grammar::{self, Cli, Command, Common};
use super::help;
use crate::commands;
use crate::commands::status::StatusFormat;
use crate::failure::{Failure, FailureJson, Kind};
use crate::output::{Console, Talk, event_log, json};
use crate::session::{Options, Session};
use crate::settings::{Clock, Settings, environment};

/// Runs the command line (its first argument is the program's name) and returns the exit code.
pub fn main(arguments: &[OsString]) -> u8 {
    let clock = Clock::start();
    let log_error = start_log(clock.clone()).err();
    let exit = run(arguments, clock.clone(), log_error);
    let milliseconds = clock.elapsed().as_millis() as u64;
    log::info!(exit, milliseconds; "end");
    exit
}

/// Starts the log of `IGCONNECT_LOG`. An error becomes a warning: it does not stop the command.
fn start_log(clock: Clock) -> Result<(), String> {
    let setting = environment::text("IGCONNECT_LOG").map_err(|error| error.to_string())?;
    let started = setting.map_or(Ok(()), |setting| {
        event_log::start(&setting, move || clock.exactly())
    });
    started.map_err(|error| error.to_string())
}

fn run(arguments: &[OsString], clock: Clock, log_error: Option<String>) -> u8 {
    if let Some(shell) = commands::completions::asking_shell() {
        let words =
            commands::completions::complete_words(&shell, arguments, help::full_grammar(), clock);
        let written = Console::new(environment_talk()).data(&words);
        return u8::from(written.is_err());
    }
    match grammar::parse(arguments) {
        Ok((command, cli)) => {
            let version = env!("CARGO_PKG_VERSION");
            log::info!(command = command.as_str(), version; "begin");
            run_command(&cli, clock, log_error)
        }
        Err(error) => print_clap_error(
            help::with_full_help(error, arguments),
            arguments,
            clock.started_at(),
        ),
    }
}

/// Prints what clap returns instead of a command: help, the version or an error.
fn print_clap_error(error: clap::Error, arguments: &[OsString], now: jiff::Timestamp) -> u8 {
    let format = StatusFormat::in_arguments(arguments);
    let json =
        arguments.iter().any(|argument| argument == "--json") || format == Some(StatusFormat::Json);
    let console = Console::new(Talk {
        json,
        ..environment_talk()
    });
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
        console.words(&error.render());
        return Kind::Usage.exit_code();
    }
    let printed = if error.use_stderr() {
        Err(grammar::usage_failure(&error))
    } else {
        let written = console.rendered(&error.render()).map(|()| 0);
        written.map_err(|error| Failure::output(&error))
    };
    finish(&console, Form { format, now }, printed)
}

fn run_command(cli: &Cli, clock: Clock, log_error: Option<String>) -> u8 {
    let Common {
        json,
        quiet,
        verbose,
        no_input,
        ref account,
        sandbox,
        ref scenario,
    } = cli.common;
    let format = cli.format();
    let now = clock.started_at();
    let form = Form { format, now };
    let console = Console::new(Talk {
        json: json || format == Some(StatusFormat::Json),
        quiet,
        verbose,
        no_input,
        ..environment_talk()
    });
    if let Some(why) = log_error {
        console.warn(why);
    }
    // Before the settings are read, so that help works with broken settings.
    if let Command::Help(args) = &cli.command {
        let printed = commands::help::run(args, help::long_grammar()).and_then(|report| {
            let written = console.report(&report).map(|()| 0);
            written.map_err(|error| Failure::output(&error))
        });
        return finish(&console, form, printed);
    }
    let settings = match Settings::new(sandbox, clock) {
        Ok(settings) => settings,
        Err(error) => return finish(&console, form, Err(error.into())),
    };
    let options = Options {
        account: account.clone(),
        scenario: scenario.clone(),
    };
    let session = Session::new(settings, console, options);
    let result = cli.dispatch(&session);
    finish(&session.console, form, result)
}

/// The console settings of the environment. `NO_COLOR` wins over `CLICOLOR_FORCE`.
fn environment_talk() -> Talk {
    let set = |name| environment::raw(name).is_some_and(|value| value != "0");
    let colours = match (
        environment::raw("NO_COLOR").is_some(),
        set("CLICOLOR_FORCE"),
    ) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    };
    Talk {
        colours,
        dumb: environment::raw("TERM").is_some_and(|term| term == "dumb"),
        ..Talk::default()
    }
}

/// What the document of a failure depends on.
#[derive(Clone, Copy)]
struct Form {
    format: Option<StatusFormat>,
    now: jiff::Timestamp,
}

/// Prints a failure on stderr, and with `--json` or a monitoring format also as a document on stdout.
fn finish(console: &Console, form: Form, result: Result<u8, Failure>) -> u8 {
    let failure = match result {
        Ok(code) => return code,
        Err(failure) => failure,
    };
    log::error!(code = failure.kind.name(), message = failure.message.as_str(); "failure");
    if failure.kind == Kind::Unread {
        return failure.kind.exit_code();
    }
    console.fail(
        &failure.message,
        failure.cause.as_deref(),
        failure.hint.as_deref(),
    );
    if console.is_json() {
        let mut document = Vec::new();
        if json::write(&FailureJson::from(&failure), &mut document).is_ok() {
            document.push(b'\n');
            // The failure is on stderr already, so a broken stdout changes nothing.
            let _ = console.data(&document);
        }
    } else if let Some(format) = form.format {
        let mut document = Vec::new();
        if let Ok(Some(code)) = format.problem(&failure, form.now, &mut document) {
            let _ = console.data(&document);
            return code;
        }
    }
    failure.kind.exit_code()
}
