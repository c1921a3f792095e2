//! Modes of files. Windows has none: what is made in a user's profile is this user's alone there.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// The permission bits.
#[cfg(unix)]
pub fn of(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o7777
}

#[cfg(windows)]
pub fn of(_: &Metadata) -> u32 {
    0
}

/// Sets the permission bits.
#[cfg(unix)]
#[track_caller]
pub fn set(path: impl AsRef<Path>, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[cfg(windows)]
pub fn set(_: impl AsRef<Path>, _: u32) {}

/// Fails unless these are the permission bits, of the link itself where the path is one.
#[track_caller]
pub fn assert_is(path: impl AsRef<Path>, mode: u32) {
    let path = path.as_ref();
    let found = of(&path.symlink_metadata().expect("a file"));
    assert!(
        cfg!(windows) || found == mode,
        "{}: {found:o}, not {mode:o}",
        path.display()
    );
}

/// Makes a folder, with all above it, that only its owner may enter.
pub fn private_folder(path: &Path) -> PathBuf {
    fs::create_dir_all(path).expect("a folder");
    set(path, 0o700);
    path.to_owned()
}

/// Writes a file that only its owner may read.
#[track_caller]
pub fn write_private(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).expect("a file");
    set(path, 0o600);
}
