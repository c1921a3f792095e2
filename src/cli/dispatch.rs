//! Where each command goes: one line for each. Its report is written, and the failures of single accounts are told.

use super::grammar::{Cli, Command};
use super::help::{full_grammar, long_grammar};
use crate::commands::{self, Context};
use crate::failure::Failure;
use crate::output::Report;

impl Cli {
    /// Runs the command and writes its report; returns the exit code.
    pub(super) fn dispatch(&self, context: &Context) -> Result<u8, Failure> {
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
                let code = show(context, &answer);
                tell(context, answer.broken_off().into_iter());
                code
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
            Command::Help(args) => show(context, &commands::help::run(args, long_grammar())?),
            Command::Explain(args) => show(context, &commands::explain::run(args)?),
            Command::Schedule(args) => show(context, &commands::schedule::run(args, context)?),
            Command::Sandbox(args) => match commands::sandbox::run(args, context)? {
                Some(answer) => show(context, &answer),
                None => Ok(0),
            },
            Command::Schema(args) => show(context, &commands::schema::run(args)?),
            Command::Completions(args) => {
                show(context, &commands::completions::run(args, full_grammar())?)
            }
            Command::Man(args) => {
                let topics = commands::help::texts();
                show(context, &commands::man::run(args, full_grammar(), &topics)?)
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
