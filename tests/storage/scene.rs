//! A command at work on a folder of its own: what was there before, and what it may leave behind.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::harness::database::Database;

/// Who needs longer than this hangs.
const LIMIT: &str = "60";

/// A sandbox is there as long as the longest crowd, and ends with its test.
const LIMIT_OF_SANDBOX: &str = "900";

/// What must be true afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaves {
    /// The account, usable.
    Account,
    /// The account, usable, or none.
    AccountOrNone,
    /// The account, or the knowledge that its token died in the one window that only Instagram could close.
    AccountOrDead,
    /// No account.
    None,
}

/// What was there before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    Nothing,
    Fresh,
    Due,
    /// A token is due, and the cache is gone.
    Lost,
    /// A token is due, and the cache is no database.
    Damaged,
    /// A renewal was ended between the store and the cache.
    Torn,
    /// A token is due, and the cache is that of the first version.
    Old,
}

#[derive(Clone, Copy)]
pub struct Scene {
    pub name: &'static str,
    pub before: Before,
    pub command: &'static [&'static str],
    /// A sandbox that runs on beside the command and remembers which tokens are dead.
    pub old_token_dies: bool,
    /// The store that is chosen, by its word.
    pub store: &'static str,
    /// The store in which all was before, where that is another one.
    pub former: Option<&'static str>,
    pub leaves: Leaves,
}

const fn scene(
    name: &'static str,
    before: Before,
    command: &'static [&'static str],
    leaves: Leaves,
) -> Scene {
    Scene {
        name,
        before,
        command,
        old_token_dies: false,
        store: "file",
        former: None,
        leaves,
    }
}

const TO_SEALED: &[&str] = &["store", "move", "--to", "sealed", "--all", "--yes"];
const TO_FILE: &[&str] = &["store", "move", "--to", "file", "--all", "--yes"];

const LOGIN: &[&str] = &["login", "--port", "0"];

pub const SCENES: &[Scene] = &[
    scene("login", Before::Nothing, LOGIN, Leaves::AccountOrNone),
    scene("login again", Before::Fresh, LOGIN, Leaves::Account),
    scene("refresh", Before::Due, &["refresh"], Leaves::Account),
    Scene {
        old_token_dies: true,
        ..scene(
            "refresh, old token dies",
            Before::Due,
            &["refresh"],
            Leaves::AccountOrDead,
        )
    },
    scene(
        "disconnect",
        Before::Fresh,
        &["disconnect", "--yes"],
        Leaves::AccountOrNone,
    ),
    scene(
        "first migration",
        Before::Nothing,
        &["login", "--begin"],
        Leaves::None,
    ),
    scene(
        "rebuild a lost cache",
        Before::Lost,
        &["refresh", "--all"],
        Leaves::Account,
    ),
    scene(
        "rebuild a damaged cache",
        Before::Damaged,
        &["refresh", "--all"],
        Leaves::Account,
    ),
    scene("recovery", Before::Torn, &["refresh"], Leaves::Account),
    scene(
        "second migration",
        Before::Old,
        &["refresh"],
        Leaves::Account,
    ),
    scene("move", Before::Fresh, TO_SEALED, Leaves::Account),
    scene(
        "move with two tokens",
        Before::Torn,
        TO_SEALED,
        Leaves::Account,
    ),
    Scene {
        former: Some("sealed"),
        ..scene(
            "login to another store",
            Before::Fresh,
            LOGIN,
            Leaves::Account,
        )
    },
];

/// A folder for the program's data, and perhaps a sandbox beside it.
pub struct Place {
    folder: TempDir,
    store: &'static str,
    stand_in: Option<(Child, String)>,
}

/// How a run ended and what it said.
pub struct Ended {
    pub code: i32,
    pub killed: bool,
    pub said: String,
    pub stdout: Vec<u8>,
}

impl Scene {
    /// The same with the tokens in another store; what leads from one store to the other leads the other way then.
    pub fn over(&self, store: &'static str) -> Self {
        let is_sealed = store == "sealed";
        Self {
            store,
            former: self
                .former
                .map(|_| if is_sealed { "file" } else { "sealed" }),
            command: match is_sealed && self.moves() {
                true => TO_FILE,
                false => self.command,
            },
            ..*self
        }
    }

    /// Whether the command brings the account to another store.
    pub fn moves(&self) -> bool {
        self.command.starts_with(&["store", "move"])
    }

    /// What must be true after the command ended with this code.
    pub fn leaves_after(&self, code: i32) -> Leaves {
        match (code, self.name) {
            (0, "disconnect") => Leaves::None,
            (0, "login") => Leaves::Account,
            _ => self.leaves,
        }
    }

    /// The folder as it is before the command, to be copied for each run.
    pub fn template(&self) -> TempDir {
        let mut place = Place::empty();
        place.store = self.former.unwrap_or(self.store);
        let login = |scenario: &str| {
            let ended = place.run(&[&["--scenario", scenario], LOGIN].concat());
            assert_eq!(ended.code, 0, "{}", ended.said);
        };
        match self.before {
            Before::Nothing => {}
            Before::Fresh => login("agrees"),
            _ => login("backdated"),
        }
        let database = place.data().join("igconnect.sqlite");
        match self.before {
            Before::Lost => fs::remove_file(database).unwrap(),
            Before::Damaged => fs::write(database, [7; 5000]).unwrap(),
            Before::Old => {
                place.database().downgrade();
            }
            Before::Torn => {
                // As if it had been killed after the store, before the cache.
                let old = fs::read(&database).unwrap();
                assert_eq!(place.run(&["refresh"]).code, 0);
                fs::write(database, old).unwrap();
            }
            _ => {}
        }
        let template = tempfile::Builder::new().prefix("igc-").tempdir().unwrap();
        copy(place.root(), template.path());
        template
    }

