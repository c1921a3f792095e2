//! Who renews the tokens: a systemd user timer, a line of cron, a launchd agent, a Windows task. Files are read, and
//! the two programs asked that are the only ones to know.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::super::checkup::Check;
use crate::child;
use crate::settings::environment;

const LIMIT: Duration = Duration::from_secs(4);

/// Nobody's units, tables or agents are larger, in bytes.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

const FILES_MAX: usize = 2000;

/// Once a day, at a minute that is nobody's favourite. On Linux cron knows nothing of the session's bus, where the
/// keyring is.
const CRON_LINE: &str = if cfg!(target_os = "macos") {
    "17 6 * * * igconnect refresh --all --quiet"
} else {
    "17 6 * * * DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus igconnect refresh --all --quiet"
};

pub(super) fn check() -> Check {
    const NAME: &str = "schedule";
    if let Some(how) = super::within(LIMIT, in_files).flatten() {
        return Check::ok(NAME, format!("{how} runs igconnect refresh"));
    }
    if let Some(how) = asked() {
        return Check::ok(NAME, format!("{how} runs igconnect refresh"));
    }
    let fix = match () {
        () if cfg!(target_os = "windows") => {
            "Let a task run it once a day:\n  schtasks /create /sc daily /tn igconnect /tr \"igconnect refresh --all --quiet\""
                .to_owned()
        }
        () => format!(
            "Add this line with crontab -e (with the full path of igconnect, if cron does not find it):\n  {CRON_LINE}"
        ),
    };
    Check::warning(
        NAME,
        "nothing here renews tokens by itself; after 60 days without it they are dead",
        fix,
    )
}

fn in_files() -> Option<&'static str> {
    let home = environment::path("HOME");
    let config =
        environment::path("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config")));
    let units = [
        config.map(|folder| folder.join("systemd/user")),
        Some(PathBuf::from("/etc/systemd/user")),
        Some(PathBuf::from("/etc/systemd/system")),
    ];
    if units.into_iter().flatten().any(|folder| timer_in(&folder)) {
        return Some("a systemd timer");
    }
    let tables = files(Path::new("/etc/cron.d"), "");
    if tables
        .chain([PathBuf::from("/etc/crontab")])
        .any(|file| has_line(&read(&file)))
    {
        return Some("a line of cron");
    }
    let agents = home.map(|home| files(&home.join("Library/LaunchAgents"), ".plist"));
    agents
        .into_iter()
        .flatten()
        .any(|file| is_ours(&read(&file).replace(['\n', '\r'], " ")))
        .then_some("a launchd agent")
}

/// A service that runs us, and a timer of its name that was enabled.
fn timer_in(folder: &Path) -> bool {
    files(folder, ".service").any(|service| {
        let timer = service.with_extension("timer");
        let enabled = timer
            .file_name()
            .map(|name| folder.join("timers.target.wants").join(name));
        // The link of an enabled timer may lead anywhere; that it is there is what counts.
        let enabled = enabled.is_some_and(|link| std::fs::symlink_metadata(link).is_ok());
        enabled
            && read(&service)
                .lines()
                .any(|line| line.starts_with("ExecStart") && is_ours(line))
    })
}

fn asked() -> Option<&'static str> {
    if cfg!(target_os = "windows") {
        let tasks = output(Command::new("schtasks").args(["/query", "/v", "/fo", "csv"]));
        return has_line(&tasks).then_some("a task");
    }
    let table = output(Command::new("crontab").arg("-l"));
    has_line(&table).then_some("a line of cron")
}

fn has_line(table: &str) -> bool {
    let live = |line: &&str| !line.trim_start().starts_with('#');
    table.lines().filter(live).any(is_ours)
}

fn is_ours(line: &str) -> bool {
    line.find("igconnect")
        .and_then(|at| line.get(at..))
        .is_some_and(|rest| rest.contains("refresh"))
}

fn files(folder: &Path, ending: &'static str) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let wanted = move |path: &PathBuf| path.to_string_lossy().ends_with(ending);
    paths.take(FILES_MAX).filter(wanted)
}

fn read(file: &Path) -> String {
    // A pipe or a device in such a folder would never end.
    let is_file = std::fs::metadata(file).is_ok_and(|data| data.is_file());
    let mut text = Vec::new();
    if is_file && let Ok(file) = std::fs::File::open(file) {
        let _ = file.take(FILE_MAX_BYTES).read_to_end(&mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// What a program says within the limit; nothing, where there is no such program.
fn output(command: &mut Command) -> String {
    let answer = child::ask(command, b"", LIMIT, FILE_MAX_BYTES);
    answer.map_or_else(
        |_| String::new(),
        |answer| String::from_utf8_lossy(&answer.output).into_owned(),
    )
}
