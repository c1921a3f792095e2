//! The arguments of `schedule`, and its three verbs.

use jiff::civil::Time;

use super::report::{LastRunJson, Report, ScheduleJson};
use crate::failure::Failure;
use crate::output::json;
use crate::schedule::{LastRun, SavedState, SchedulerKind, find_installed, next_run};
use crate::session::{Session, daily_refresh};

/// Refresh tokens every day with the system's scheduler
///
/// The scheduler runs igconnect refresh --all once a day. After a missed run, systemd catches up when the machine is on
/// again, launchd when it wakes up; cron waits for the next day.
///
/// A failed run is reported: the systemd unit fails, cron sends mail. Temporary problems (exit codes 3, 6 and 9) are
/// reported only if an account has less than 7 days left. Tokens are refreshed 10 days before they expire, so there is
/// time for more attempts.
///
/// on_failure in config.toml names a command to run after a reported failure. It gets the output of refresh --json on
/// its standard input, runs without a shell, and is ended after 60 seconds.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect schedule install --print    show it first
  igconnect schedule install --at 06:30
  igconnect schedule status

In config.toml:
  on_failure = [\"/usr/bin/mail\", \"-s\", \"Instagram tokens\", \"me@example.org\"]")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: ScheduleVerb,
}

#[derive(Debug, clap::Subcommand)]
enum ScheduleVerb {
    /// Install the daily refresh, or update it
    ///
    /// Uses a systemd user timer if systemd's user manager is available, else your crontab. On macOS it is a launchd
    /// agent, on Windows a task. The schedule contains the path of igconnect and the variables that locate your data,
    /// store and Instagram, but no secret. Other lines of your crontab are not changed.
    #[command(after_long_help = "\
Examples:
  igconnect schedule install
  igconnect schedule install --with cron --at 06:30 --print")]
    Install {
        /// The time of day [default: the installed time, else one of this machine between 10:00 and 16:00]
        #[arg(long, value_name = "HH:MM", value_parser = parse_time)]
        at: Option<Time>,
        /// The scheduler to use
        #[arg(long, value_enum, value_name = "SCHEDULER")]
        with: Option<SchedulerKind>,
        /// Show what would be installed without installing it
        #[arg(long)]
        print: bool,
    },
    /// Show whether it is installed, its next run and the result of the last one
    Status,
    /// Remove the daily refresh
    Remove,
}

fn parse_time(text: &str) -> Result<Time, &'static str> {
    let has_form = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    has_form
        .then(|| format!("{text}:00").parse().ok())
        .flatten()
        .ok_or("use HH:MM, such as 06:30")
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    let _spinner = session.console.waiting("Asking the scheduler …");
    let (done, schedule) = match args.verb {
        ScheduleVerb::Install { at, with, print } => {
            if print {
                let planned = daily_refresh::preview(session, with, at)?;
                let schedule = ScheduleJson {
                    scheduler: Some(planned.kind),
                    at: Some(format_time(planned.run.at)),
                    shown: planned.render()?,
                    ..ScheduleJson::default()
                };
                (None, schedule)
            } else {
                daily_refresh::plan(session, with, at)?.install(session)?;
                // Read back, because the scheduler decides when the next run is.
                (Some("Installed"), find(session)?)
            }
        }
        ScheduleVerb::Status => (None, find(session)?),
        ScheduleVerb::Remove => match daily_refresh::remove(session)? {
            true => (Some("Removed"), ScheduleJson::default()),
            false => (Some("Nothing to remove"), ScheduleJson::default()),
        },
    };
    let now = session.settings.clock.started_at();
    Ok(Report {
        done,
        schedule,
        now,
    })
}

fn find(session: &Session) -> Result<ScheduleJson, Failure> {
    let location = daily_refresh::location(&session.settings);
    let last = LastRun::read(&session.settings.paths.data_dir()?);
    let last_run = last.map(LastRunJson::from);
    let Some((kind, installed)) = find_installed(&location)?.into_iter().next() else {
        return Ok(ScheduleJson {
            last_run,
            ..ScheduleJson::default()
        });
    };
    // cron, launchd and Windows do not say when they run next.
    let now = session.settings.clock.started_at();
    let computed = || next_run(installed.at?, now, &crate::output::time_zone());
    Ok(ScheduleJson {
        installed: true,
        scheduler: Some(kind),
        at: installed.at.map(format_time),
        next_run: installed.next.or_else(computed).map(json::Instant),
        current: daily_refresh::is_current(session, kind, &installed),
        problem: installed.problem,
        last_run,
        shown: Vec::new(),
    })
}

fn format_time(at: Time) -> String {
    at.strftime("%H:%M").to_string()
}