    /// A copy of the template, with a sandbox where the scene has one.
    pub fn place(&self, template: &Path) -> Place {
        let folder = tempfile::Builder::new().prefix("igc-").tempdir().unwrap();
        copy(template, folder.path());
        let mut place = Place {
            folder,
            store: self.store,
            stand_in: None,
        };
        if self.old_token_dies {
            place.start_stand_in("old-token-dies");
        }
        place
    }
}

impl Place {
    /// A folder in which nothing is.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::Builder::new().prefix("igc-").tempdir().unwrap(),
            store: "file",
            stand_in: None,
        }
    }

    /// Starts a sandbox that runs on and remembers which tokens are dead. What is there becomes part of its world.
    pub fn start_stand_in(&mut self, scenario: &str) {
        let mut sandbox = self
            .limited(LIMIT_OF_SANDBOX, env!("CARGO_BIN_EXE_igconnect"))
            .args(["--scenario", scenario, "sandbox"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(sandbox.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let address = address
            .unwrap_or_else(|| panic!("no address in {line}"))
            .to_owned();
        let data = self.data();
        self.stand_in = Some((sandbox, address));
        if data.exists() {
            fs::rename(data, self.data()).unwrap();
        }
    }

    /// The address of the sandbox beside the program.
    pub fn stand_in(&self) -> &str {
        &self.stand_in.as_ref().unwrap().1
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Where the data of this world lies.
    pub fn data(&self) -> PathBuf {
        let world = match &self.stand_in {
            None => "sandbox".to_owned(),
            Some((_, address)) => address.trim_start_matches("http://").replace(':', "-"),
        };
        self.root().join("data/worlds").join(world)
    }

    pub fn database(&self) -> Database {
        Database::at(self.data().join("igconnect.sqlite"))
    }

    fn program(&self, program: &str) -> Command {
        self.limited(LIMIT, program)
    }

    fn limited(&self, seconds: &str, program: &str) -> Command {
        let mut command = Command::new("timeout");
        command.args(["-s", "KILL", seconds, program]).env_clear();
        let data = self.root().join("data");
        command
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.root());
        command
            .env("IGCONNECT_DATA_DIR", data)
            .env("IGCONNECT_STORE", self.store)
            .env("IGCONNECT_SEAL_KEY_FILE", self.root().join("seal.key"));
        if let Ok(profile) = std::env::var("LLVM_PROFILE_FILE") {
            command.env("LLVM_PROFILE_FILE", profile);
        }
        command
    }

    fn arguments(&self, command: &mut Command, arguments: &[&str]) {
        match &self.stand_in {
            Some((_, address)) => command
                .env("IGCONNECT_INSTAGRAM", address)
                .env("IGCONNECT_APP_ID", igconnect::sandbox::APP_ID)
                .env("IGCONNECT_APP_SECRET", igconnect::sandbox::APP_SECRET),
            None => command.arg("--sandbox"),
        };
        command.args(arguments);
    }

    /// The program with these arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(env!("CARGO_BIN_EXE_igconnect"));
        self.arguments(&mut command, arguments);
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments))
    }

    /// Runs the program under strace, with these options.
    pub fn traced(&self, options: &[&str], arguments: &[&str]) -> Ended {
        self.under(
            "strace",
            &[&["-f", "-q", "-q"], options].concat(),
            arguments,
        )
    }

    /// Runs the program by a tool that starts it, with these options of the tool.
    pub fn under(&self, tool: &str, options: &[&str], arguments: &[&str]) -> Ended {
        let mut command = self.program(tool);
        command.args(options).arg(env!("CARGO_BIN_EXE_igconnect"));
        self.arguments(&mut command, arguments);
        ended(command)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((sandbox, _)) = &mut self.stand_in {
            // The sandbox is a child of `timeout`, which passes this on; KILL it could not.
            let id = rustix::process::Pid::from_child(sandbox);
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            let _ = sandbox.wait();
        }
    }
}

/// Runs to the end.
fn ended(mut command: Command) -> Ended {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    judged(&output, started)
}

/// Runs to the end with this line on standard input.
pub fn ended_fed(mut command: Command, line: &str) -> Ended {
    let started = Instant::now();
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // One that ends without reading is no mistake.
    let _ = writeln!(stdin, "{line}");
    drop(stdin);
    judged(&child.wait_with_output().unwrap(), started)
}

fn judged(output: &Output, started: Instant) -> Ended {
    let killed = output.status.signal() == Some(9) || output.status.code() == Some(137);
    let took = started.elapsed();
    let hung = took > Duration::from_secs(55);
    let said = format!(
        "{:?} after {took:?}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ended {
        code: match (hung, output.status.code(), output.status.signal()) {
            (true, ..) => 124,
            (_, Some(code), _) => code,
            (_, None, signal) => 128 + signal.unwrap_or(9),
        },
        killed: killed && !hung,
        said,
        stdout: output.stdout.clone(),
    }
}

/// Copies a folder, modes included.
pub fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            fs::set_permissions(&target, file.metadata().unwrap().permissions()).unwrap();
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), &target).unwrap();
        }
    }
}
