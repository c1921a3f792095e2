//! The daily refresh of this world: planning, installing and removing it.

use jiff::civil::Time;

use super::assembly::Session;
use super::scheduled_command;
use super::user_command::UserCommand;
use crate::account::Word;
use crate::child;
use crate::failure::{Failure, Kind};
use crate::output::pasteable;
use crate::schedule::{
    DailyRun, InstalledSchedule, RenderedFile, SavedSchedule, SavedState, ScheduleError,
    ScheduleLocation, SchedulerKind, delete_saved_state, find_any_schedule, find_installed,
    is_linger_enabled, open_scheduler, preferred_kind, usual_time,
};
use crate::settings::{Settings, launch_agents, systemd_stamps, systemd_units};

pub(crate) struct PlannedRefresh {
    pub(crate) kind: SchedulerKind,
    pub(crate) run: DailyRun,
    location: ScheduleLocation,
    installed: Vec<SchedulerKind>,
}

/// Returns where this world's schedule is. Each world has a schedule of its own.
pub(crate) fn location(settings: &Settings) -> ScheduleLocation {
    ScheduleLocation {
        name: settings.world.qualify("igconnect-refresh"),
        systemd_units: systemd_units(),
        systemd_stamps: systemd_stamps(),
        launch_agents: launch_agents(),
    }
}

/// Plans a daily refresh. Without a time it keeps the installed one, else takes the usual one of this machine and data.
pub(crate) fn plan(
    session: &Session,
    with: Option<SchedulerKind>,
    at: Option<Time>,
) -> Result<PlannedRefresh, Failure> {
    check_on_failure(session)?;
    let installed = find_installed(&location(&session.settings))?;
    plan_after(installed, session, with, at)
}

/// Plans as [`plan`], to show the plan, whatever a scheduler answers.
pub(crate) fn preview(
    session: &Session,
    with: Option<SchedulerKind>,
    at: Option<Time>,
) -> Result<PlannedRefresh, Failure> {
    check_on_failure(session)?;
    let installed = find_installed(&location(&session.settings)).unwrap_or_default();
    plan_after(installed, session, with, at)
}

fn plan_after(
    installed: Vec<(SchedulerKind, InstalledSchedule)>,
    session: &Session,
    with: Option<SchedulerKind>,
    at: Option<Time>,
) -> Result<PlannedRefresh, Failure> {
    let kind = with.unwrap_or_else(preferred_kind);
    let installed_at = installed.iter().find_map(|(_, installed)| installed.at);
    let at = match at.or(installed_at) {
        Some(at) => at,
        None => usual_time(&machine(session)?),
    };
    for name in scheduled_command::secret_variables() {
        let warning = format!("{name} contains a password, so scheduled runs will not get it");
        session.console.warn(warning);
    }
    Ok(PlannedRefresh {
        kind,
        run: scheduled_command::daily_run(&session.settings, kind, at)?,
        location: location(&session.settings),
        installed: installed.into_iter().map(|(kind, _)| kind).collect(),
    })
}

/// Tells this machine and data folder from others. systemd's machine-id(5) is missing on other systems, where the path with
/// the user's name has to do.
fn machine(session: &Session) -> Result<Vec<u8>, Failure> {
    let dir = session.settings.paths.data_dir()?;
    let id = std::fs::read("/etc/machine-id").unwrap_or_default();
    Ok([dir.as_os_str().as_encoded_bytes(), &id].concat())
}

/// Returns whether a schedule was installed here. Asks no scheduler.
pub(crate) fn is_recorded(settings: &Settings) -> bool {
    let folder = settings.paths.data_dir();
    folder.is_ok_and(|folder| SavedSchedule::read(&folder).is_some())
}

/// Returns whether a schedule could be installed and none runs a refresh yet.
pub(crate) fn is_missing(settings: &Settings) -> bool {
    let location = location(settings);
    let kind = preferred_kind();
    let is_here = kind != SchedulerKind::Cron || child::find_program("crontab").is_ok();
    let found = open_scheduler(kind, &location).find();
    is_here && matches!(found, Ok(None)) && find_any_schedule(&location).is_none()
}

/// Says what an installed schedule does, as the end of a sentence. `at` is the time of day.
pub(crate) fn describe(kind: SchedulerKind, at: &str) -> String {
    let command = pasteable("igconnect refresh --all");
    format!("{} runs {command} every day at {at}", kind.description())
}

impl PlannedRefresh {
    pub(crate) fn render(&self) -> Result<Vec<RenderedFile>, ScheduleError> {
        open_scheduler(self.kind, &self.location).render(&self.run)
    }

    pub(crate) fn install(&self, session: &Session) -> Result<(), Failure> {
        open_scheduler(self.kind, &self.location).install(&self.run)?;
        // With two schedulers, every refresh would run twice.
        for other in self.installed.iter().filter(|kind| **kind != self.kind) {
            open_scheduler(*other, &self.location).remove()?;
        }
        let saved = SavedSchedule {
            scheduler: Word(self.kind).to_string(),
            at: self.run.at,
        };
        saved.write(&session.settings.paths.data_dir()?)?;
        if self.kind == SchedulerKind::Systemd && is_linger_enabled() == Some(false) {
            let advice = "The timer runs only while you are logged in. To run it at any time: loginctl enable-linger";
            session.console.say(advice);
        }
        Ok(())
    }
}

/// Whether this program would install the same again; `None` if the scheduler does not show what is installed.
pub(crate) fn is_current(
    session: &Session,
    kind: SchedulerKind,
    installed: &InstalledSchedule,
) -> Option<bool> {
    if installed.contents.is_empty() {
        return None;
    }
    let rendered = installed.at.and_then(|at| {
        let run = scheduled_command::daily_run(&session.settings, kind, at).ok()?;
        let location = location(&session.settings);
        open_scheduler(kind, &location).render(&run).ok()
    });
    // What cannot be rendered, such as a time that is missing, was changed by hand: not the same.
    let rendered = rendered.unwrap_or_default();
    Some((rendered.iter().map(|file| &file.content)).eq(&installed.contents))
}

/// Removes the schedule from every scheduler. Returns whether there was one.
pub(crate) fn remove(session: &Session) -> Result<bool, Failure> {
    let location = location(&session.settings);
    let installed = find_installed(&location)?;
    for (kind, _) in &installed {
        open_scheduler(*kind, &location).remove()?;
    }
    // Read back: that the scheduler's program reported success is not enough.
    if !find_installed(&location)?.is_empty() {
        let message = "the schedule was removed, but it is still there";
        return Err(ScheduleError::NotConfirmed(message).into());
    }
    delete_saved_state(&session.settings.paths.data_dir()?)?;
    Ok(!installed.is_empty())
}

/// Checks now that the `on_failure` command exists: otherwise the first failure would go unnoticed.
fn check_on_failure(session: &Session) -> Result<(), Failure> {
    let config = session.settings.config()?;
    let Some(line) = &config.on_failure else {
        return Ok(());
    };
    let unusable = |problem: &str| {
        let message = format!("on_failure in the configuration: {problem}");
        Failure::new(Kind::Usage, message).hint("Name a program by its full path")
    };
    let command = UserCommand::from_config(line).map_err(unusable)?;
    if !command.exists() {
        let problem = format!("command not found: {}", command.name());
        return Err(unusable(&problem));
    }
    if !command.is_absolute() {
        let warning = "on_failure has no full path: the scheduler may not find it, because its PATH is shorter";
        session.console.warn(warning);
    }
    Ok(())
}
