//! Walks to a folder from the root, one open folder at a time, so that no other user can lead the way elsewhere.
//!
//! Invariant: only this user and root can rename what is on the way. So the path means the same folder afterwards too.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::error::{AtPath, FileResult, PrivateFileProblem as Problem};

/// As many as Linux follows.
const LINKS_MAX: usize = 40;

/// Opens a folder that may be searched and not read. Not every system has a flag for that.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const SEARCH: OFlags = OFlags::PATH;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const SEARCH: OFlags = OFlags::RDONLY;

/// What to do with a missing folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Create it (0700).
    Create,
    /// End there.
    Stop,
}

/// Judges every folder and link above the last component. With [`Missing::Create`] a link there is not followed.
pub(super) fn walk(path: &Path, missing: Missing) -> FileResult<()> {
    let absolute = std::path::absolute(path).at(path)?;
    let root = Here::root()?;
    let trusted = Trusted::new(root.stat()?.st_uid);
    let (mut here, mut rest, mut links) = (root, names(&absolute), 0);
    // While more names than this are left, the walk is in the target of a link.
    let mut after_link = usize::MAX;
    while let Some(name) = rest.pop() {
        here.judge(&trusted)?;
        let is_last = rest.is_empty();
        match here.enter(&name) {
            Ok(()) => {}
            Err(Errno::NOENT) if missing == Missing::Stop => return Ok(()),
            // The target of a dangling link is not ours to create.
            Err(Errno::NOENT) if rest.len() >= after_link => return Err(Problem::Symlink).at(path),
            Err(Errno::NOENT) => here.create(&name)?,
            // What is at the end is judged by those who open it.
            Err(Errno::LOOP | Errno::NOTDIR) if is_last && missing == Missing::Create => {
                return Ok(());
            }
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let target = here.read_link(&name, &trusted)?;
                links += 1;
                if links > LINKS_MAX {
                    return Err(Problem::Symlink).at(path);
                }
                after_link = after_link.min(rest.len());
                rest.extend(names(&target));
                if target.is_absolute() {
                    here = Here::root()?;
                }
            }
            Err(error) => return Err(io::Error::from(error)).at(&here.path.join(name)),
        }
    }
    Ok(())
}

/// Returns the components of a path, the last one first.
fn names(path: &Path) -> Vec<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    let mut names: Vec<_> = names.collect();
    names.reverse();
    names
}

/// An open folder, and the path that led there.
struct Here {
    folder: OwnedFd,
    path: PathBuf,
    /// Names in the path. Counted once, because `status` has little else to do.
    depth: usize,
}

impl Here {
    fn root() -> FileResult<Self> {
        let path = PathBuf::from("/");
        let folder = rustix::fs::open(
            &path,
            SEARCH | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        );
        let folder = folder.map_err(io::Error::from).at(&path)?;
        let depth = 0;
        Ok(Self {
            folder,
            path,
            depth,
        })
    }

    fn enter(&mut self, name: &OsStr) -> Result<(), Errno> {
        let flags = SEARCH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        self.folder = rustix::fs::openat(&self.folder, name, flags, Mode::empty())?;
        self.path.push(name);
        self.depth += 1;
        Ok(())
    }

    fn create(&mut self, name: &OsStr) -> FileResult<()> {
        let created = match rustix::fs::mkdirat(&self.folder, name, Mode::RWXU) {
            // The umask may have removed bits of the owner.
            Ok(()) => rustix::fs::chmodat(&self.folder, name, Mode::RWXU, AtFlags::empty()),
            // Another process may have been first.
            Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(error),
        };
        let entered = created.and_then(|()| self.enter(name));
        entered.map_err(io::Error::from).at(&self.path.join(name))
    }

    /// Returns the target of a link that this user or root made.
    fn read_link(&self, name: &OsStr, trusted: &Trusted) -> FileResult<PathBuf> {
        let path = self.path.join(name);
        let stat = rustix::fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW);
        let stat = stat.map_err(io::Error::from).at(&path)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink {
            return Err(Problem::NotAFile).at(&path);
        }
        if !trusted.is_owner(stat.st_uid) {
            return Err(Problem::Symlink).at(&path);
        }
        let target = rustix::fs::readlinkat(&self.folder, name, Vec::new());
        let target = target.map_err(io::Error::from).at(&path)?;
        Ok(OsString::from_vec(target.into_bytes()).into())
    }

    /// Fails if another user could rename what is in this folder.
    fn judge(&self, trusted: &Trusted) -> FileResult<()> {
        // A user who can change the root can do everything.
        if self.depth == 0 {
            return Ok(());
        }
        let stat = self.stat()?;
        let mode = Mode::from_raw_mode(stat.st_mode);
        let is_sticky = mode.contains(Mode::SVTX);
        // Some containers have a /tmp of another owner.
        let is_temporary = is_sticky && self.depth == 1;
        if !trusted.is_owner(stat.st_uid) && !is_temporary {
            return Err(Problem::ForeignOwner).at(&self.path);
        }
        let is_writable = mode.contains(Mode::WOTH)
            || (mode.contains(Mode::WGRP) && !trusted.is_group(stat.st_gid));
        // In a sticky folder only its owner and the owner of an entry can rename the entry.
        match is_writable && !is_sticky {
            true => Err(Problem::WritableByOthers).at(&self.path),
            false => Ok(()),
        }
    }

    fn stat(&self) -> FileResult<Stat> {
        let stat = rustix::fs::fstat(&self.folder);
        stat.map_err(io::Error::from).at(&self.path)
    }
}

/// Who may own the folders on the way.
struct Trusted {
    user: u32,
    group: u32,
    /// Not 0 in some containers.
    owner_of_root: u32,
}

impl Trusted {
    fn new(owner_of_root: u32) -> Self {
        Self {
            user: rustix::process::geteuid().as_raw(),
            group: rustix::process::getegid().as_raw(),
            owner_of_root,
        }
    }

    fn is_owner(&self, owner: u32) -> bool {
        owner == 0 || owner == self.user || owner == self.owner_of_root || is_unmapped(owner)
    }

    /// The group of root, or the group of this user alone, which has the user's number. With a umask of 002, as on some
    /// systems, every folder is writable by it.
    fn is_group(&self, group: u32) -> bool {
        group == 0 || (group == self.group && group == self.user)
    }
}

/// Whether the owner may be root outside of this container: there, users without a number here are shown as 65534.
fn is_unmapped(owner: u32) -> bool {
    const UNMAPPED: u32 = 65534;
    owner == UNMAPPED
        && std::fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| {
            // Outside of containers every user has its own number.
            map.split_ascii_whitespace().ne(["0", "0", "4294967295"])
        })
}
