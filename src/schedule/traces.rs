//! Whoever runs `igconnect refresh`, ours or not: units, tables and agents are read, and the two programs asked that
//! are the only ones to know.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::program::{LOOK, Program};
use super::{Kind, Place};

/// Nobody's units, tables or agents are larger, in bytes.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

const FILES_MAX: usize = 2000;

/// What on this machine runs a refresh, if anything does. Reads folders of the system and of the user: on a file system
/// that hangs, it hangs.
pub(crate) fn traces(place: &Place) -> Option<Kind> {
    in_files(place).or_else(asked)
}

fn in_files(place: &Place) -> Option<Kind> {
    let units = [
        place.units.clone(),
        Some(PathBuf::from("/etc/systemd/user")),
        Some(PathBuf::from("/etc/systemd/system")),
    ];
    if units.into_iter().flatten().any(|folder| timer_in(&folder)) {
        return Some(Kind::Systemd);
    }
    let tables = files(Path::new("/etc/cron.d"), "").chain([PathBuf::from("/etc/crontab")]);
    if tables.into_iter().any(|file| has_line(&read(&file))) {
        return Some(Kind::Cron);
    }
    let agents = place.agents.as_ref().map(|folder| files(folder, ".plist"));
    let mut agents = agents.into_iter().flatten();
    agents
        .any(|file| is_ours(&read(&file).replace(['\n', '\r'], " ")))
        .then_some(Kind::Launchd)
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

fn asked() -> Option<Kind> {
    let (name, arguments, kind): (_, &[&str], _) = match cfg!(target_os = "windows") {
        true => ("schtasks", &["/query", "/v", "/fo", "csv"], Kind::Windows),
        false => ("crontab", &["-l"], Kind::Cron),
    };
    let said = Program(name).ask(arguments, LOOK).ok()?;
    has_line(&said.text()).then_some(kind)
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
