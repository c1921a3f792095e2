//! Moves what an earlier version kept in another folder. Nothing of igconnect is opened before.

use crate::account::Platform;
use crate::cache::AccountLock;
use crate::failure::{Failure, Kind};
use crate::private_files::{PrivateFileError, movable, move_entry};
use crate::settings::{OldFolder, Paths};

pub(crate) fn move_old_folder() -> Result<(), Failure> {
    // Decided by the compiler: no run on Linux takes longer.
    if Platform::HERE == Platform::Linux {
        return Ok(());
    }
    Paths::old_folder().map_or(Ok(()), |old| move_folder(&old))
}

fn move_folder(old: &OldFolder) -> Result<(), Failure> {
    let OldFolder { from, to, .. } = old;
    let names = || movable(from, to, |name| old.is_moved(name));
    let explain = |error: PrivateFileError| {
        let message = format!(
            "the files of an earlier version cannot be moved to {}",
            to.display()
        );
        Failure::new(Kind::State, message)
            .cause(error.to_string())
            .hint("End every other igconnect, then try again")
    };
    if names().map_err(explain)?.is_empty() {
        return Ok(());
    }
    let _lock = AccountLock::acquire_for_rebuild(&to.join("locks"))?;
    // Once more, because another process may have moved them meanwhile.
    for name in names().map_err(explain)? {
        move_entry(&from.join(&name), &to.join(&name)).map_err(explain)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn processes_that_start_at_once_move_everything_once() {
        let home = tempfile::tempdir().unwrap();
        let old = OldFolder {
            from: home.path().join("roaming"),
            to: home.path().join("local"),
            has_config: false,
        };
        let data = [
            "igconnect.sqlite",
            "igconnect.sqlite-journal",
            "home",
            "sealed.sqlite",
        ];
        fs::create_dir(&old.from).unwrap();
        for name in data.iter().chain(&["config.toml", "seal.key"]) {
            fs::write(old.from.join(name), name).unwrap();
        }
        let results = std::thread::scope(|scope| {
            let runs = [(); 8].map(|()| scope.spawn(|| move_folder(&old)));
            runs.map(|run| run.join().unwrap().is_ok())
        });
        assert_eq!(results, [true; 8]);
        for name in data {
            assert_eq!(fs::read_to_string(old.to.join(name)).unwrap(), name);
        }
        assert_eq!(fs::read_dir(&old.from).unwrap().count(), 2);
    }
}
