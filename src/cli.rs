//! What may be typed, and where it goes. Nothing is done here.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::status::Format;
use crate::commands::{self, Context, Options};
use crate::failure::{Failure, Kind, exit_codes};
use crate::output::{Console, Report, Talk, event_log, json};
use crate::settings::{Clock, Settings, environment};

const FIRST_STEPS: &str = "\
Try it in two minutes, without a Meta app:  igconnect --sandbox login
Set up your own app and connect:            igconnect app add && igconnect login";

fn long_help() -> String {
    let topics = commands::help::topics();
    format!("Exit codes:\n{}\n{topics}\n{FIRST_STEPS}", exit_codes())
}

/// Connect Instagram professional accounts, keep their 60-day tokens alive, hand them to scripts and CI
#[derive(Debug, Parser)]
#[command(
    name = "igconnect",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
#[command(after_help = FIRST_STEPS)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    command: Command,
}

/// The flags of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Common {
    /// Answer as one JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but failures
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Never ask
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// The account: @username, id or alias
    #[arg(long, global = true, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Use the built-in stand-in for Instagram, in a world of its own
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// What happens in the sandbox (igconnect sandbox --list)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
}

// Only the arguments of the command that is typed are put together: each run would pay for those of all others.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    Login(commands::login::Args),
    Status(commands::status::Args),
    List(commands::list::Args),
    Refresh(commands::refresh::Args),
    Disconnect(commands::disconnect::Args),
    Token(commands::token::Args),
    Run(commands::run::Args),
    #[command(name = "use")]
    Use(commands::use_account::Args),
    History(commands::history::Args),
    App(commands::app::Args),
    Store(commands::store::Args),
    Schedule(commands::schedule::Args),
    Certificate(commands::certificate::Args),
    Doctor(commands::doctor::Args),
    Explain(commands::explain::Args),
    Help(commands::help::Args),
    Sandbox(commands::sandbox::Args),
    Schema(commands::schema::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
}

impl Cli {
    /// The form in which `status` was asked to answer.
    fn format(&self) -> Option<Format> {
        match &self.command {
            Command::Status(args) => args.format(),
            _ => None,
        }
    }

    /// Runs the command and writes its report; returns the exit code.
    pub fn dispatch(&self, context: &Context) -> Result<u8, Failure> {
        match &self.command {
            Command::Login(args) => show(context, &commands::login::run(args, context)?),
            Command::Status(args) => {
                let answer = commands::status::run(args, context)?;
                let code = show(context, &answer);
                tell(context, answer.failures().into_iter());
                code
            }
            Command::List(args) => {
                let answer = commands::list::run(args, context)?;
                let code = show(context, &answer);
                tell(context, answer.failures());
                code
            }
            Command::Refresh(args) => {
                let answer = commands::refresh::run(args, context)?;
                tell(context, answer.failures());
                show(context, &answer)
            }
            Command::Disconnect(args) => {
                let answer = commands::disconnect::run(args, context)?;
                tell(context, answer.failures());
                show(context, &answer)
            }
            Command::Token(args) => show(context, &commands::token::run(args, context)?),
            Command::Run(args) => commands::run::run(args, context),
            Command::Use(args) => show(context, &commands::use_account::run(args, context)?),
            Command::History(args) => {
                let answer = commands::history::run(args, context)?;
                let code = show(context, &answer);
                tell(context, answer.failures());
                code
            }
            Command::App(args) => show(context, &commands::app::run(args, context)?),
            Command::Store(args) => {
                let answer = commands::store::run(args, context)?;
                tell(context, answer.failures().into_iter());
                show(context, &answer)
            }
            Command::Certificate(args) => {
                show(context, &commands::certificate::run(args, context)?)
            }
            Command::Doctor(args) => show(context, &commands::doctor::run(args, context)?),
            Command::Help(args) => show(context, &commands::help::run(args, described())?),
            Command::Explain(args) => show(context, &commands::explain::run(args)?),
            Command::Schedule(args) => show(context, &commands::schedule::run(args, context)?),
            Command::Sandbox(args) => match commands::sandbox::run(args, context)? {
                Some(answer) => show(context, &answer),
                None => Ok(0),
            },
            Command::Schema(args) => show(context, &commands::schema::run(args)?),
            Command::Completions(args) => {
                show(context, &commands::completions::run(args, described())?)
            }
            Command::Man(args) => {
                let topics = commands::help::texts();
                show(context, &commands::man::run(args, described(), &topics)?)
            }
        }
    }
}

