//! Installs a launchd agent in the user's session: launchd.plist(5). launchd runs it later if the machine was asleep.

use std::path::PathBuf;

use jiff::civil::Time;

use super::daily_run::DailyRun;
use super::error::{ScheduleError, confirm};
use super::scheduler::{InstalledSchedule, RenderedFile, ScheduleLocation, Scheduler, escape_xml};
use super::system_program::SystemProgram;
use super::user_files::{create_folder, read_text, user_id};
use crate::private_files::{remove_private, write_private};

const LAUNCHCTL: SystemProgram = SystemProgram("launchctl");

pub(super) struct Launchd<'a>(pub(super) &'a ScheduleLocation);

impl Launchd<'_> {
    fn file(&self) -> Result<PathBuf, ScheduleError> {
        let folder = self.0.launch_agents.as_ref().ok_or(ScheduleError::NoHome)?;
        Ok(folder.join(format!("{}.plist", self.0.name)))
    }

    fn service(&self) -> String {
        format!("{}/{}", domain(), self.0.name)
    }

    fn is_loaded(&self) -> bool {
        LAUNCHCTL.succeeds(&["print", &self.service()])
    }

    fn unload(&self) {
        // Fails if the agent is not loaded, which is what we want.
        let _ = LAUNCHCTL.change(&["bootout", &self.service()]);
    }
}

fn domain() -> String {
    format!("gui/{}", user_id())
}

impl Scheduler for Launchd<'_> {
    fn render(&self, run: &DailyRun) -> Result<Vec<RenderedFile>, ScheduleError> {
        Ok(vec![RenderedFile {
            place: self.file()?.display().to_string(),
            content: render_agent(&self.0.name, run),
        }])
    }

    fn install(&self, run: &DailyRun) -> Result<(), ScheduleError> {
        let file = self.file()?;
        if !LAUNCHCTL.succeeds(&["print", &domain()]) {
            return Err(ScheduleError::Unavailable("the launchd session"));
        }
        file.parent().map_or(Ok(()), create_folder)?;
        // Loading an agent again does not replace the loaded one.
        self.unload();
        write_private(&file, render_agent(&self.0.name, run).as_bytes())?;
        let path = file.display().to_string();
        if let Err(error) = LAUNCHCTL.change(&["bootstrap", &domain(), &path]) {
            // An agent that is left there would be loaded at the next login.
            let _ = remove_private(&file);
            return Err(error);
        }
        let message = "launchd accepted the agent, but has not loaded it";
        confirm(self.is_loaded(), message)
    }

    fn find(&self) -> Result<Option<InstalledSchedule>, ScheduleError> {
        let Some(text) = read_text(&self.file()?)? else {
            return Ok(None);
        };
        Ok(Some(InstalledSchedule {
            at: parse_time(&text),
            contents: vec![text],
            problem: (!self.is_loaded()).then_some("launchd has not loaded the agent"),
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
        .map(|word| format!("\t\t<string>{}</string>\n", escape_xml(word)))
        .collect();
    let pair = |(name, value): &(String, String)| {
        let (name, value) = (escape_xml(name), escape_xml(value));
        format!("\t\t<key>{name}</key>\n\t\t<string>{value}</string>\n")
    };
    let mut environment: String = run.environment.iter().map(pair).collect();
    if !environment.is_empty() {
        environment =
            format!("\t<key>EnvironmentVariables</key>\n\t<dict>\n{environment}\t</dict>\n");
    }
    // Background: launchd limits such a process, so that it does not disturb the user (launchd.plist(5), "ProcessType").
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
        escape_xml(name),
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
