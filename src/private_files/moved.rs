//! Moves the files of an older version to another folder, one by one.
//!
//! Invariant: each file is whole at its old or its new place at any moment, and nothing is overwritten. After a kill, the
//! next call goes on.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::error::{AtPath, FileResult, if_any};
use super::write::sibling;

/// Returns the names in `from` for which `is_wanted` holds and that `to` does not have.
pub(crate) fn movable(
    from: &Path,
    to: &Path,
    is_wanted: impl Fn(&OsStr) -> bool,
) -> FileResult<Vec<OsString>> {
    let names = fs::read_dir(from).and_then(|entries| {
        let names = entries.map(|entry| Ok(entry?.file_name()));
        names.collect::<io::Result<Vec<_>>>()
    });
    let mut names = if_any(names.at(from))?.unwrap_or_default();
    // A link is left alone: it may be relative.
    let is_link = |name: &OsStr| from.join(name).is_symlink();
    names.retain(|name| is_wanted(name) && !is_link(name) && !is_taken(to, name));
    // Reversed, the journal of a database comes before it: a database without its journal may be damaged.
    names.sort_by(|one, other| other.cmp(one));
    Ok(names)
}

/// Whether there is a file of this name, or for a journal its database, which has nothing to do with this journal.
fn is_taken(folder: &Path, name: &OsStr) -> bool {
    let exists = |name: &OsStr| folder.join(name).symlink_metadata().is_ok();
    let database = name.to_str().and_then(|name| name.strip_suffix("-journal"));
    exists(name) || database.is_some_and(|database| exists(database.as_ref()))
}

/// Moves a file or folder. The caller excludes other movers.
pub(crate) fn move_entry(from: &Path, to: &Path) -> FileResult<()> {
    match fs::rename(from, to) {
        // Such as a folder that is redirected to a server.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => copy_and_remove(from, to),
        moved => moved.at(from),
    }
}

fn copy_and_remove(from: &Path, to: &Path) -> FileResult<()> {
    let temporary = sibling(to)?;
    copy(from, &temporary)
        .and_then(|()| fs::rename(&temporary, to))
        .at(to)?;
    let removed = match from.symlink_metadata().at(from)?.is_dir() {
        true => fs::remove_dir_all(from),
        false => fs::remove_file(from),
    };
    removed.at(from)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.symlink_metadata()?.is_dir() {
        fs::copy(from, to)?;
        return OpenOptions::new().write(true).open(to)?.sync_all();
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            match path.is_dir() {
                true => files.extend(
                    self::files(&path)
                        .into_iter()
                        .map(|(file, text)| (format!("{name}/{file}"), text)),
                ),
                false => files.push((name, fs::read_to_string(path).unwrap())),
            }
        }
        files.sort();
        files
    }

    fn write(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    const OLD: [(&str, &str); 4] = [
        ("config.toml", "settings"),
        ("db.sqlite", "old"),
        ("db.sqlite-journal", "old journal"),
        ("worlds/sandbox/db.sqlite", "world"),
    ];

    fn all_but_settings(name: &OsStr) -> bool {
        name != "config.toml"
    }

    /// After each number of steps, as if killed there, and with either way to move.
    #[test]
    fn a_move_that_was_interrupted_goes_on() {
        for (killed_after, mover) in (0..4).flat_map(|n| {
            [
                (n, move_entry as fn(&Path, &Path) -> _),
                (n, copy_and_remove),
            ]
        }) {
            let home = tempfile::tempdir().unwrap();
            let (from, to) = (home.path().join("from"), home.path().join("to"));
            fs::create_dir(&to).unwrap();
            write(&from, &OLD);
            for limit in [killed_after, usize::MAX] {
                for name in movable(&from, &to, all_but_settings)
                    .unwrap()
                    .iter()
                    .take(limit)
                {
                    mover(&from.join(name), &to.join(name)).unwrap();
                    let has_database = to.join("db.sqlite").exists();
                    assert!(!has_database || to.join("db.sqlite-journal").exists());
                }
            }
            assert_eq!(files(&from).len(), 1);
            let moved: Vec<_> = OLD[1..]
                .iter()
                .map(|(name, text)| (name.to_string(), text.to_string()))
                .collect();
            assert_eq!(files(&to), moved, "{killed_after}");
        }
    }

    #[test]
    fn what_is_at_the_new_place_wins_and_nothing_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        write(&from, &OLD);
        write(&to, &[("db.sqlite", "new")]);
        // Not the journal either: it would be rolled back into the new database.
        assert_eq!(movable(&from, &to, all_but_settings).unwrap(), ["worlds"]);
        let missing = home.path().join("missing");
        assert_eq!(movable(&missing, &to, all_but_settings).unwrap(), [""; 0]);
    }
}
