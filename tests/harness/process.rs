//! One run of a program: fed, watched up to a deadline, and never left behind.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::process::Signal;

use super::Output;
use super::group::Group;
use super::wait::HANG;

/// What programs of a world printed, and what of it: searched for secrets when the test ends.
pub type Printed = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// What is about to be run. Standard input is empty unless it is given.
#[must_use = "nothing runs before `run` or `spawn`"]
pub struct Run {
    command: Command,
    printed: Printed,
    stdin: Option<Vec<u8>>,
    stdin_stays_open: bool,
    stdout_holds_a_secret: bool,
    limit: Duration,
}

impl Run {
    pub(super) fn new(command: Command, printed: Printed) -> Self {
        Self {
            command,
            printed,
            stdin: None,
            stdin_stays_open: false,
            stdout_holds_a_secret: false,
            limit: HANG,
        }
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes one of the world's variables away for this run.
    pub fn without_env(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Starts it in this folder instead of the home.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What it reads on standard input, which then ends.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Standard input stays open, for [`Running::write`].
    pub fn open_stdin(mut self) -> Self {
        self.stdin_stays_open = true;
        self
    }

    /// Says that standard output may hold a secret, as that of `token` does: [`World::leaks`] does not search it.
    pub fn prints_a_secret(mut self) -> Self {
        self.stdout_holds_a_secret = true;
        self
    }

    /// Kills the program, and fails the test, when it has not ended after this time.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Output {
        self.spawn().finish()
    }

    /// Starts it and goes on with the test.
    #[track_caller]
    pub fn spawn(self) -> Running {
        let mut command = self.command;
        let line = spoken(&command);
        let fed = self.stdin.is_some() || self.stdin_stays_open;
        command
            .stdin(if fed { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());

        let started = Instant::now();
        let mut group = Group::start(&mut command)
            .unwrap_or_else(|error| panic!("{line} did not start: {error}"));
        let (mut stdin, stdout, stderr) = group.pipes();
        let stdout = Heard::listen(stdout.expect("a pipe"));
        let stderr = Heard::listen(stderr.expect("a pipe"));
        if let Some(bytes) = self.stdin {
            // On a thread: a program that does not read must not hold the test up. One that ends without reading is fine.
            let mut pipe = stdin.take().expect("a pipe");
            thread::spawn(move || pipe.write_all(&bytes));
        }
        Running {
            printed: self.printed,
            line,
            group,
            stdin,
            stdout,
            stderr,
            stdout_holds_a_secret: self.stdout_holds_a_secret,
            started,
            limit: self.limit,
        }
    }
}

/// A program at work. It is killed, with all it started, when this is dropped.
#[must_use = "a program that is not held is killed at once"]
pub struct Running {
    printed: Printed,
    line: String,
    group: Group,
    stdin: Option<ChildStdin>,
    stdout: Heard,
    stderr: Heard,
    stdout_holds_a_secret: bool,
    started: Instant,
    limit: Duration,
}

impl Running {
    /// Waits for a whole line on standard output, from the first one on, that is wanted.
    #[track_caller]
    pub fn stdout_line(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let found = self.stdout.line(self.deadline(), wanted);
        found.unwrap_or_else(|| self.fail(&format!("never said {what} on standard output")))
    }

    /// Waits for a whole line on standard error, from the first one on, that is wanted.
    #[track_caller]
    pub fn stderr_line(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let found = self.stderr.line(self.deadline(), wanted);
        found.unwrap_or_else(|| self.fail(&format!("never said {what} on standard error")))
    }

    /// Writes to the standard input that [`Run::open_stdin`] kept open.
    #[track_caller]
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let pipe = self
            .stdin
            .as_mut()
            .expect("`open_stdin` before `spawn`, and not closed since");
        pipe.write_all(bytes.as_ref())
            .and_then(|()| pipe.flush())
            .expect("a program that reads");
    }

    /// Ends its standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    pub fn id(&self) -> u32 {
        self.group.id()
    }

