//! Installs a launchd agent in the user's session: launchd.plist(5). launchd runs it later if the machine was asleep.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use jiff::civil::Time;

use super::daily_run::DailyRun;
use super::error::ScheduleError;
use super::scheduler::{InstalledSchedule, RenderedFile, ScheduleLocation, Scheduler};
use super::system_program::SystemProgram;
use super::xml;
use crate::private_files::{
    PrivateFileError, PrivateFileProblem, read_unchanged, remove_private, write_private,
};

const AGENT_MAX_BYTES: u64 = 64 * 1024;

const LAUNCHCTL: SystemProgram = SystemProgram("launchctl");

pub(super) struct Launchd {
    name: String,
    folder: Option<PathBuf>,
}

impl Launchd {
    pub(super) fn new(location: &ScheduleLocation) -> Self {
        Self {
            name: location.name.clone(),
            folder: location.launch_agents.clone(),
        }
    }

    fn file(&self) -> Result<PathBuf, ScheduleError> {
        let folder = self.folder.as_ref().ok_or(ScheduleError::NoHome)?;
        Ok(folder.join(format!("{}.plist", self.name)))
    }

    fn service(&self) -> String {
        format!("{}/{}", domain(), self.name)
    }

    fn is_loaded(&self) -> bool {
        LAUNCHCTL.succeeds(&["print", &self.service()])
    }

    fn unload(&self) {
        // Fails if the agent is not loaded, which is what we want.
        let _ = LAUNCHCTL.change(&["bootout", &self.service()]);
    }
}

/// Returns the launchd domain of the logged-in user.
fn domain() -> String {
    #[cfg(unix)]
    let user = rustix::process::getuid().as_raw();
    #[cfg(not(unix))]
    let user = 0;
    format!("gui/{user}")
}

impl Scheduler for Launchd {
    fn is_available(&self) -> bool {
        LAUNCHCTL.succeeds(&["print", &domain()])
    }

    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError> {
        Ok(vec![RenderedFile {
            place: self.file()?.display().to_string(),
            content: render_agent(&self.name, run),
        }])
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        let file = self.file()?;
        if !self.is_available() {
            return Err(ScheduleError::Unavailable("the launchd session"));
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|error| PrivateFileError {
                path: folder.to_owned(),
                problem: PrivateFileProblem::Io(error.kind()),
            })?;
        }
        // Loading an agent again does not replace the loaded one.
        self.unload();
        write_private(&file, render_agent(&self.name, run).as_bytes())?;
        let path = file.display().to_string();
        if let Err(error) = LAUNCHCTL.change(&["bootstrap", &domain(), &path]) {
            let _ = remove_private(&file);
            return Err(error);
        }
        if self.is_loaded() {
            return Ok(());
        }
        Err(ScheduleError::NotConfirmed(
            "launchd accepted the agent, but has not loaded it",
        ))
    }

    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError> {
        let text = match read_unchanged(&self.file()?, AGENT_MAX_BYTES) {
            Err(error) if error.is_missing() => return Ok(None),
            read => String::from_utf8_lossy(&read?).into_owned(),
        };
        let problem = (!self.is_loaded()).then(|| "launchd has not loaded the agent".to_owned());
        Ok(Some(InstalledSchedule {
            at: parse_time(&text),
            contents: vec![text],
            problem,
            next: None,
        }))
    }

    fn remove(&self) -> Result<(), ScheduleError> {
        self.unload();
        Ok(remove_private(&self.file()?)?)
    }
}

const HOUR: &str = "\t\t<key>Hour</key>\n\t\t<integer>";
const MINUTE: &str = "\t\t<key>Minute</key>\n\t\t<integer>";

fn render_agent(name: &str, run: &DailyRun) -> String {
    let command = std::iter::once(&run.program).chain(&run.arguments);
    let command: String = command
        .map(|word| format!("\t\t<string>{}</string>\n", xml::escape(word)))
        .collect();
    let mut environment = String::new();
    if !run.environment.is_empty() {
        environment.push_str("\t<key>EnvironmentVariables</key>\n\t<dict>\n");
        for (name, value) in &run.environment {
            let (name, value) = (xml::escape(name), xml::escape(value));
            let _ = writeln!(
                environment,
                "\t\t<key>{name}</key>\n\t\t<string>{value}</string>"
            );
        }
        environment.push_str("\t</dict>\n");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- Written by igconnect schedule install; igconnect schedule remove deletes it. -->\n\
         <plist version=\"1.0\">\n<dict>\n\
         \t<key>Label</key>\n\t<string>{}</string>\n\
         \t<key>ProgramArguments</key>\n\t<array>\n{command}\t</array>\n{environment}\
         \t<key>StartCalendarInterval</key>\n\t<dict>\n\
         {HOUR}{}</integer>\n{MINUTE}{}</integer>\n\t</dict>\n\
         \t<key>ProcessType</key>\n\t<string>Background</string>\n\
         </dict>\n</plist>\n",
        xml::escape(name),
        run.at.hour(),
        run.at.minute(),
    )
}

/// Reads the time of day from an agent that we wrote.
fn parse_time(agent: &str) -> Option<Time> {
    let number_after = |key| {
        let (_, rest) = agent.split_once(key)?;
        rest.split('<').next()?.parse().ok()
    };
    Time::new(number_after(HOUR)?, number_after(MINUTE)?, 0, 0).ok()
}
