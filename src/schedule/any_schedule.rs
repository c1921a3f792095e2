//! Looks for any schedule that runs `igconnect refresh`, installed by igconnect or by hand.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::scheduler::{ScheduleLocation, Scheduler, SchedulerKind};
use super::system_program::SystemProgram;
use super::windows::Windows;
use crate::account::Platform;

/// More than any real unit, crontab or agent.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

const FILES_MAX: usize = 2000;

/// Finds a scheduler that runs a refresh. Reads folders of the system and of the user, so it hangs if their file system
/// hangs.
pub(crate) fn find_any_schedule(location: &ScheduleLocation) -> Option<SchedulerKind> {
    find_in_files(location).or_else(|| find_in_tables(location))
}

fn find_in_files(location: &ScheduleLocation) -> Option<SchedulerKind> {
    let system = ["/etc/systemd/user", "/etc/systemd/system"].map(Path::new);
    let mut units = location.systemd_units.as_deref().into_iter().chain(system);
    // A timer of a package is enabled by a link in one of the others.
    let packaged = Path::new("/usr/lib/systemd/user");
    if units.any(|folder| has_timer(folder, folder) || has_timer(packaged, folder)) {
        return Some(SchedulerKind::Systemd);
    }
    let cron_d = list_files(Path::new("/etc/cron.d"), "");
    let mut tables = cron_d.chain([PathBuf::from("/etc/crontab")]);
    if tables.any(|file| has_refresh_line(&read(&file))) {
        return Some(SchedulerKind::Cron);
    }
    let folder = location.launch_agents.as_ref()?;
    list_files(folder, ".plist")
        // A plist has each word of the command in a line of its own.
        .any(|file| is_refresh(&read(&file).replace(['\n', '\r'], " ")))
        .then_some(SchedulerKind::Launchd)
}

/// Whether a service in `folder` runs a refresh and has a timer of its name that is enabled in `enabled`.
fn has_timer(folder: &Path, enabled: &Path) -> bool {
    let links = enabled.join("timers.target.wants");
    // The link of an enabled timer may lead anywhere; only its existence counts.
    let has_link = |name: &OsStr| fs::symlink_metadata(links.join(name)).is_ok();
    let runs_refresh = |line: &str| line.starts_with("ExecStart") && is_refresh(line);
    list_files(folder, ".service").any(|service| {
        let timer = service.with_extension("timer");
        timer.file_name().is_some_and(has_link) && read(&service).lines().any(runs_refresh)
    })
}

/// Looks into the tables that only their own program can read.
fn find_in_tables(location: &ScheduleLocation) -> Option<SchedulerKind> {
    if Platform::HERE == Platform::Windows {
        // Only for our task: Task Scheduler takes seconds to show what all of them run.
        let task = Windows(&location.name).find().ok().flatten();
        return task.map(|_| SchedulerKind::Windows);
    }
    let answer = SystemProgram("crontab").query(&["-l"]).ok()?;
    has_refresh_line(&answer.text()).then_some(SchedulerKind::Cron)
}

fn has_refresh_line(table: &str) -> bool {
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    table
        .lines()
        .any(|line| !is_comment(line) && is_refresh(line))
}

fn is_refresh(line: &str) -> bool {
    let command = line.split_once("igconnect");
    command.is_some_and(|(_, rest)| rest.contains("refresh"))
}

fn list_files(folder: &Path, ending: &'static str) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_wanted = move |path: &PathBuf| path.to_string_lossy().ends_with(ending);
    paths.take(FILES_MAX).filter(is_wanted)
}

fn read(file: &Path) -> String {
    // A pipe or device in such a folder would never end.
    let is_file = fs::metadata(file).is_ok_and(|data| data.is_file());
    let mut text = Vec::new();
    if is_file && let Ok(file) = fs::File::open(file) {
        let _ = file.take(FILE_MAX_BYTES).read_to_end(&mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}
