//! A world for the program: an empty home and a cleared environment, gone when the test ends.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};

use tempfile::TempDir;

use super::keeper::{Keeper, Keeps};
use super::process::{Printed, Run, Running};
use super::scan::{Canaries, Leak, assert_none};
#[cfg(unix)]
use super::watcher;
use super::{mode::private_folder, platform};

/// Set to anything to keep the folders of all tests, to look into them.
const KEEP: &str = "IGCONNECT_TESTS_KEEP";

/// The program that is tested, if not the one that cargo built with the tests: e.g. a static one of `packaging/build`.
const BINARY: &str = "IGCONNECT_TESTS_BINARY";

fn built() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let program = env::var_os(BINARY).unwrap_or_else(|| env!("CARGO_BIN_EXE_igconnect").into());
        // Programs start in the home of their world.
        fs::canonicalize(&program).unwrap_or_else(|error| panic!("{BINARY}: {program:?}: {error}"))
    });
    &PROGRAM
}

/// The folders and the environment that one test gives to every program it starts.
pub struct World {
    // Both end before the folder.
    beside: Mutex<Vec<Running>>,
    keeper: Keeper,
    folder: TempDir,
    env: Mutex<BTreeMap<OsString, OsString>>,
    printed: Printed,
}

impl World {
    /// An empty world: the program has never run here, and no secret store can be reached but the one that the
    /// whole run asks for (`IGCONNECT_TESTS_STORE`).
    #[track_caller]
    pub fn new() -> Self {
        Self::keeping(Keeps::Plain).expect("the parts of the store that was asked for")
    }

    /// As [`World::new`], with this store where the run asks for no other. `None` where the tests do without one of its
    /// parts.
    #[track_caller]
    pub fn keeping(keeps: Keeps) -> Option<Self> {
        let mut world = Self::without_keeper();
        world.keeper = Keeper::start(&world, Keeps::asked_for().unwrap_or(keeps))?;
        Some(world)
    }

    /// An empty world that no store is started for, whatever the run asks for.
    #[track_caller]
    pub fn without_keeper() -> Self {
        let mut folder = tempfile::Builder::new()
            .prefix("igc-")
            .tempdir()
            .expect("a temporary folder");
        if env::var_os(KEEP).is_some() {
            folder.disable_cleanup(true);
            println!("kept: {}", folder.path().display());
        }
        #[cfg(unix)]
        watcher::sign_on(&folder.path().display().to_string());
        let world = Self {
            keeper: Keeper::Plain,
            folder,
            env: Mutex::default(),
            printed: Printed::default(),
            beside: Mutex::default(),
        };
        private_folder(&world.lived());
        for (name, folder) in platform::FOLDERS {
            let folder = folder.split('/').collect::<PathBuf>();
            let path = private_folder(&world.lived().join(folder));
            world.set_env(name, path);
        }
        for (name, value) in platform::variables() {
            world.set_env(name, value);
        }
        let mut programs = vec![private_folder(&world.root().join("programs"))];
        // The programs of Unix that most tests need.
        #[cfg(windows)]
        for (name, code) in [("true.cmd", 0), ("false.cmd", 1)] {
            fs::write(programs[0].join(name), format!("@exit /b {code}\r\n")).expect(name);
        }
        programs.extend(platform::programs());
        world.set_env("PATH", env::join_paths(programs).expect("a search path"));
        world.set_env("LANG", "C.UTF-8");
        world.set_env("TZ", "UTC");
        if let Some(profile) = env::var_os("LLVM_PROFILE_FILE") {
            world.set_env("LLVM_PROFILE_FILE", profile); // so that a measurement of coverage sees the program too
        }
        world
    }

