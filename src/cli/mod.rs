//! How a run begins and ends: the log, the console, the command, the exit code. What may be typed is in `grammar`, where
//! it goes in `dispatch`.
//!
//! Invariant: a run that was asked for JSON or for a monitoring format leaves one document of it on stdout, also where it
//! fails.

mod dispatch;
mod grammar;
mod help;

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::answers;
use crate::commands;
use crate::commands::status::Format;
use crate::failure::{Failure, Kind};
use crate::output::{Console, Talk, event_log, json};
use crate::session::{Options, Session};
use crate::settings::{Clock, Settings, environment};
use grammar::{Cli, Command, Common};

/// Understands the arguments (the first is the program's name) and does what they say; returns the exit code.
pub fn main(arguments: &[OsString]) -> u8 {
    let clock = Clock::start();
    let unlogged = start_log(clock.clone()).err();
    let exit = run(arguments, clock.clone(), unlogged);
    let milliseconds = clock.elapsed().as_millis() as u64;
    log::info!(exit, milliseconds; "end");
    exit
}

/// Starts the log where one is asked for; why there is none is for the person to know, and no reason to stop.
fn start_log(clock: Clock) -> Result<(), String> {
    let asked = environment::text("IGCONNECT_LOG").map_err(|error| error.to_string())?;
    let started = asked.map_or(Ok(()), |asked| {
        event_log::start(&asked, move || clock.exactly())
    });
    started.map_err(|error| error.to_string())
}

fn run(arguments: &[OsString], clock: Clock, unlogged: Option<String>) -> u8 {
    if let Some(shell) = commands::completions::asked_by() {
        let words =
            commands::completions::next_words(&shell, arguments, help::full_grammar(), clock);
        let written = Console::new(talk()).data(&words);
        return u8::from(written.is_err());
    }
    match grammar::parse(arguments) {
        Ok((command, cli)) => {
            let version = env!("CARGO_PKG_VERSION");
            log::info!(command = command.as_str(), version; "begin");
            carry_out(&cli, clock, unlogged)
        }
        Err(error) => answer(
            help::in_full(error, arguments),
            arguments,
            clock.started_at(),
        ),
    }
}

/// What clap answers by itself: help, the version, or why the command line cannot be understood.
fn answer(error: clap::Error, arguments: &[OsString], now: jiff::Timestamp) -> u8 {
    let format = Format::in_arguments(arguments);
    let json =
        arguments.iter().any(|argument| argument == "--json") || format == Some(Format::Json);
    let console = Console::new(Talk { json, ..talk() });
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
        console.words(&error.render());
        return Kind::Usage.exit_code();
    }
    let answered = if error.use_stderr() {
        Err(grammar::usage_failure(&error))
    } else {
        let written = console.rendered(&error.render()).map(|()| 0);
        written.map_err(|error| Failure::output(&error))
    };
    finish(&console, Form { format, now }, answered)
}

/// Does what was typed; returns the exit code.
fn carry_out(cli: &Cli, clock: Clock, unlogged: Option<String>) -> u8 {
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
        json: json || format == Some(Format::Json),
        quiet,
        verbose,
        no_input,
        ..talk()
    });
    if let Some(why) = unlogged {
        console.warn(why);
    }
    // Help works in a broken world too.
    if let Command::Help(args) = &cli.command {
        let told = commands::help::run(args, help::long_grammar());
        let told = told.and_then(|answer| {
            let written = console.report(&answer).map(|()| 0);
            written.map_err(|error| Failure::output(&error))
        });
        return finish(&console, form, told);
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

/// Colours by the environment: `NO_COLOR` beats all.
fn talk() -> Talk {
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

/// How a failure is written, and when it is.
#[derive(Clone, Copy)]
struct Form {
    format: Option<Format>,
    now: jiff::Timestamp,
}

/// Tells a failure: in words on stderr, and as the one document on stdout where JSON or a monitoring format was asked
/// for.
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
        if json::write(&answers::FailureJson::from(&failure), &mut document).is_ok() {
            document.push(b'\n');
            // The failure itself is told already; that stdout is broken too changes nothing.
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
