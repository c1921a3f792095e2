//! Pasted lines, read while the listener waits. They contain a code, so the terminal does not show them.

use std::io::BufRead;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(super) struct PastedLines {
    lines: UnboundedReceiver<String>,
    echo_off: Option<EchoOff>,
}

/// Starts to read stdin, if `is_wanted`.
pub(super) fn read_lines(is_wanted: bool) -> PastedLines {
    let (sender, lines) = unbounded_channel();
    let echo_off = is_wanted.then(EchoOff::new).flatten();
    if is_wanted {
        let reader = move || {
            let mut lines = std::io::stdin().lock().lines().map_while(Result::ok);
            let _ = lines.try_for_each(|line| sender.send(line));
        };
        // Never joined, because a blocked read must not keep the program alive. If it cannot start, nothing can be pasted.
        let _ = std::thread::Builder::new().spawn(reader);
    }
    PastedLines { lines, echo_off }
}

impl PastedLines {
    /// The next line that is not blank; `None` at the end of the input.
    pub(super) async fn next(&mut self) -> Option<String> {
        let mut line = self.lines.recv().await?;
        while line.trim().is_empty() {
            line = self.lines.recv().await?;
        }
        Some(line)
    }

    /// Asks a question whose answer may be seen. Ignores what was typed before the question.
    pub(super) async fn answer(&mut self, ask: impl FnOnce()) -> Option<String> {
        self.echo_off = None;
        while self.lines.try_recv().is_ok() {}
        ask();
        let line = self.lines.recv().await?;
        Some(line.trim().to_owned())
    }
}

/// Turns the echo of the terminal off until dropped. On Windows, never.
struct EchoOff(#[cfg(unix)] rustix::termios::Termios);

impl EchoOff {
    #[cfg(unix)]
    fn new() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Now, &silent).ok()?;
        Some(Self(before))
    }

    #[cfg(not(unix))]
    fn new() -> Option<Self> {
        None
    }
}

#[cfg(unix)]
impl Drop for EchoOff {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}
