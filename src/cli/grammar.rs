//! The command line: its commands, its global flags, and how an error of clap becomes a failure.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::account;
use crate::commands;
use crate::failure::{Failure, Kind};

/// Connect Instagram accounts and keep their tokens valid, for scripts and CI
#[derive(Debug, Parser)]
#[command(
    name = "igconnect",
    bin_name = "igconnect", // not igconnect.exe
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Common {
    /// Print one JSON document
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Print errors only
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Print more details
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// Never prompt
    #[arg(long, global = true)]
    pub(super) no_input: bool,
    /// The account to use: @username, id or alias
    #[arg(long, global = true, value_name = "ACCOUNT")]
    pub(super) account: Option<String>,
    /// Use the built-in sandbox instead of Instagram
    #[arg(long, global = true)]
    pub(super) sandbox: bool,
    /// Choose what happens in the sandbox
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) scenario: Option<String>,
}

// Deferred, because building the arguments of all commands would slow down each run.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(super) enum Command {
    Login(commands::login::Args),
    // The hidden aliases are words that people know from other tools.
    #[command(alias = "whoami")]
    Status(commands::status::Args),
    #[command(aliases = ["ls", "accounts"])]
    List(commands::list::Args),
    #[command(alias = "renew")]
    Refresh(commands::refresh::Args),
    #[command(aliases = ["logout", "rm"])]
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

/// Parses the command line and returns the name of the command with it.
pub(super) fn parse(arguments: &[OsString]) -> Result<(String, Cli), clap::Error> {
    // Leaked: freeing 20 commands takes longer than the process has left to live.
    let all = Box::leak(Box::new(Cli::command()));
    let narrow = narrow_to_command(all, arguments);
    let narrow = narrow.map(|one| one.try_get_matches_from(arguments));
    let mut matches = match narrow {
        Some(Ok(matches)) => matches,
        _ => all.try_get_matches_from_mut(arguments)?,
    };
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    Ok((name, Cli::from_arg_matches_mut(&mut matches)?))
}

/// The grammar with only the command that was probably typed. It is faster, because clap adds the global flags to each
/// command. It accepts a subset of the full grammar, with the same meaning; the full one reports what it rejects.
fn narrow_to_command(all: &clap::Command, arguments: &[OsString]) -> Option<clap::Command> {
    let mut typed = arguments.iter().skip(1);
    let one = typed.find_map(|argument| all.find_subcommand(argument))?;
    let root = clap::Command::new("igconnect")
        .subcommand_required(true)
        .disable_help_subcommand(true);
    Some(Common::augment_args(root).subcommand(one.clone()))
}

/// Returns the command line with `list` at its end if only the command is missing.
pub(super) fn parse_bare(arguments: &[OsString], error: &clap::Error) -> Option<Cli> {
    use ErrorKind::{DisplayHelpOnMissingArgumentOrSubcommand as Help, MissingSubcommand};
    if !matches!(error.kind(), MissingSubcommand | Help) {
        return None;
    }
    let (name, cli) = parse(&[arguments, &["list".into()]].concat()).ok()?;
    // Not `app list`: in `igconnect app` the command of `app` is missing.
    (name == "list").then_some(cli)
}

/// Returns whether the command is `version`, a habit from other tools.
pub(super) fn is_version(error: &clap::Error) -> bool {
    let word = error.get(ContextKind::InvalidSubcommand);
    matches!(word, Some(ContextValue::String(word)) if word == "version")
}

/// Returns the commands that a mistyped one resembles, by their names and not by hidden aliases.
fn similar_commands(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::Strings(words)) = error.get(ContextKind::SuggestedSubcommand) else {
        return None;
    };
    let all = Cli::command();
    let name = |word: &String| {
        let command = all.find_subcommand(word);
        command.map_or_else(|| word.clone(), |it| it.get_name().to_owned())
    };
    let names: BTreeSet<_> = words.iter().map(name).collect();
    Some(names.into_iter().collect::<Vec<_>>().join(" or "))
}

/// Turns an error of clap into a failure. Its text may quote a secret from the command line, so secrets are masked.
pub(super) fn usage_failure(error: &clap::Error) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::new(Kind::Usage, "no command given").hint("For more, try --help");
    }
    let text = account::without_secrets(&error.render().to_string());
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first);
    let failure = Failure::new(Kind::Usage, message).hint("For more, try --help");
    if let Some(names) = similar_commands(error) {
        return failure.hint(format!("Did you mean {names}? For more, try --help"));
    }
    // clap's second line is the cause, unless it is only advice.
    let is_advice = |line: &str| line.starts_with("Usage") || line.starts_with("For more");
    match lines.next() {
        Some(cause) if !is_advice(cause) => failure.cause(cause),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrow_grammar_parses_like_the_full_one() {
        for line in [
            "",
            "nonsense",
            "status --json",
            "--json -vv status @shop",
            "--account list status",
            "--account status",
            "--account=status list",
            "list status",
            "run -- status --json",
            "help status",
            "status --version",
            "list --help",
            "refresh --all @shop",
            "schedule install --print",
        ] {
            let line = std::iter::once("igconnect").chain(line.split_whitespace());
            let line: Vec<OsString> = line.map(OsString::from).collect();
            let full = Cli::command().try_get_matches_from(&line);
            let full = full.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
            let describe = |cli: Result<Cli, clap::Error>| match cli {
                Ok(cli) => format!("{cli:?}"),
                Err(error) => error.render().to_string(),
            };
            let narrow = parse(&line).map(|(_, cli)| cli);
            assert_eq!(describe(narrow), describe(full), "{line:?}");
        }
    }
}
