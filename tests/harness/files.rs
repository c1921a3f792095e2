//! What is in a folder, with modes: to be compared, or put back for another run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{World, mode};

/// Files and folders by their path within the folder that was read, its own path being empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, Entry>);

/// The mode, and the content unless it is a folder.
#[derive(Clone, PartialEq, Eq)]
struct Entry {
    mode: u32,
    content: Option<Vec<u8>>,
}

impl Files {
    /// Everything in this folder; nothing if it does not exist.
    #[track_caller]
    pub fn of(folder: &Path) -> Self {
        let mut files = Self::default();
        files.read(folder, Path::new(""));
        files
    }

    fn read(&mut self, root: &Path, within: &Path) {
        let path = root.join(within);
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            return;
        };
        let is_folder = metadata.is_dir();
        let entry = Entry {
            mode: mode::of(&metadata),
            content: match metadata.file_type() {
                kind if kind.is_dir() => None,
                kind if kind.is_file() => Some(fs::read(&path).unwrap_or_default()),
                // A pipe is never read from, nor a link followed.
                _ => Some(Vec::new()),
            },
        };
        self.0.insert(within.to_owned(), entry);
        if is_folder {
            for entry in fs::read_dir(&path).expect("a folder").flatten() {
                self.read(root, &within.join(entry.file_name()));
            }
        }
    }

    /// Makes a folder what this one was.
    #[track_caller]
    pub fn put_back(&self, folder: &Path) {
        if folder.exists() {
            fs::remove_dir_all(folder).expect("a folder to replace");
        }
        // A folder's own mode may keep this process from writing into it, so modes come last.
        for (path, entry) in &self.0 {
            match &entry.content {
                None => fs::create_dir_all(folder.join(path)).expect("a folder"),
                Some(content) => fs::write(folder.join(path), content).expect("a file"),
            }
        }
        for (path, entry) in self.0.iter().rev() {
            mode::set(folder.join(path), entry.mode);
        }
    }

    /// The files, without folders, in order.
    pub fn contents(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        let files = self.0.iter();
        files.filter_map(|(path, entry)| Some((path.as_path(), entry.content.as_deref()?)))
    }

    /// Paths that this has with another mode or content than the other, or alone; and the reverse.
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<&'a Path> {
        let mine = self
            .0
            .iter()
            .filter(|(path, entry)| other.0.get(*path) != Some(*entry));
        let theirs = other.0.keys().filter(|path| !self.0.contains_key(*path));
        mine.map(|(path, _)| path)
            .chain(theirs)
            .map(PathBuf::as_path)
            .collect()
    }

    /// Paths that users other than the owner may do something with.
    pub fn open_to_others(&self) -> Vec<&Path> {
        let open = self.0.iter().filter(|(_, entry)| entry.mode & 0o077 != 0);
        open.map(|(path, _)| path.as_path()).collect()
    }
}

impl World {
    /// Everything that the programs of this world have written.
    pub fn files(&self) -> Files {
        Files::of(&self.lived())
    }

    /// Another world that is like this one: its variables, and a copy of its files.
    #[track_caller]
    pub fn copy(&self) -> Self {
        self.copy_with(&self.files())
    }

    /// As [`World::copy`], with these files instead.
    #[track_caller]
    pub fn copy_with(&self, files: &Files) -> Self {
        let copy = Self::without_keeper();
        files.put_back(&copy.lived());
        let (old, new) = (
            self.root().display().to_string(),
            copy.root().display().to_string(),
        );
        for (name, value) in self.env() {
            let value = value.into_string().expect("a variable in UTF-8");
            copy.set_env(name, value.replace(&old, &new));
        }
        copy
    }
}
