//! Where each command goes: one line for each. Its report is written, and the failures of single accounts are told.

use super::grammar::{Cli, Command};
use super::help::{full_grammar, long_grammar};
use crate::commands;
use crate::failure::Failure;
use crate::output::Render;
use crate::session::Session;

impl Cli {
    /// Runs the command and writes its report; returns the exit code.
    pub(super) fn dispatch(&self, session: &Session) -> Result<u8, Failure> {
        match &self.command {
            Command::Login(args) => show(session, &commands::login::run(args, session)?),
            Command::Status(args) => {
                let answer = commands::status::run(args, session)?;
                let code = show(session, &answer);
                tell(session, answer.failures());
                code
            }
            Command::List(args) => {
                let answer = commands::list::run(args, session)?;
                let code = show(session, &answer);
                tell(session, answer.failures());
                code
            }
            Command::Refresh(args) => {
                let answer = commands::refresh::run(args, session)?;
                tell(session, answer.failures());
                show(session, &answer)
            }
            Command::Disconnect(args) => {
                let answer = commands::disconnect::run(args, session)?;
                tell(session, answer.failures());
                show(session, &answer)
            }
            Command::Token(args) => show(session, &commands::token::run(args, session)?),
            Command::Run(args) => commands::run::run(args, session),
            Command::Use(args) => show(session, &commands::use_account::run(args, session)?),
            Command::History(args) => {
                let answer = commands::history::run(args, session)?;
                let code = show(session, &answer);
                tell(session, answer.failures());
                code
            }
            Command::App(args) => show(session, &commands::app::run(args, session)?),
            Command::Store(args) => {
                let answer = commands::store::run(args, session)?;
                tell(session, answer.failures().into_iter());
                show(session, &answer)
            }
            Command::Certificate(args) => {
                show(session, &commands::certificate::run(args, session)?)
            }
            Command::Doctor(args) => show(session, &commands::doctor::run(args, session)?),
            Command::Help(args) => show(session, &commands::help::run(args, long_grammar())?),
            Command::Explain(args) => show(session, &commands::explain::run(args)?),
            Command::Schedule(args) => show(session, &commands::schedule::run(args, session)?),
            Command::Sandbox(args) => match commands::sandbox::run(args, session)? {
                Some(answer) => show(session, &answer),
                None => Ok(0),
            },
            Command::Schema(args) => show(session, &commands::schema::run(args)?),
            Command::Completions(args) => {
                show(session, &commands::completions::run(args, full_grammar())?)
            }
            Command::Man(args) => {
                let topics = commands::help::texts();
                show(session, &commands::man::run(args, full_grammar(), &topics)?)
            }
        }
    }
}

fn show(session: &Session, report: &dyn Render) -> Result<u8, Failure> {
    session
        .console
        .report(report)
        .map_err(|error| Failure::output(&error))?;
    report
        .afterword()
        .into_iter()
        .for_each(|words| session.console.say(words));
    Ok(report.exit_code())
}

/// Failures of single accounts, which a report survives. In JSON they stand beside their account.
fn tell<'a>(session: &Session, failures: impl Iterator<Item = &'a Failure>) {
    for failure in failures {
        session.console.fail(
            &failure.message,
            failure.cause.as_deref(),
            failure.hint.as_deref(),
        );
    }
}
