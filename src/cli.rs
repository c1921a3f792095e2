//! What may be typed, and where it goes. Nothing is done here.

use std::ffi::OsString;

use clap::{ArgAction, CommandFactory, Parser, Subcommand};

use crate::commands::{self, Context, Options};
use crate::failure::{Failure, Kind, exit_codes};
use crate::output::{Console, Report, Talk, json};
use crate::settings::{Clock, Settings, environment};

const FIRST_STEPS: &str = "\
Try it in two minutes, without a Meta app:  igconnect --sandbox login
Set up your own app and connect:            igconnect app add && igconnect login";

fn long_help() -> String {
    format!("Exit codes:\n{}\n{FIRST_STEPS}", exit_codes())
}

/// Connect Instagram professional accounts, keep their 60-day tokens alive, hand them to scripts and CI
#[derive(Debug, Parser)]
#[command(
    name = "igconnect",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(after_help = FIRST_STEPS)]
#[command(after_long_help = long_help())]
pub struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    command: Command,
}

/// The flags of every command.
#[derive(Debug, clap::Args)]
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
    // An id of its own: many commands have an argument called `account`, which would hide the flag.
    #[arg(
        id = "account-flag",
        long = "account",
        global = true,
        value_name = "ACCOUNT"
    )]
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
    App(commands::app::Args),
    Explain(commands::explain::Args),
    Sandbox(commands::sandbox::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
}

impl Cli {
    /// Runs the command and writes its report; returns the exit code.
    pub fn dispatch(&self, context: &Context) -> Result<u8, Failure> {
        match &self.command {
            Command::Login(args) => show(context, &commands::login::run(args, context)?),
            Command::Status(args) => {
                let answer = commands::status::run(args, context)?;
                tell(context, answer.failures());
                show(context, &answer)
            }
            Command::List(args) => {
                let answer = commands::list::run(args, context)?;
                show(context, &answer).map_err(|failure| answer.failure().unwrap_or(failure))
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
            Command::App(args) => show(context, &commands::app::run(args, context)?),
            Command::Explain(args) => show(context, &commands::explain::run(args)?),
            Command::Sandbox(args) => match commands::sandbox::run(args, context)? {
                Some(answer) => show(context, &answer),
                None => Ok(0),
            },
            Command::Completions(args) => {
                show(context, &commands::completions::run(args, Self::command())?)
            }
            Command::Man(args) => show(context, &commands::man::run(args, Self::command())?),
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
    if let Some(shell) = commands::completions::asked_by() {
        let words = commands::completions::next_words(&shell, arguments, Cli::command(), clock);
        let written = Console::new(talk()).data(&words);
        return u8::from(written.is_err());
    }
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let error = in_full(error, arguments);
            let console = Console::new(Talk {
                json: wants_json,
                ..talk()
            });
            return match error.use_stderr() {
                false => finish(
                    &console,
                    console
                        .rendered(&error.render())
                        .map(|()| 0)
                        .map_err(|e| Failure::output(&e)),
                ),
                true => finish(&console, Err(misunderstood(&error))),
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
    let console = Console::new(Talk {
        json,
        quiet,
        verbose,
        no_input,
        ..talk()
    });
    let settings = match Settings::new(sandbox, clock) {
        Ok(settings) => settings,
        Err(error) => return finish(&console, Err(error.into())),
    };
    let options = Options {
        account: account.clone(),
        scenario: scenario.clone(),
    };
    let context = Context::new(settings, console, options);
    let result = cli.dispatch(&context);
    finish(&context.console, result)
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

/// Tells a failure: in words on stderr, and as the one document on stdout where JSON was asked for.
fn finish(console: &Console, result: Result<u8, Failure>) -> u8 {
    let failure = match result {
        Ok(code) => return code,
        Err(failure) => failure,
    };
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
    }
    failure.kind.exit_code()
}

/// Help, with what `defer` left out of it put in.
fn in_full(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    if error.kind() != clap::error::ErrorKind::DisplayHelp {
        return error;
    }
    let mut command = Cli::command();
    command.build();
    command
        .try_get_matches_from(arguments)
        .err()
        .unwrap_or(error)
}

/// The failure of a command line that cannot be understood. Its words may quote a secret, so they are masked.
fn misunderstood(error: &clap::Error) -> Failure {
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