    /// How many processes of it are at work: itself, and what it started.
    #[cfg(unix)]
    pub fn alive(&self) -> usize {
        self.group.alive()
    }

    /// Sends a signal to it alone.
    #[cfg(unix)]
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        self.group.signal(signal);
    }

    /// Closes its standard input and waits for its end, and for the end of what it says.
    #[track_caller]
    pub fn finish(mut self) -> Output {
        self.stdin = None;
        self.wait();
        if !(self.stdout.is_over(self.deadline()) && self.stderr.is_over(self.deadline())) {
            self.fail("ended, but something it started still holds its output: a script that reads it would hang");
        }
        let status = self.group.end();
        self.output(status)
    }

    #[track_caller]
    fn wait(&mut self) {
        while !self.group.leader_has_ended() {
            if Instant::now() >= self.deadline() {
                self.fail(&format!(
                    "did not end within {:?} and was killed",
                    self.limit
                ));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn deadline(&self) -> Instant {
        self.started + self.limit
    }

    fn output(&self, status: ExitStatus) -> Output {
        Output {
            line: self.line.clone(),
            status,
            stdout: self.stdout.so_far(),
            stderr: self.stderr.so_far(),
            took: self.started.elapsed(),
        }
    }

    #[track_caller]
    fn fail(&mut self, why: &str) -> ! {
        let status = self.group.end();
        panic!("{} {why}\n{}", self.line, self.output(status).report());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.group.end();
        let soon = Instant::now() + Duration::from_secs(1);
        let _ = (self.stdout.is_over(soon), self.stderr.is_over(soon));
        let mut printed = self.printed.lock().unwrap();
        if !self.stdout_holds_a_secret {
            printed.push((format!("stdout of {}", self.line), self.stdout.so_far()));
        }
        printed.push((format!("stderr of {}", self.line), self.stderr.so_far()));
    }
}

/// What a program has said so far on one stream, gathered beside the test.
struct Heard(Arc<(Mutex<Said>, Condvar)>);

#[derive(Default)]
struct Said {
    bytes: Vec<u8>,
    over: bool,
}

impl Heard {
    fn listen(mut pipe: impl Read + Send + 'static) -> Self {
        let shared = Arc::<(Mutex<Said>, Condvar)>::default();
        let mine = Arc::clone(&shared);
        thread::spawn(move || {
            let mut part = [0; 8192];
            loop {
                let count = pipe.read(&mut part).unwrap_or(0);
                let mut said = mine.0.lock().unwrap();
                said.bytes.extend_from_slice(&part[..count]);
                said.over = count == 0;
                mine.1.notify_all();
                if said.over {
                    return;
                }
            }
        });
        Self(shared)
    }

    fn line(&self, deadline: Instant, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let find = |said: &Said| {
            let text = String::from_utf8_lossy(&said.bytes).into_owned();
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            whole.lines().find(|line| wanted(line)).map(str::to_owned)
        };
        self.wait(deadline, |said| find(said).is_some() || said.over);
        find(&self.0.0.lock().unwrap())
    }

    fn is_over(&self, deadline: Instant) -> bool {
        self.wait(deadline, |said| said.over);
        self.0.0.lock().unwrap().over
    }

    fn wait(&self, deadline: Instant, enough: impl Fn(&Said) -> bool) {
        let (said, changed) = &*self.0;
        let rest = deadline.saturating_duration_since(Instant::now());
        drop(
            changed
                .wait_timeout_while(said.lock().unwrap(), rest, |said| !enough(said))
                .unwrap(),
        );
    }

    fn so_far(&self) -> Vec<u8> {
        self.0.0.lock().unwrap().bytes.clone()
    }
}

/// The command as a person would type it.
fn spoken(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(command.get_args());
    let words = words.map(|word| {
        let word = word.to_string_lossy().into_owned();
        let is_special = |c: char| c.is_whitespace() || "'\"\\$&|;<>*?".contains(c);
        match word.is_empty() || word.contains(is_special) {
            true => format!("{word:?}"),
            false => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
