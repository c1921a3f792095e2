//! What another user, a planted link or a loose mode cannot achieve.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::PrivateFileProblem as Problem;
use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn problem<T: std::fmt::Debug>(result: Result<T, PrivateFileError>) -> Problem {
    result.unwrap_err().problem
}

#[test]
fn a_written_file_is_private_and_whole() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("a/b");
    create_private_dir(&folder).unwrap();
    create_private_dir(&folder).unwrap();
    let path = folder.join("key.pem");
    for text in ["first and longer", "second"] {
        write_private(&path, text.as_bytes()).unwrap();
        assert_eq!(read_private(&path, 16).unwrap().as_slice(), text.as_bytes());
    }
    assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn create_once_never_replaces_a_file() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("seal.key");
    assert!(create_once(&path, b"first").unwrap());
    assert!(!create_once(&path, b"second").unwrap());
    assert_eq!(read_named(&path, 9).unwrap().as_slice(), b"first");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn looser_modes_are_tightened_or_refused() {
    let home = tempfile::tempdir().unwrap();
    let (folder, path) = (home.path().join("f"), home.path().join("f/config.toml"));
    create_private_dir(&folder).unwrap();
    write_private(&path, b"x").unwrap();
    set_mode(&path, 0o644);
    set_mode(&folder, 0o755);
    // The person's own file: others may read it, but not write it.
    assert!(read_named(&path, 9).is_ok());
    for mode in [0o622, 0o620, 0o602] {
        set_mode(&path, mode);
        assert_eq!(problem(read_named(&path, 9)), Problem::WritableByOthers);
    }
    assert!(read_private(&path, 9).is_ok());
    create_private_dir(&folder).unwrap();
    assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
    assert!(read_named(&path, 9).is_ok());
}

#[test]
fn a_link_is_refused_and_its_target_untouched() {
    let home = tempfile::tempdir().unwrap();
    let (target, link) = (home.path().join("target"), home.path().join("link"));
    fs::write(&target, "before").unwrap();
    symlink(&target, &link).unwrap();
    assert_eq!(problem(read_private(&link, 9)), Problem::Symlink);
    assert_eq!(problem(write_private(&link, b"after")), Problem::Symlink);
    assert_eq!(fs::read_to_string(&target).unwrap(), "before");
    let (folder, link) = (home.path().join("folder"), home.path().join("other"));
    fs::create_dir(&folder).unwrap();
    symlink(&folder, &link).unwrap();
    assert_eq!(problem(create_private_dir(&link)), Problem::Symlink);
}

#[test]
fn other_kinds_sizes_and_owners_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("file");
    assert_eq!(
        problem(read_private(&path, 9)),
        Problem::Io(ErrorKind::NotFound)
    );
    assert_eq!(problem(read_private(home.path(), 9)), Problem::NotAFile);
    assert_eq!(problem(write_private(home.path(), b"x")), Problem::NotAFile);
    write_private(&path, b"0123456789").unwrap();
    assert_eq!(problem(read_private(&path, 9)), Problem::TooLarge);
    assert_eq!(problem(create_private_dir(&path)), Problem::NotAFile);
    // Only root can give a file away, so other users skip this half.
    if std::os::unix::fs::chown(&path, Some(12345), None).is_ok() {
        assert_eq!(problem(read_private(&path, 99)), Problem::ForeignOwner);
        assert_eq!(problem(write_private(&path, b"x")), Problem::ForeignOwner);
    }
}

#[test]
fn a_file_that_is_renamed_away_meanwhile_is_created_again() {
    let home = tempfile::tempdir().unwrap();
    let (path, aside) = (home.path().join("log"), home.path().join("log.1"));
    let opened = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !opened.load(std::sync::atomic::Ordering::Relaxed) {
                let _ = fs::rename(&path, &aside);
            }
        });
        let result: Result<Vec<_>, _> = (0..3000).map(|_| open_private(&path).map(drop)).collect();
        opened.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(result.map(|files| files.len()), Ok(3000));
    });
}
