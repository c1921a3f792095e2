//! Files and folders that only this user can read: created private, and checked after they are opened.
//!
//! Invariant: a path is never checked and then opened. The open itself follows no link, and owner, kind and mode are
//! read from the open handle. A written file appears whole or not at all.

#[cfg(any(windows, test))]
mod descriptor;
mod error;
mod files;
mod folders;
mod moved;
#[cfg_attr(not(unix), path = "windows.rs")]
mod platform;
mod rotated;
#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(unix)]
mod walk;
#[cfg(windows)]
#[cfg(test)]
mod windows_tests;
mod write;

pub(crate) use error::{PrivateFileError, PrivateFileProblem, if_any};
pub(crate) use files::{
    Access, WipedBytes, exists_private, open_private, read_entrusted, read_managed, read_named,
    read_private, read_private_if_any, read_unchanged,
};
pub(crate) use folders::{check_dir_to_read, create_private_dir, inspect_dir, names_in};
pub(crate) use moved::{movable, move_entry};
pub(crate) use rotated::RotatedFile;
pub(crate) use write::{
    check_writable, create_once, has_locks, is_without_locks, remove_private, set_aside,
    write_private,
};
