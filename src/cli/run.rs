//! The start and the end of a run: log, console, command, exit code.
//!
//! Invariant: with `--json` or a monitoring format, a run leaves one document on stdout, even if it fails.

use std::ffi::OsString;
use std::io;

use clap::error::ErrorKind;

use super::grammar::{self, Cli, Command, Common};
use super::{help, variables};
use crate::commands;
use crate::commands::completions::Offer;
use crate::commands::status::StatusFormat;
use crate::failure::{Failure, Kind};
use crate::output::{Console, Talk, event_log, pasted_commands};
use crate::session::{Session, move_old_folder};
use crate::settings::{Clock, Settings, World, environment};

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
        let grammar = help::full_grammar();
        let offers = offers(&grammar);
        let words =
            commands::completions::complete_words(&shell, arguments, grammar, &offers, clock);
        let written = Console::new(environment_talk()).data(&words);
        return u8::from(written.is_err());
    }
    match grammar::parse(arguments) {
        Ok((
            _,
            Cli {
                command: Command::Refresh(args),
                ..
            },
        )) if !args.set.is_empty() => variables::run_with(&args.set, arguments),
        Ok((command, cli)) => {
            let version = env!("CARGO_PKG_VERSION");
            log::info!(command = command.as_str(), version; "begin");
            run_command(&cli, clock, log_error)
        }
        Err(error) if grammar::is_version(&error) => {
            let program = arguments.iter().take(1).cloned();
            let line: Vec<_> = program.chain(["--version".into()]).collect();
            run(&line, clock, log_error)
        }
        Err(error) => {
            if let Some(list) = grammar::parse_bare(arguments, &error) {
                return run_bare(&list, clock, log_error);
            }
            let error = help::with_full_help(error, arguments);
            print_clap_error(&error, arguments, clock.started_at())
        }
    }
}

/// `igconnect` without a command: the accounts, or how to begin. `list` is the command line with `list` at its end.
fn run_bare(list: &Cli, clock: Clock, log_error: Option<String>) -> u8 {
    const BEGIN: &str = "\
Try it without a Meta app:  igconnect --sandbox login
Set up your own Meta app:   igconnect app add
See every command:          igconnect --help
";
    let Common {
        sandbox,
        json,
        quiet,
        ..
    } = list.common;
    let talk = environment_talk();
    let session = read_settings(sandbox, clock.clone())
        .map(|settings| Session::new(settings, Console::new(talk), None, None));
    // In a broken world this says how to begin, too; every command reports what is wrong.
    let cache = session
        .ok()
        .and_then(|session| session.caches().open_to_read().ok().flatten());
    let has_accounts = cache.is_some_and(|cache| cache.count_up_to(1).is_ok_and(|count| count > 0));
    if json || has_accounts {
        return run_command(list, clock, log_error);
    }
    let text = if quiet { "" } else { BEGIN };
    let written = Console::new(talk).text(text);
    u8::from(written.is_err())
}

fn read_settings(sandbox: bool, clock: Clock) -> Result<Settings, Failure> {
    let settings = Settings::new(sandbox, clock)?;
    move_old_folder()?;
    Ok(settings)
}

/// What commands offer at a Tab, by the names of their values in the help.
fn offers(grammar: &clap::Command) -> [Offer; 3] {
    let describe = |command: &clap::Command| {
        let about = command.get_about().map(ToString::to_string);
        (command.get_name().to_owned(), about.unwrap_or_default())
    };
    let topics = commands::help::offers();
    let topics = topics.chain(grammar.get_subcommands().map(describe));
    [
        ("TOPIC|COMMAND", topics.collect()),
        ("CODE|TEXT", commands::explain::offers().collect()),
        ("DOCUMENT", commands::schema::offers().collect()),
    ]
}

/// Prints what clap returns instead of a command: help, the version or an error.
fn print_clap_error(error: &clap::Error, arguments: &[OsString], now: jiff::Timestamp) -> u8 {
    // Nothing was parsed, but a script that asked for a document gets one for its mistake too.
    let format = StatusFormat::in_arguments(arguments);
    let has_flag = arguments.iter().any(|argument| argument == "--json");
    let json = has_flag || format == Some(StatusFormat::Json);
    let console = Console::new(Talk {
        json,
        ..environment_talk()
    });
    let text = error.render();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !json {
        console.words(&text);
        return Kind::Usage.exit_code();
    }
    let printed = match error.use_stderr() {
        true => Err(grammar::usage_failure(error)),
        false => written(console.rendered(&text)),
    };
    finish(&console, Form { format, now }, printed)
}

fn written(result: io::Result<()>) -> Result<u8, Failure> {
    result.map(|()| 0).map_err(|error| Failure::output(&error))
}

fn run_command(cli: &Cli, clock: Clock, log_error: Option<String>) -> u8 {
    let flags = &cli.common;
    let format = match &cli.command {
        Command::Status(args) => args.format,
        _ => None,
    };
    let now = clock.started_at();
    let form = Form { format, now };
    let console = Console::new(Talk {
        json: flags.json || format == Some(StatusFormat::Json),
        quiet: flags.quiet,
        verbose: flags.verbose,
        no_input: flags.no_input,
        ..environment_talk()
    });
    if let Some(why) = log_error {
        console.warn(why);
    }
    // Before the settings are read, so that help works with broken settings.
    if let Command::Help(args) = &cli.command {
        let report = commands::help::run(args, help::long_grammar());
        let printed = report.and_then(|report| written(console.report(&report)));
        return finish(&console, form, printed);
    }
    let settings = match read_settings(flags.sandbox, clock) {
        Ok(settings) => settings,
        Err(error) => return finish(&console, form, Err(error)),
    };
    if settings.world == World::Sandbox {
        pasted_commands::use_sandbox();
    }
    let ignored = settings.world.ignored_secrets();
    if !ignored.is_empty() {
        console.warn(format!(
            "this is a test world, so it ignores {}; it has IGCONNECT_SANDBOX_TOKEN and IGCONNECT_SANDBOX_APP_SECRET",
            ignored.join(" and ")
        ));
    }
    let (account, scenario) = (flags.account.clone(), flags.scenario.clone());
    let session = Session::new(settings, console, account, scenario);
    let result = cli.dispatch(&session);
    let trust = session.instagram.trust_variables();
    if !trust.is_empty() {
        let names = trust.join(" and ");
        session.console.warn(format!(
            "TLS trusted the authorities of {names} instead of the system's"
        ));
    }
    finish(&session.console, form, result)
}

/// The console settings of the environment. `NO_COLOR` wins over `CLICOLOR_FORCE`.
fn environment_talk() -> Talk {
    let is_on = |name| environment::raw(name).is_some_and(|value| value != "0");
    // https://no-color.org: any value that is not empty counts, even 0.
    let colours = match environment::raw("NO_COLOR") {
        Some(_) => Some(false),
        None => is_on("CLICOLOR_FORCE").then_some(true),
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
        // The reader has gone, and shells are silent about SIGPIPE too.
        return failure.kind.exit_code();
    }
    failure.print(console);
    let mut document = Vec::new();
    if console.is_json() {
        // The failure is on stderr already, so a broken stdout changes nothing.
        let _ = console.document(|out| failure.write_json(out));
    } else if let Some(format) = form.format
        && let Ok(Some(code)) = format.problem(&failure, form.now, &mut document)
    {
        let _ = console.data(&document);
        return code;
    }
    failure.kind.exit_code()
}