fn show(context: &Context, report: &dyn Report) -> Result<u8, Failure> {
    context
        .console
        .report(report)
        .map_err(|error| Failure::output(&error))?;
    report
        .afterword()
        .into_iter()
        .for_each(|words| context.console.say(words));
    Ok(report.exit_code())
}

/// Failures of single accounts, which a report survives. In JSON they stand beside their account.
fn tell<'a>(context: &Context, failures: impl Iterator<Item = &'a Failure>) {
    for failure in failures {
        context.console.fail(
            &failure.message,
            failure.cause.as_deref(),
            failure.hint.as_deref(),
        );
    }
}

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

/// The command line understood, and which command it is.
fn understood(arguments: &[OsString]) -> Result<(String, Cli), clap::Error> {
    let mut matches = Cli::command().try_get_matches_from(arguments)?;
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    Ok((name, Cli::from_arg_matches_mut(&mut matches)?))
}

fn run(arguments: &[OsString], clock: Clock, unlogged: Option<String>) -> u8 {
    let now = clock.now();
    if let Some(shell) = commands::completions::asked_by() {
        let words = commands::completions::next_words(&shell, arguments, described(), clock);
        let written = Console::new(talk()).data(&words);
        return u8::from(written.is_err());
    }
    let wants_json = arguments.iter().any(|argument| argument == "--json")
        || Format::in_arguments(arguments) == Some(Format::Json);
    let cli = match understood(arguments) {
        Ok((command, cli)) => {
            let version = env!("CARGO_PKG_VERSION");
            log::info!(command = command.as_str(), version; "begin");
            cli
        }
        Err(error) => {
            let error = in_full(error, arguments);
            let console = Console::new(Talk {
                json: wants_json,
                ..talk()
            });
            if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !wants_json {
                console.words(&error.render());
                return Kind::Usage.exit_code();
            }
            let format = Format::in_arguments(arguments);
            let form = Form { format, now };
            return match error.use_stderr() {
                false => finish(
                    &console,
                    form,
                    console
                        .rendered(&error.render())
                        .map(|()| 0)
                        .map_err(|e| Failure::output(&e)),
                ),
                true => finish(&console, form, Err(misunderstood(&error))),
            };
        }
    };
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
        let told = commands::help::run(args, described());
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
    let context = Context::new(settings, console, options);
    let result = cli.dispatch(&context);
    finish(&context.console, form, result)
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
        if json::write(&json::Failed::new(failure.to_json()), &mut document).is_ok() {
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

/// All commands with all their arguments and texts, where somebody wants to read about them.
fn described() -> clap::Command {
    let mut command = Cli::command().after_long_help(long_help());
    command.build();
    command
}

/// Help, with what was left out for the sake of the commands that do something.
fn in_full(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand};
    match error.kind() {
        DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand => {
            let full = described().try_get_matches_from(arguments);
            full.err().unwrap_or(error)
        }
        _ => error,
    }
}

/// The failure of a command line that cannot be understood. Its words may quote a secret, so they are masked.
fn misunderstood(error: &clap::Error) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::new(Kind::Usage, "no command was given").hint("For more, try --help");
    }
    let text = crate::account::without_secrets(&error.render().to_string());
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    let failure = Failure::new(Kind::Usage, message).hint("For more, try --help");
    match lines
        .next()
        .filter(|line| !line.starts_with("Usage") && !line.starts_with("For more"))
    {
        Some(cause) => failure.cause(cause),
        None => failure,
    }
}
