//! Runs other programs: without a shell and without our secrets, and ends them together with the caller that waits.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::account::{Untrusted, without_secrets};

/// The variables of igconnect that hold or name a secret. No child process gets them.
const OUR_SECRETS: [&str; 10] = [
    "IGCONNECT_SANDBOX_APP_SECRET",
    "IGCONNECT_SANDBOX_TOKEN",
    "IGCONNECT_SANDBOX_APP_SECRET_FILE",
    "IGCONNECT_SANDBOX_TOKEN_FILE",
    "IGCONNECT_APP_SECRET",
    "IGCONNECT_TOKEN",
    "IGCONNECT_APP_SECRET_FILE",
    "IGCONNECT_TOKEN_FILE",
    "IGCONNECT_SEAL_KEY_FILE",
    "IGCONNECT_PASSPHRASE_FD",
];

/// The variables that open an OpenBao server, after `BAO_` and `VAULT_`. Only a command that stores a token or hands it
/// over may need them.
const OPENBAO_SECRETS: [&str; 10] = [
    "TOKEN",
    "TOKEN_FILE",
    "TOKEN_PATH",
    "ROLE_ID",
    "ROLE_ID_FILE",
    "SECRET_ID",
    "SECRET_ID_FILE",
    "PASSWORD",
    "PASSWORD_FILE",
    "CLIENT_KEY",
];

/// The pause between two looks at whether a program that closed its output has ended.
const WAIT_PAUSE: Duration = Duration::from_millis(2);

const STDERR_MAX_BYTES: u64 = 1024 * 1024;

/// Removes igconnect's own secrets from the environment of the program.
pub(crate) fn remove_our_secrets(command: &mut Command) {
    for name in OUR_SECRETS {
        command.env_remove(name);
    }
}

/// Also removes what opens an OpenBao server.
pub(crate) fn remove_all_secrets(command: &mut Command) {
    remove_our_secrets(command);
    for name in OPENBAO_SECRETS {
        command.env_remove(format!("BAO_{name}"));
        command.env_remove(format!("VAULT_{name}"));
    }
}

/// Keeps an open descriptor from every program started from here on. The standard streams stay as they are.
///
/// Call it while there is only one thread.
#[cfg(unix)]
pub fn keep_descriptor(number: i32) {
    if number > 2 {
        let above: Vec<_> = close_fds::iter_open_fds(number.saturating_add(1)).collect();
        close_fds::set_fds_cloexec(number, &above);
    }
}

/// What a program printed, and how it ended. Its output may be secret, so it is wiped on drop.
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Zeroizing<Vec<u8>>,
    /// Empty unless the caller made it a pipe, or when the program printed too much.
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The first line that it wrote to stderr, without secrets. Empty if there is none.
    pub(crate) fn first_error(&self) -> Untrusted {
        let first = self.stderr.lines().find(|line| !line.trim().is_empty());
        Untrusted::new(without_secrets(first.unwrap_or_default().trim()))
    }
}

/// Why a program gave no output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChildError {
    #[error("the program was not found")]
    NotFound,
    #[error("the program cannot be started")]
    NotStarted,
    /// It was ended.
    #[error("the program did not end in time")]
    TimedOut,
    /// It printed too much, or its exit status is unknown.
    #[error("the program gave no usable answer")]
    Unusable,
}

