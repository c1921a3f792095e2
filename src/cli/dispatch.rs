//! Runs the command that was typed and writes its report and the failures of single accounts.

use std::collections::BTreeSet;

use super::grammar::{Cli, Command};
use super::help::{GROUPS, full_grammar, long_grammar};
use crate::failure::Failure;
use crate::output::Render;
use crate::session::Session;

impl Cli {
    /// Returns the exit code.
    pub(super) fn dispatch(&self, session: &Session) -> Result<u8, Failure> {
        use crate::commands as verb;
        match &self.command {
            Command::Login(args) => {
                let report = verb::login::run(args, session)?;
                let code = print(session, &report)?;
                report.offer_daily_refresh(session)?;
                Ok(code)
            }
            Command::Status(args) => {
                let report = verb::status::run(args, session)?;
                print_then(session, &report, || report.failures())
            }
            Command::List(args) => {
                let report = verb::list::run(args, session)?;
                print_then(session, &report, || report.everyone.failure())
            }
            Command::Refresh(args) => {
                let report = verb::refresh::run(args, session)?;
                print_after(session, report.failures(), &report)
            }
            Command::Disconnect(args) => {
                let report = verb::disconnect::run(args, session)?;
                print_after(session, report.failures(), &report)
            }
            Command::Token(args) => print(session, &verb::token::run(args, session)?),
            Command::Run(args) => match verb::run::run(args, session)? {},
            Command::Use(args) => print(session, &verb::use_account::run(args, session)?),
            Command::History(args) => {
                let report = verb::history::run(args, session)?;
                print_then(session, &report, || report.everyone.failure())
            }
            Command::App(args) => print(session, &*verb::app::run(args, session)?),
            Command::Store(args) => {
                let report = verb::store::run(args, session)?;
                print_after(session, report.failures(), &report)
            }
            Command::Certificate(args) => print(session, &verb::certificate::run(args, session)?),
            Command::Doctor(args) => print(session, &verb::doctor::run(args, session)?),
            Command::Help(args) => print(session, &verb::help::run(args, long_grammar())?),
            Command::Explain(args) => print(session, &verb::explain::run(args)?),
            Command::Schedule(args) => print(session, &verb::schedule::run(args, session)?),
            Command::Sandbox(args) => {
                verb::sandbox::run(args, session)?.map_or(Ok(0), |report| print(session, &report))
            }
            Command::Schema(args) => print(session, &verb::schema::run(args)?),
            Command::Completions(args) => {
                print(session, &verb::completions::run(args, full_grammar())?)
            }
            Command::Man(args) => {
                let (program, topics) = (full_grammar(), verb::help::texts());
                print(session, &verb::man::run(args, &program, &GROUPS, &topics)?)
            }
        }
    }
}

/// Prints the report, then the failures, of which some happen while the report is written.
fn print_then<'a, F: IntoIterator<Item = &'a Failure>>(
    session: &Session,
    report: &dyn Render,
    failures: impl FnOnce() -> F,
) -> Result<u8, Failure> {
    let code = print(session, report);
    print_failures(session, failures());
    code
}

/// Prints the failures of single accounts, then the report.
fn print_after<'a>(
    session: &Session,
    failures: impl IntoIterator<Item = &'a Failure>,
    report: &dyn Render,
) -> Result<u8, Failure> {
    print_failures(session, failures);
    print(session, report)
}

fn print(session: &Session, report: &dyn Render) -> Result<u8, Failure> {
    let written = session.console.report(report);
    written.map_err(|error| Failure::output(&error))?;
    if let Some(words) = report.afterword() {
        session.console.say(words);
    }
    Ok(report.exit_code())
}

/// Prints failures of single accounts. In JSON the report has them already, beside each account.
fn print_failures<'a>(session: &Session, failures: impl IntoIterator<Item = &'a Failure>) {
    let mut hints = BTreeSet::new();
    for failure in failures {
        // Accounts of one app fail for one reason, and its advice is read once.
        let is_new = failure
            .hint
            .as_deref()
            .is_none_or(|hint| hints.insert(hint));
        if is_new {
            failure.print(&session.console);
        } else {
            let hint = None;
            Failure {
                hint,
                ..failure.clone()
            }
            .print(&session.console);
        }
    }
}
