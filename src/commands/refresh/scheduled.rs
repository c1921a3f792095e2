//! `refresh --scheduled`, as a scheduler runs it: nobody looks on. What passes by itself is kept quiet while there is
//! time for more tries; all else is reported, at each run: by the exit code, on stderr, and to the command of the
//! person's choice.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::row::Row;
use super::{Args, Report};
use crate::account::can_wait;
use crate::answers;
use crate::cache::CacheError;
use crate::failure::{Failure, Kind};
use crate::output::{Render, json};
use crate::schedule::LastRun;
use crate::session::Session;
use crate::session::any_account::AnyAccount;
use crate::session::rows::Rows;
use crate::session::user_command::UserCommand;

type Ended = Result<Report, Failure>;

pub(super) fn run(args: &Args, session: &Session) -> Ended {
    let now = session.settings.clock.started_at();
    let ended = super::refresh(args, session);
    let patient = is_patient(&ended, session, now);
    let interrupted = matches!(&ended, Err(failure) if is_interruption(failure.kind));
    let exit = match &ended {
        Ok(answer) => answer.exit_code(),
        Err(failure) => failure.kind.exit_code(),
    };
    let reported = exit != 0 && !patient && !interrupted;
    let last = LastRun {
        at: now,
        exit,
        reported,
        message: first_failure(&ended),
    };
    // That this cannot be kept costs `status` a word, and not this run its end.
    if let Ok(folder) = session.settings.paths.data_dir() {
        let _ = last.write(&folder);
    }
    if reported {
        tell_own_command(&ended, session);
    }
    match ended {
        Ok(answer) => Ok(Report { patient, ..answer }),
        Err(_) if patient => Ok(Report {
            patient,
            ..Report::new(Rows::new(None, Vec::new()), args, session)
        }),
        Err(failure) => Err(failure),
    }
}

/// What the first of them says that went wrong.
fn first_failure(ended: &Ended) -> Option<String> {
    let rows = match ended {
        Ok(answer) => &answer.rows,
        Err(failure) => return Some(failure.message.clone()),
    };
    let wrong = rows.iter().filter(|(_, row)| row.went_wrong().is_some());
    let message = |(whom, row): (_, &Row)| {
        rows.look(whom, |subject| Some(row.problem(subject)?.message.clone()))?
    };
    wrong.into_iter().find_map(message)
}

/// Whether all that failed may wait for the next run.
fn is_patient(ended: &Ended, session: &Session, now: Timestamp) -> bool {
    match ended {
        Ok(answer) => {
            let rows = answer.rows.iter();
            let mut record_failure = rows.filter_map(|(whom, row)| Some((whom, row.went_wrong()?)));
            record_failure.all(|(whom, failure)| {
                passes(failure.kind)
                    && match answer.rows.look(whom, AnyAccount::expires_at) {
                        Some(end) => can_wait(end, now),
                        // Nobody waits for one that was disconnected in the meantime.
                        None => answer.rows.failure().is_none(),
                    }
            })
        }
        Err(failure) => passes(failure.kind) && all_can_wait(session, now),
    }
}

/// What the next run may well find gone: the network, a keyring that nobody has unlocked yet, another igconnect.
fn passes(kind: Kind) -> bool {
    matches!(kind, Kind::Trouble | Kind::Store | Kind::Busy)
}

fn is_interruption(kind: Kind) -> bool {
    matches!(kind, Kind::Interrupted | Kind::Terminated)
}

/// Of accounts that cannot be looked up nobody knows it.
fn all_can_wait(session: &Session, now: Timestamp) -> bool {
    let Ok(cache) = session.cache_to_read() else {
        return false;
    };
    let mut all_can = true;
    let looked = cache.map_or(Ok(()), |cache| {
        cache.for_each(|account| {
            all_can &= can_wait(account.expires_at, now);
            Ok::<_, CacheError>(())
        })
    });
    looked.is_ok() && all_can
}

/// Gives the answer, as JSON, to the command that the configuration names. Its failure is told; the exit code stays
/// that of the refresh.
fn tell_own_command(ended: &Ended, session: &Session) {
    let told = own_command(session).and_then(|command| match command {
        Some(command) => give(&command, ended, session),
        None => Ok(()),
    });
    if let Err(failure) = told {
        let (cause, hint) = (failure.cause.as_deref(), failure.hint.as_deref());
        session.console.fail(&failure.message, cause, hint);
    }
}

fn own_command(session: &Session) -> Result<Option<UserCommand>, Failure> {
    let config = session.settings.config()?;
    let configured = config.on_failure.as_ref().map(UserCommand::configured);
    configured.transpose().map_err(|problem| {
        let message = format!("on_failure in the configuration: {problem}");
        Failure::new(Kind::Usage, message)
    })
}

fn give(command: &UserCommand, ended: &Ended, session: &Session) -> Result<(), Failure> {
    let mut document = Vec::new();
    let written = match ended {
        Ok(answer) => answer.json(&mut document),
        Err(failure) => json::write(&answers::FailureJson::from(failure), &mut document),
    };
    written.map_err(|error| Failure::output(&error))?;
    document.push(b'\n');
    session.runtime.run(async {
        let fed = command.feed(Zeroizing::new(document), &[]).await;
        fed.map_err(|how| {
            let message = format!("on_failure was not told: {} {how}", command.name());
            Failure::new(Kind::Failed, message)
        })
    })
}
