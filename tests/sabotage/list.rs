//! The list of sabotages, read: what is replaced where, and which tests must then fail.

use std::fmt;
use std::fs;
use std::path::Path;

const LIST: &str = include_str!("sabotages.txt");

/// One protection less.
#[derive(Debug)]
pub struct Sabotage {
    pub name: String,
    /// The file, from the root of the repository.
    pub file: String,
    old: String,
    new: String,
    /// Each of them must fail.
    pub tests: Vec<TestName>,
}

/// A test by its whole name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestName {
    pub place: Place,
    pub path: String,
}

/// Where a test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Beside the code, in `src`.
    Library,
    /// Here, where the program is run.
    Program,
}

/// All of them, in the order of the list.
pub fn all() -> Vec<Sabotage> {
    let mut all = Vec::<Sabotage>::new();
    for line in LIST.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix("== ") {
            all.push(Sabotage {
                name: name.to_owned(),
                file: String::new(),
                old: String::new(),
                new: String::new(),
                tests: Vec::new(),
            });
            continue;
        }
        let last = all.last_mut();
        last.unwrap_or_else(|| panic!("{line} stands before any name"))
            .take(line);
    }
    all
}

impl Sabotage {
    fn take(&mut self, line: &str) {
        let test = |place, path: &str| TestName {
            place,
            path: path.to_owned(),
        };
        if let Some(old) = line.strip_prefix('-') {
            self.old.push_str(old);
            self.old.push('\n');
        } else if let Some(new) = line.strip_prefix('+') {
            self.new.push_str(new);
            self.new.push('\n');
        } else if let Some(file) = line.strip_prefix("file ") {
            file.clone_into(&mut self.file);
        } else if let Some(path) = line.strip_prefix("lib ") {
            self.tests.push(test(Place::Library, path));
        } else if let Some(path) = line.strip_prefix("run ") {
            self.tests.push(test(Place::Program, path));
        } else {
            panic!("{}: not a line of the list: {line}", self.name);
        }
    }

    /// The source with this done to it.
    pub fn applied(&self, source: &str) -> String {
        source.replacen(&self.old, &self.new, 1)
    }

    /// Fails unless the text to replace is there, once, and every test has its function.
    pub fn assert_fits(&self, root: &Path) {
        let source = fs::read_to_string(root.join(&self.file));
        let source = source.unwrap_or_else(|error| panic!("{}: {}: {error}", self.name, self.file));
        let times = source.matches(&self.old).count();
        assert!(
            times == 1 && !self.old.is_empty(),
            "{}: what it replaces is {times} times in {}:\n{}",
            self.name,
            self.file,
            self.old
        );
        assert_ne!(self.old, self.new, "{}: it changes nothing", self.name);
        assert!(!self.tests.is_empty(), "{}: no test", self.name);
        for test in &self.tests {
            let (_, function) = test.path.rsplit_once("::").expect("a module and a name");
            let folder = match test.place {
                Place::Library => "src",
                Place::Program => "tests",
            };
            assert!(
                is_in(&root.join(folder), &format!("fn {function}()")),
                "{}: there is no test {test}",
                self.name
            );
        }
    }
}

impl fmt::Display for TestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

/// Whether a Rust file below the folder has this text.
fn is_in(folder: &Path, text: &str) -> bool {
    let mut files = fs::read_dir(folder).expect("a folder").flatten();
    files.any(|file| {
        let path = file.path();
        if path.is_dir() {
            return is_in(&path, text);
        }
        let is_source = path.extension().is_some_and(|end| end == "rs");
        is_source && fs::read_to_string(path).is_ok_and(|source| source.contains(text))
    })
}
