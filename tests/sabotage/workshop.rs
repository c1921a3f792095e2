//! A copy of the source where sabotages are built and judged; the repository itself is never changed.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::list::{Place, Sabotage, TestName};
use crate::harness::search_path;

/// In seconds. Whoever takes longer hangs, which is no way to notice anything.
const LIMIT: &str = "300";

/// What became of a test.
pub enum Outcome {
    Passed,
    /// With the first line of what it said.
    Failed(String),
    /// Not run, or not ended.
    Neither(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Neither(said) => write!(f, "neither passed nor failed: {said}"),
        }
    }
}

/// The copy, and the tests that were built of it while it was sound.
pub struct Workshop {
    source: PathBuf,
    built: PathBuf,
    library_tests: PathBuf,
    program_tests: PathBuf,
}

impl Workshop {
    /// Copies the source and builds its tests.
    pub fn open(root: &Path) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sabotage");
        let source = folder.join("source");
        // Whatever an earlier run left broken is gone; what it built is of use again.
        let _ = fs::remove_dir_all(&source);
        copy(root, &source);
        let mut workshop = Self {
            source,
            built: folder.join("built"),
            library_tests: PathBuf::new(),
            program_tests: PathBuf::new(),
        };
        let told = workshop.cargo(&[
            "test",
            "--no-run",
            "--lib",
            "--test=igconnect",
            "--message-format=json",
        ]);
        let told = told.unwrap_or_else(|why| panic!("{why}"));
        let executable = |kind: &str| {
            let messages = told
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok());
            let mut tests = messages.filter(|message: &Value| {
                message["target"]["kind"][0] == kind && message["profile"]["test"] == true
            });
            let test = tests
                .next()
                .unwrap_or_else(|| panic!("no tests of the {kind}"));
            PathBuf::from(test["executable"].as_str().expect("an executable"))
        };
        workshop.library_tests = executable("lib");
        workshop.program_tests = executable("test");
        // The program as it will be built from now on: without what only tests need.
        let built = workshop.build(Place::Program);
        built.unwrap_or_else(|why| panic!("{why}"));
        workshop
    }

    /// Breaks the copy and builds what its tests look at, or tells why that cannot be built. Dropped, the answer mends
    /// the source again.
    pub fn sabotage(&self, sabotage: &Sabotage) -> Result<Sabotaged, String> {
        let path = self.source.join(&sabotage.file);
        let sound = fs::read_to_string(&path).expect("a file of the source");
        fs::write(&path, sabotage.applied(&sound)).expect("a sabotage");
        let sabotaged = Sabotaged { path, sound };
        for place in [Place::Library, Place::Program] {
            if sabotage.tests.iter().any(|test| test.place == place) {
                self.build(place)?;
            }
        }
        Ok(sabotaged)
    }

    /// Runs one test with what was built last. The tests of the program stay as they were: only the program is built
    /// anew, in the place where they look for it.
    pub fn run(&self, test: &TestName) -> Outcome {
        let tests = match test.place {
            Place::Library => &self.library_tests,
            Place::Program => &self.program_tests,
        };
        let output = Command::new("timeout")
            .args(["--signal=KILL", LIMIT])
            .arg(tests)
            .args(["--exact", &test.path])
            .current_dir(&self.source)
            // The copy has no folder of fetched programs.
            .env("PATH", search_path())
            .output()
            .expect("timeout");
        let said = text(&output);
        if said.contains("\ntest result: ok. 1 passed;") {
            Outcome::Passed
        } else if said.contains("\ntest result: FAILED. 0 passed; 1 failed;") {
            let mut lines = said
                .lines()
                .skip_while(|line| !line.contains(" panicked at "));
            Outcome::Failed(lines.nth(1).unwrap_or_default().to_owned())
        } else {
            Outcome::Neither(said)
        }
    }

    fn build(&self, place: Place) -> Result<(), String> {
        let built = match place {
            Place::Library => self.cargo(&["test", "--no-run", "--lib"]),
            Place::Program => self.cargo(&["build", "--bin=igconnect"]),
        };
        built.map(drop)
    }

    /// What cargo wrote on standard output, or all it said when it failed.
    fn cargo(&self, arguments: &[&str]) -> Result<String, String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(arguments)
            .arg("--locked")
            .env("CARGO_TARGET_DIR", &self.built)
            .current_dir(&self.source)
            .output()
            .expect("cargo");
        if !output.status.success() {
            return Err(format!("cargo {arguments:?}: {}", text(&output)));
        }
        Ok(String::from_utf8(output.stdout).expect("text"))
    }
}

/// A broken file of the copy.
pub struct Sabotaged {
    path: PathBuf,
    sound: String,
}

impl Drop for Sabotaged {
    fn drop(&mut self) {
        let _ = fs::write(&self.path, &self.sound);
    }
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// Copies everything but what is built and what is git's.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if name == "target" || name == ".git" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}