    /// The program under test with these arguments.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        self.program(self.binary(), arguments)
    }

    /// The program under test, started by a tool with these options.
    #[cfg(unix)]
    pub fn under(&self, tool: &str, options: &[&str], arguments: &[&str]) -> Run {
        let run = self.program(tool, options).arg(self.binary());
        arguments
            .iter()
            .fold(run, |run, argument| run.arg(argument))
    }

    /// The program under strace with these options. Needs `strace`.
    #[cfg(unix)]
    pub fn traced(&self, options: &[&str], arguments: &[&str]) -> Run {
        self.under(
            "strace",
            &[&["-f", "-q", "-q"], options].concat(),
            arguments,
        )
    }

    /// Any other program, in the same folders and environment.
    pub fn program<S: AsRef<OsStr>>(&self, program: impl AsRef<OsStr>, arguments: &[S]) -> Run {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder("HOME"))
            .env_clear()
            .envs(self.env());
        Run::new(command, Arc::clone(&self.printed))
    }

    /// The program under test, for a tool that starts it (`strace`, `expect`, a script).
    pub fn binary(&self) -> &Path {
        self.keeper.binary().unwrap_or(built())
    }

    /// Lets a program run until the world ends.
    pub fn keep(&self, running: Running) {
        self.beside.lock().unwrap().push(running);
    }

    /// The store that its programs use.
    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Where the program's data lies: a folder of [`World`], by the name of its variable on Unix, e.g. `XDG_DATA_HOME`.
    #[track_caller]
    pub fn folder(&self, variable: &str) -> PathBuf {
        PathBuf::from(self.value(platform::name(variable)))
    }

    /// Sets a variable for every program started from now on.
    pub fn set_env(&self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.env.lock().unwrap().insert(name.into(), value.into());
    }

    /// Removes a variable for every program started from now on.
    pub fn clear_env(&self, name: &str) {
        self.env.lock().unwrap().remove(OsStr::new(name));
    }

    /// Leaves the store to the configuration; on Windows the environment names it otherwise.
    pub fn names_no_store(&self) {
        #[cfg(windows)]
        self.clear_env("IGCONNECT_STORE");
    }

    /// The value of a variable that was set.
    #[track_caller]
    pub fn value(&self, name: &str) -> OsString {
        let value = self.try_value(name);
        value.unwrap_or_else(|| panic!("this world has no {name}"))
    }

    /// The value of a variable, if it was set.
    pub fn try_value(&self, name: &str) -> Option<OsString> {
        self.env.lock().unwrap().get(OsStr::new(name)).cloned()
    }

    /// Puts a shell script first in the search path under this name, e.g. a browser or a docker-credential helper.
    #[cfg(unix)]
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let draft = self.given(&format!("{name}.sh"), text);
        let path = self.root().join("programs").join(name);
        // Written by another process: a file that this one has open for writing cannot be executed ("text file busy"),
        // and another test's child may hold a copy of the handle for a moment.
        let done = Command::new("install")
            .args(["-m", "755"])
            .args([&draft, &path])
            .status()
            .expect("install");
        assert!(done.success(), "the script {name} was not installed");
        path
    }

    /// A file that the test hands to the program, e.g. a secret. [`World::leaks`] does not search it.
    pub fn given(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = private_folder(&self.root().join("given")).join(name);
        fs::write(&path, content).expect("a file for the program");
        path
    }

    /// Every place where a canary can be read: in what the programs of this world printed, and in every file they left.
    ///
    /// Not searched: what the test itself handed in ([`World::given`]), and output that [`Run::prints_a_secret`] excepts.
    pub fn leaks(&self, canaries: &Canaries) -> Vec<Leak> {
        let mut leaks = canaries.in_folder(&self.lived());
        for (what, bytes) in self.printed.lock().unwrap().iter() {
            leaks.extend(canaries.in_bytes(bytes, what));
        }
        leaks
    }

    /// Fails if [`World::leaks`] finds any.
    #[track_caller]
    pub fn assert_no_leaks(&self, canaries: &Canaries) {
        assert_none(&self.leaks(canaries));
    }

    /// The folder under which all of this world lies; a real part of a test keeps its own things there too.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Where its programs write; the rest of the root belongs to the test.
    pub fn lived(&self) -> PathBuf {
        self.root().join("lived")
    }

    pub(super) fn env(&self) -> BTreeMap<OsString, OsString> {
        self.env.lock().unwrap().clone()
    }
}

#[cfg(unix)]
impl Drop for World {
    fn drop(&mut self) {
        watcher::sign_off(&self.root().display().to_string());
    }
}
