//! Other programs: started without a shell, without our secrets, and ended together with whoever waits for them.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

/// Every variable of this program's own that holds or names a secret: removed from the environment of every child.
const OUR_SECRETS: [&str; 6] = [
    "IGCONNECT_APP_SECRET",
    "IGCONNECT_TOKEN",
    "IGCONNECT_APP_SECRET_FILE",
    "IGCONNECT_TOKEN_FILE",
    "IGCONNECT_SEAL_KEY_FILE",
    "IGCONNECT_PASSPHRASE_FD",
];

/// What opens an OpenBao server. A command that hands a token on, or keeps it, may need that for itself; any other
/// program does not.
const OPENBAO_SECRETS: [&str; 20] = [
    "BAO_TOKEN",
    "VAULT_TOKEN",
    "BAO_TOKEN_FILE",
    "VAULT_TOKEN_FILE",
    "BAO_TOKEN_PATH",
    "VAULT_TOKEN_PATH",
    "BAO_ROLE_ID",
    "VAULT_ROLE_ID",
    "BAO_ROLE_ID_FILE",
    "VAULT_ROLE_ID_FILE",
    "BAO_SECRET_ID",
    "VAULT_SECRET_ID",
    "BAO_SECRET_ID_FILE",
    "VAULT_SECRET_ID_FILE",
    "BAO_PASSWORD",
    "VAULT_PASSWORD",
    "BAO_PASSWORD_FILE",
    "VAULT_PASSWORD_FILE",
    "BAO_CLIENT_KEY",
    "VAULT_CLIENT_KEY",
];

/// How often a program that has said everything is looked at until it ends.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Nobody reads more of what a program says on its standard error.
const WORDS_MAX_BYTES: u64 = 1024 * 1024;

/// Takes our secrets out of the environment that the program will have.
pub fn without_our_secrets(command: &mut Command) -> &mut Command {
    without(command, &OUR_SECRETS)
}

/// As [`without_our_secrets`], with those by which the secrets in an OpenBao server can be had.
pub fn without_any_secret(command: &mut Command) -> &mut Command {
    without(without_our_secrets(command), &OPENBAO_SECRETS)
}

/// Keeps an open descriptor, by its number, from every program that is started from here on; all others are passed on
/// as they came. The three standard streams are everybody's and stay so. Called while there is one thread.
#[cfg(unix)]
pub fn keep_descriptor(number: i32) {
    if number > 2 {
        let above: Vec<_> = close_fds::iter_open_fds(number.saturating_add(1)).collect();
        close_fds::set_fds_cloexec(number, &above);
    }
}

fn without<'c>(command: &'c mut Command, names: &[&str]) -> &'c mut Command {
    names.iter().for_each(|name| {
        command.env_remove(name);
    });
    command
}

/// What a program said, and how it ended. Its output may be secret: it is wiped on drop.
pub struct Answer {
    /// Its exit status.
    pub status: ExitStatus,
    /// Its standard output.
    pub output: Zeroizing<Vec<u8>>,
    /// Its standard error, where the caller made that a pipe; nothing when it said more than anybody reads.
    pub words: String,
}

impl Answer {
    /// Its standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }
}

/// Why there is no answer of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It is not there.
    #[error("there is no such program")]
    Absent,
    /// It is there and cannot be started.
    #[error("the program cannot be started")]
    NotStarted,
    /// It did not end in time, and was ended.
    #[error("the program did not end in time")]
    Silent,
    /// It said more than anybody could mean, or its end is not known.
    #[error("the program gave no usable answer")]
    Unusable,
}

/// Runs a program to its end: `input` on its standard input, at most `max_bytes` of its standard output, at most
/// `limit` long. Its standard error is for the caller to say: a pipe is heard, as [`Answer::words`].
pub fn ask(
    command: &mut Command,
    input: &[u8],
    limit: Duration,
    max_bytes: u64,
) -> Result<Answer, NoAnswer> {
    let child = without_our_secrets(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = Started(child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NoAnswer::Absent,
        _ => NoAnswer::NotStarted,
    })?);
    let (stdin, input) = (child.0.stdin.take(), Zeroizing::new(input.to_vec()));
    beside(move || {
        // Whether it read is for the program to know, and for its exit code to say.
        stdin.map(|mut stdin| stdin.write_all(&input));
    })?;
    let output = heard(child.0.stdout.take(), max_bytes)?;
    let words = heard(child.0.stderr.take(), WORDS_MAX_BYTES)?;
    let output = output.recv_timeout(limit).map_err(|_| NoAnswer::Silent)?;
    let output = output.ok_or(NoAnswer::Unusable)?;
    let status = child.end_within(limit)?;
    let words = words.recv_timeout(limit).ok().flatten().unwrap_or_default();
    Ok(Answer {
        status,
        output,
        words: String::from_utf8_lossy(&words).into_owned(),
    })
}

/// Reads a pipe beside us to its end: a full one holds whoever writes into it. Nothing comes of one that holds more.
fn heard(
    pipe: Option<impl Read + Send + 'static>,
    max_bytes: u64,
) -> Result<Receiver<Option<Zeroizing<Vec<u8>>>>, NoAnswer> {
    let (said, heard) = mpsc::channel();
    beside(move || {
        let _ = said.send(pipe.and_then(|pipe| all_of(pipe, max_bytes)));
    })?;
    Ok(heard)
}

fn beside(work: impl FnOnce() + Send + 'static) -> Result<(), NoAnswer> {
    let started = thread::Builder::new().spawn(work);
    started.map(drop).map_err(|_| NoAnswer::NotStarted)
}

fn all_of(pipe: impl Read, max_bytes: u64) -> Option<Zeroizing<Vec<u8>>> {
    let mut output = Zeroizing::new(Vec::new());
    pipe.take(max_bytes + 1).read_to_end(&mut output).ok()?;
    let fits = u64::try_from(output.len()).is_ok_and(|length| length <= max_bytes);
    fits.then_some(output)
}

/// A program at work, which ends with whoever waits for it: by its end, the limit, or a signal to us.
/// Started with [`own_group`], what it started itself ends too.
pub struct Started(pub Child);

impl Started {
    fn end_within(&mut self, limit: Duration) -> Result<ExitStatus, NoAnswer> {
        let mut waited = Duration::ZERO;
        while waited <= limit {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => thread::sleep(LOOK_AGAIN),
                Err(_) => return Err(NoAnswer::Unusable),
            }
            waited += LOOK_AGAIN;
        }
        Err(NoAnswer::Silent)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        // Without a group of its own there is none of this number, and nothing is hit.
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.0),
            rustix::process::Signal::KILL,
        );
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A process group of its own, so that a program ends together with what it started. One that may want to ask
/// something at the terminal must stay in ours: the system stops the others there.
#[cfg(unix)]
pub fn own_group(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    command.process_group(0)
}

/// There are no process groups here.
#[cfg(not(unix))]
pub fn own_group(command: &mut Command) -> &mut Command {
    command
}
