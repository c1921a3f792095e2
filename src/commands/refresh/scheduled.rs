//! `refresh --scheduled`, as a scheduler runs it, unattended. Failures that the next run may mend stay silent while
//! there is time for more tries. All others are reported in each run: by the exit code, on stderr, and to the command
//! that the configuration names.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::command::{self, Args};
use super::report::Report;
use crate::account::{Account, can_retry_silently};
use crate::failure::{Failure, Kind};
use crate::output::Render;
use crate::schedule::{LastRun, SavedState};
use crate::session::Session;
use crate::session::user_command::UserCommand;

type Ended = Result<Report, Failure>;

pub(super) fn run(args: &Args, session: &Session) -> Ended {
    let now = session.settings.clock.started_at();
    let ended = command::refresh(args, session);
    let is_silent = all_may_wait(&ended, session, now);
    let (exit, problem) = match &ended {
        Ok(report) => (
            report.exit_code(),
            report.rows.iter().find_map(|row| row.problem()),
        ),
        Err(failure) => (failure.kind.exit_code(), Some(failure)),
    };
    // A person or a shutdown ended the run: nothing failed.
    let is_interrupted = matches!(&ended, Err(failure) if matches!(failure.kind, Kind::Interrupted | Kind::Terminated));
    let reported = exit != 0 && !is_silent && !is_interrupted;
    let last = LastRun {
        at: now,
        exit,
        reported,
        message: problem.map(|failure| failure.message.clone()),
    };
    // Without it `status` says less about the schedule, but the refresh itself succeeded.
    if let Ok(folder) = session.settings.paths.data_dir() {
        let _ = last.write(&folder);
    }
    if reported && let Err(failure) = notify(&ended, session) {
        failure.print(&session.console);
    }
    match ended {
        Ok(report) => Ok(Report {
            is_silent,
            ..report
        }),
        // The scheduler would show a failed run, and the next one may mend it.
        Err(_) if is_silent => Ok(Report {
            is_silent,
            ..Report::default()
        }),
        Err(failure) => Err(failure),
    }
}

fn all_may_wait(ended: &Ended, session: &Session, now: Timestamp) -> bool {
    match ended {
        Ok(report) => report.rows.iter().all(|row| {
            row.problem().is_none_or(|failure| {
                may_pass(failure.kind) && can_retry_silently(row.account.expires_at(), now)
            })
        }),
        Err(failure) => may_pass(failure.kind) && all_tokens_can_wait(session, now),
    }
}

/// The next run may find these mended: the network, a keyring that is still locked, another igconnect.
fn may_pass(kind: Kind) -> bool {
    matches!(kind, Kind::Trouble | Kind::Store | Kind::Busy)
}

/// `false` if the accounts cannot be read.
fn all_tokens_can_wait(session: &Session, now: Timestamp) -> bool {
    let mut all_can = true;
    let visit = |account: Account| {
        all_can &= can_retry_silently(account.expires_at, now);
        Ok::<_, Failure>(())
    };
    let cache = session.caches().open_to_read();
    let read = cache.and_then(|cache| cache.map_or(Ok(()), |cache| cache.for_each(visit)));
    read.is_ok() && all_can
}

/// Gives the report, as JSON, to the command that `on_failure` in the configuration names, if any.
fn notify(ended: &Ended, session: &Session) -> Result<(), Failure> {
    let config = session.settings.config()?;
    let Some(line) = &config.on_failure else {
        return Ok(());
    };
    let command = UserCommand::from_config(line).map_err(|problem| {
        let message = format!("on_failure in the configuration: {problem}");
        Failure::new(Kind::Usage, message)
    })?;
    let mut document = Vec::new();
    match ended {
        Ok(report) => report.json(&mut document),
        Err(failure) => failure.write_json(&mut document),
    }
    .map_err(|error| Failure::output(&error))?;
    document.push(b'\n');
    session.runtime.run(async {
        let fed = command.feed(Zeroizing::new(document), &[], false).await;
        fed.map_err(|how| {
            let message = format!("the command of on_failure failed: {} {how}", command.name());
            Failure::new(Kind::Failed, message)
        })
    })
}