/// Runs a program to its end: `input` on its stdin, at most `max_bytes` of its stdout, at most `limit` long.
///
/// The caller decides about stderr. If it is a pipe, it is read into [`Output::stderr`].
pub(crate) fn run(
    command: &mut Command,
    input: &[u8],
    limit: Duration,
    max_bytes: u64,
) -> Result<Output, ChildError> {
    remove_our_secrets(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ChildError::NotFound,
        _ => ChildError::NotStarted,
    })?;
    let mut child = RunningChild(child);
    let (stdin, input) = (child.0.stdin.take(), Zeroizing::new(input.to_vec()));
    // On its own thread, because a program that prints before it reads would block both.
    spawn_thread(move || {
        // A program that does not read its input says so by its exit code.
        let _ = stdin.map(|mut stdin| stdin.write_all(&input));
    })?;
    let stdout = read_in_background(child.0.stdout.take(), max_bytes)?;
    let stderr = read_in_background(child.0.stderr.take(), STDERR_MAX_BYTES)?;
    let stdout = stdout.recv_timeout(limit);
    let stdout = stdout.map_err(|_| ChildError::TimedOut)?;
    let stdout = stdout.ok_or(ChildError::Unusable)?;
    let status = child.wait(limit)?;
    // A child of the program may keep this pipe open. What it printed only explains a failure.
    let stderr = stderr.recv_timeout(limit).ok().flatten();
    let stderr = stderr.unwrap_or_default();
    Ok(Output {
        status,
        stdout,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    })
}

type PipeContent = Option<Zeroizing<Vec<u8>>>;

/// Reads a pipe to its end on another thread, because a full pipe blocks the program. Sends `None` if it holds too much.
fn read_in_background(
    pipe: Option<impl Read + Send + 'static>,
    max_bytes: u64,
) -> Result<Receiver<PipeContent>, ChildError> {
    let (sender, receiver) = mpsc::channel();
    spawn_thread(move || {
        let _ = sender.send(pipe.and_then(|pipe| read_all(pipe, max_bytes)));
    })?;
    Ok(receiver)
}

fn spawn_thread(work: impl FnOnce() + Send + 'static) -> Result<(), ChildError> {
    let started = thread::Builder::new().spawn(work);
    started.map(drop).map_err(|_| ChildError::NotStarted)
}

fn read_all(pipe: impl Read, max_bytes: u64) -> PipeContent {
    let mut content = Zeroizing::new(Vec::new());
    pipe.take(max_bytes + 1).read_to_end(&mut content).ok()?;
    (content.len() as u64 <= max_bytes).then_some(content)
}

/// A program that is killed on drop: when the caller returns, when its limit is over, or on a signal to us.
/// Its own children are killed too: on Windows always, elsewhere after [`set_own_group`].
pub(crate) struct RunningChild(pub(crate) Child);

impl RunningChild {
    fn wait(&mut self, limit: Duration) -> Result<ExitStatus, ChildError> {
        let mut waited = Duration::ZERO;
        while waited <= limit {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => thread::sleep(WAIT_PAUSE),
                Err(_) => return Err(ChildError::Unusable),
            }
            waited += WAIT_PAUSE;
        }
        Err(ChildError::TimedOut)
    }
}

impl Drop for RunningChild {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        // Without its own group no group has this number, and nothing is killed.
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        );
        #[cfg(windows)]
        end_tree(self.0.id());
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Ends a program and its children, which Windows does not end with it. Must come before the program's own end, because
/// they are found by it.
#[cfg(windows)]
fn end_tree(id: u32) {
    if let Ok(mut taskkill) = super::search::find_program("taskkill") {
        taskkill.args(["/f", "/t", "/pid", &id.to_string()]);
        let _ = taskkill
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// Puts the program into its own process group, so that its children end with it. On Windows they do anyway.
///
/// Not for a program that may ask something on the terminal: the system stops other groups there.
pub(crate) fn set_own_group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

#[cfg(windows)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_ends_with_what_it_started() {
        let mut command = Command::new("cmd");
        command.args(["/c", "cmd", "/c", "pause"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = RunningChild(command.spawn().unwrap());
        let _input = child.0.stdin.take().unwrap();
        let mut pipe = child.0.stdout.take().unwrap();
        // "Press any key": the inner one runs, and holds the pipe open.
        pipe.read_exact(&mut [0; 5]).unwrap();
        let closed = read_in_background(Some(pipe), 1024).unwrap();
        drop(child);
        closed.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
