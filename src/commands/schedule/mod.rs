//! `schedule`: who runs `refresh --all` once a day.

mod plan;
mod report;

#[cfg(test)]
pub(super) use report::ScheduleDocument;

use jiff::civil::Time;
use jiff::tz::TimeZone;

pub(crate) use report::Report;

use crate::account::Word;
use crate::failure::{Failure, Kind};
use crate::schedule::{
    self, Found, Installed, LastRun, Place, ScheduleError, lingers, next_run, preferred,
    random_time, scheduler,
};
use crate::session::user_command::UserCommand;
use crate::session::{Session, schedule_files};

/// Have tokens renewed once a day, by the scheduler of this system
///
/// igconnect refresh --all then runs by itself. A systemd timer makes up for a run that was missed while the machine was
/// off or asleep, launchd for one that it slept through; cron does not.
///
/// A failure is reported at every run that has one: the systemd unit fails, cron sends a letter. Trouble that passes by
/// itself (codes 3, 6 and 9) is kept quiet as long as every account that it met has 7 days or more. A token is due when
/// 10 are left, so several tries fail before. With on_failure in config.toml a command of your own hears of it too: its
/// words, or a list of them, without a shell; what refresh --json says is on its standard input; 60 seconds at most.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect schedule install --print      look first
  igconnect schedule install --at 06:30
  igconnect schedule status

In config.toml:
  on_failure = [\"/usr/bin/mail\", \"-s\", \"Instagram tokens\", \"me@example.org\"]")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Install it, or bring what is installed up to date
    ///
    /// Without --with it is a user timer where systemd's user manager answers, else a line in your crontab; a launchd
    /// agent on macOS, a task on Windows. It has the path of this program, the world and the variables that say where
    /// data, store and Instagram are; never a secret. What was done is read back. In the crontab every other line stays
    /// as it is.
    #[command(after_long_help = "\
Examples:
  igconnect schedule install
  igconnect schedule install --with cron --at 06:30 --print")]
    Install {
        /// The time of day; a minute between 10:00 and 16:00 by chance where none is said, or the one installed
        #[arg(long, value_name = "HH:MM", value_parser = time)]
        at: Option<Time>,
        /// The scheduler
        #[arg(long, value_enum, value_name = "SCHEDULER")]
        with: Option<schedule::Kind>,
        /// Show what would be installed, and install nothing
        #[arg(long)]
        print: bool,
    },
    /// Show whether it is installed, when it runs next, how the last run ended
    Status,
    /// Take away what was installed
    Remove,
}

fn time(text: &str) -> Result<Time, &'static str> {
    let wrong = "a time of day is HH:MM, such as 06:30";
    let whole = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    let time = whole.then(|| format!("{text}:00").parse().ok()).flatten();
    time.ok_or(wrong)
}

/// Does what was asked.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    match args.command {
        Command::Install { at, with, print } => install(session, at, with, print),
        Command::Status => status(session),
        Command::Remove => remove(session),
    }
}

fn install(
    session: &Session,
    at: Option<Time>,
    with: Option<schedule::Kind>,
    print: bool,
) -> Result<Report, Failure> {
    check_own_command(session)?;
    let place = schedule_files::place(&session.settings);
    let found = installed(&place)?;
    let kind = with.unwrap_or_else(|| preferred(&place));
    let known = found.iter().find_map(|(_, found)| found.at);
    let at = at.or(known).unwrap_or_else(random_time);
    let plan = plan::plan(session, kind, at)?;
    for name in plan::withheld() {
        let words = format!("{name} holds a password and is not written down: runs go without it");
        session.console.warn(words);
    }
    let wanted = scheduler(kind, &place);
    let rendered = wanted.render(&plan)?;
    if print {
        return Ok(Report::shown(kind, at, rendered));
    }
    wanted.install(&plan)?;
    // Two would do everything twice.
    for (other, _) in found.iter().filter(|(other, _)| *other != kind) {
        scheduler(*other, &place).remove()?;
    }
    let scheduler = Word(kind).to_string();
    Installed { scheduler, at }.write(&session.settings.paths.data_dir()?)?;
    if kind == schedule::Kind::Systemd && lingers() == Some(false) {
        session.console.say(
            "It runs while you are logged in. To have it run at other times too: loginctl enable-linger",
        );
    }
    Ok(Report {
        done: Some("Installed"),
        ..status(session)?
    })
}

/// Whoever is to hear of failures must be there when there is one.
fn check_own_command(session: &Session) -> Result<(), Failure> {
    let config = session.settings.config()?;
    let Some(line) = &config.on_failure else {
        return Ok(());
    };
    let unusable = |problem: String| {
        let message = format!("on_failure in the configuration: {problem}");
        Failure::new(Kind::Usage, message).hint("Name a program by its full path")
    };
    let command = UserCommand::configured(line).map_err(|problem| unusable(problem.to_owned()))?;
    if !command.is_there() {
        return Err(unusable(format!("there is no command {}", command.name())));
    }
    if !command.is_absolute() {
        session.console.warn(
            "on_failure has no full path: the scheduler may look in fewer places than this session",
        );
    }
    Ok(())
}

/// What is installed, by every scheduler that is here. One that cannot be asked is a failure only where no other has it.
fn installed(place: &Place) -> Result<Vec<(schedule::Kind, Found)>, ScheduleError> {
    let mut all = Vec::new();
    let mut failure = None;
    for kind in schedule::Kind::ALL {
        match scheduler(kind, place).find() {
            Ok(found) => all.extend(found.map(|found| (kind, found))),
            Err(ScheduleError::Absent(_) | ScheduleError::NoHome) => {}
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if all.is_empty() => Err(error),
        _ => Ok(all),
    }
}

fn status(session: &Session) -> Result<Report, Failure> {
    let place = schedule_files::place(&session.settings);
    let now = session.settings.clock.started_at();
    let last = LastRun::read(&session.settings.paths.data_dir()?);
    let Some((kind, found)) = installed(&place)?.into_iter().next() else {
        return Ok(Report::none(last, now));
    };
    let computed = || next_run(found.at?, now, &TimeZone::system());
    Ok(Report {
        kind: Some(kind),
        at: found.at,
        next: found.next.or_else(computed),
        current: is_current(session, &place, kind, &found),
        problem: found.problem,
        ..Report::none(last, now)
    })
}

/// Whether it would be installed just so by this program in this session; nothing where the scheduler does not show it.
fn is_current(
    session: &Session,
    place: &Place,
    kind: schedule::Kind,
    found: &Found,
) -> Option<bool> {
    if found.contents.is_empty() {
        return None;
    }
    let rendered = found.at.and_then(|at| {
        let plan = plan::plan(session, kind, at).ok()?;
        scheduler(kind, place).render(&plan).ok()
    });
    let rendered = rendered.unwrap_or_default();
    let mut texts = rendered.iter().map(|rendered| &rendered.content);
    Some(texts.by_ref().eq(found.contents.iter()))
}

fn remove(session: &Session) -> Result<Report, Failure> {
    let place = schedule_files::place(&session.settings);
    let found = installed(&place)?;
    for (kind, _) in &found {
        scheduler(*kind, &place).remove()?;
    }
    if !installed(&place)?.is_empty() {
        let message = "the schedule was taken away and is still there";
        return Err(ScheduleError::Unproved(message).into());
    }
    schedule::forget(&session.settings.paths.data_dir()?)?;
    let done = match found.is_empty() {
        true => "Nothing to remove",
        false => "Removed",
    };
    Ok(Report {
        done: Some(done),
        ..Report::none(None, session.settings.clock.started_at())
    })
}
