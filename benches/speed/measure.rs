//! One program, or two in turns, run as whole processes: processor time, peak memory, instructions.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// The program that is measured: the one of `--program`, else the one built with the benchmark.
pub fn program_path() -> String {
    argument("--program").unwrap_or_else(|| env!("CARGO_BIN_EXE_igconnect").to_owned())
}

/// The value behind this argument of the benchmark.
pub fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

/// A command line, and how much of its output is read.
#[derive(Clone)]
pub struct Program {
    pub line: Vec<OsString>,
    pub env: Vec<(OsString, OsString)>,
    /// Only as much as a screen holds; then the reader goes.
    pub first_page: bool,
}

/// What one program used: the medians of its processor time and of the time until it ended in seconds, its peak memory
/// in bytes.
pub struct Used {
    pub cpu: f64,
    pub time: f64,
    pub memory: u64,
}

impl Program {
    pub fn new(program: impl Into<OsString>, arguments: &[&str]) -> Self {
        let line = std::iter::once(program.into()).chain(arguments.iter().map(OsString::from));
        Self {
            line: line.collect(),
            env: Vec::new(),
            first_page: false,
        }
    }

    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.line.push(argument.into());
        self
    }

    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    pub fn first_page(mut self) -> Self {
        self.first_page = true;
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.line[0]);
        command.args(&self.line[1..]).env_clear();
        for name in ["PATH", "DBUS_SESSION_BUS_ADDRESS"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs it once.
    pub fn run(&self) -> Used {
        let start = Instant::now();
        let mut command = self.command();
        command.stdout(if self.first_page {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.line[0]));
        if let Some(mut pipe) = child.stdout.take() {
            let mut page = [0; 4096];
            let _ = pipe.read(&mut page);
        }
        let used = child.wait4().expect("a child to wait for");
        // 5, 4: the states of accounts; 141: the reader has gone.
        let fine = used
            .status
            .code()
            .is_some_and(|code| [0, 4, 5, 141].contains(&code));
        assert!(fine, "{:?} ended with {}", self.line, used.status);
        Used {
            cpu: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            time: start.elapsed().as_secs_f64(),
            memory: used.rusage.maxrss,
        }
    }

    /// Whether it ends well.
    pub fn succeeds(&self) -> bool {
        let status = self.command().stdout(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    /// How many instructions one run takes, in millions; `None` without valgrind.
    pub fn instructions(&self) -> Option<f64> {
        let valgrind = installed("valgrind")?;
        let mut counted = Self::new(
            valgrind,
            &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
        );
        counted.line.extend(self.line.iter().cloned());
        counted.env.clone_from(&self.env);
        let output = counted
            .command()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .ok()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let count = said
            .lines()
            .find_map(|line| line.split_once("Collected : "))?
            .1;
        count.trim().parse::<f64>().ok().map(|count| count / 1e6)
    }
}

/// Runs both in turns for so many seconds, at least three times each.
pub fn in_turns(ours: &Program, theirs: &Program, seconds: f64) -> (Used, Used) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    let _ = (ours.run(), theirs.run()); // what the system must read first is read
    let start = Instant::now();
    while a.len() < 3 || (start.elapsed() < Duration::from_secs_f64(seconds) && a.len() < 500) {
        a.push(ours.run());
        b.push(theirs.run());
    }
    (used(a), used(b))
}

fn used(runs: Vec<Used>) -> Used {
    let median = |of: fn(&Used) -> f64| {
        let mut all: Vec<_> = runs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let memory = runs.iter().map(|run| run.memory).max();
    Used {
        cpu: median(|run| run.cpu),
        time: median(|run| run.time),
        memory: memory.unwrap_or_default(),
    }
}

/// Where a program lies on the search path.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A Rust program that does nothing, compiled now.
pub fn empty_program(folder: &Path) -> Option<PathBuf> {
    let (source, program) = (folder.join("empty.rs"), folder.join("empty"));
    std::fs::write(&source, "fn main() {}\n").ok()?;
    let rustc = installed("rustc")?;
    let compiled = Command::new(rustc)
        .args(["-C", "opt-level=3", "-o"])
        .args([&program, &source])
        .status();
    compiled
        .is_ok_and(|status| status.success())
        .then_some(program)
}
