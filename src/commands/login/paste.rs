//! Pasted lines, read beside the listener. They hold a code, so the terminal shows nothing of them.

use std::io::BufRead;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What a person pastes, line by line.
pub(super) struct PastedLines {
    lines: UnboundedReceiver<String>,
    _hidden: Option<HiddenEcho>,
}

/// Starts to read the terminal if `wanted`. The reading thread is never joined: the program ends without it.
pub(super) fn lines(wanted: bool) -> PastedLines {
    let (send, lines) = unbounded_channel();
    let hidden = wanted.then(HiddenEcho::terminal).flatten();
    if wanted {
        let reader = move || {
            let stdin = std::io::stdin().lock();
            let _ = stdin
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| send.send(line));
        };
        let _ = std::thread::Builder::new()
            .name("paste".to_owned())
            .spawn(reader);
    }
    PastedLines {
        lines,
        _hidden: hidden,
    }
}

impl PastedLines {
    /// The next line that is not blank; `None`, for good, when there will be none.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            let line = self.lines.recv().await?;
            if !line.trim().is_empty() {
                return Some(line);
            }
        }
    }
}

/// A terminal without echo, until this is dropped.
#[cfg(unix)]
struct HiddenEcho(rustix::termios::Termios);

#[cfg(unix)]
impl HiddenEcho {
    fn terminal() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Now, &silent).ok()?;
        Some(Self(before))
    }
}

#[cfg(unix)]
impl Drop for HiddenEcho {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}

#[cfg(not(unix))]
struct HiddenEcho;

#[cfg(not(unix))]
impl HiddenEcho {
    fn terminal() -> Option<Self> {
        None
    }
}
