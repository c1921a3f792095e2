//! Runs the command that was typed and writes its report and the failures of single accounts.

use super::grammar::{Cli, Command};
use super::help::{GROUPS, full_grammar, long_grammar};
use crate::commands;
use crate::failure::Failure;
use crate::output::Render;
use crate::session::Session;

impl Cli {
    /// Returns the exit code.
    pub(super) fn dispatch(&self, session: &Session) -> Result<u8, Failure> {
        match &self.command {
            Command::Login(args) => print_report(session, &commands::login::run(args, session)?),
            Command::Status(args) => {
                let answer = commands::status::run(args, session)?;
                let code = print_report(session, &answer);
                print_failures(session, answer.failures());
                code
            }
            Command::List(args) => {
                let answer = commands::list::run(args, session)?;
                let code = print_report(session, &answer);
                print_failures(session, answer.failures());
                code
            }
            Command::Refresh(args) => {
                let answer = commands::refresh::run(args, session)?;
                print_failures(session, answer.failures());
                print_report(session, &answer)
            }
            Command::Disconnect(args) => {
                let answer = commands::disconnect::run(args, session)?;
                print_failures(session, answer.failures());
                print_report(session, &answer)
            }
            Command::Token(args) => print_report(session, &commands::token::run(args, session)?),
            Command::Run(args) => commands::run::run(args, session),
            Command::Use(args) => {
                print_report(session, &commands::use_account::run(args, session)?)
            }
            Command::History(args) => {
                let answer = commands::history::run(args, session)?;
                let code = print_report(session, &answer);
                print_failures(session, answer.failures());
                code
            }
            Command::App(args) => print_report(session, &commands::app::run(args, session)?),
            Command::Store(args) => {
                let answer = commands::store::run(args, session)?;
                print_failures(session, answer.failures().into_iter());
                print_report(session, &answer)
            }
            Command::Certificate(args) => {
                print_report(session, &commands::certificate::run(args, session)?)
            }
            Command::Doctor(args) => print_report(session, &commands::doctor::run(args, session)?),
            Command::Help(args) => {
                print_report(session, &commands::help::run(args, long_grammar())?)
            }
            Command::Explain(args) => print_report(session, &commands::explain::run(args)?),
            Command::Schedule(args) => {
                print_report(session, &commands::schedule::run(args, session)?)
            }
            Command::Sandbox(args) => match commands::sandbox::run(args, session)? {
                Some(answer) => print_report(session, &answer),
                None => Ok(0),
            },
            Command::Schema(args) => print_report(session, &commands::schema::run(args)?),
            Command::Completions(args) => {
                print_report(session, &commands::completions::run(args, full_grammar())?)
            }
            Command::Man(args) => {
                let topics = commands::help::texts();
                print_report(
                    session,
                    &commands::man::run(args, &full_grammar(), &GROUPS, &topics)?,
                )
            }
        }
    }
}

fn print_report(session: &Session, report: &dyn Render) -> Result<u8, Failure> {
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

/// Prints failures of single accounts. In JSON the report has them already, beside each account.
fn print_failures<'a>(session: &Session, failures: impl Iterator<Item = &'a Failure>) {
    for failure in failures {
        session.console.fail(
            &failure.message,
            failure.cause.as_deref(),
            failure.hint.as_deref(),
        );
    }
}
