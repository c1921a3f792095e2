//! Secrets that a person types or pastes. The terminal does not show them.

use std::io;
#[cfg(not(unix))]
use std::sync::Arc;
#[cfg(not(unix))]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(any(windows, test))]
use console::Key;
use console::Term;
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::console::Console;
#[cfg(not(unix))]
use super::console::has_keyboard;

/// A longer line is moved in memory while it grows, which leaves copies behind.
#[cfg(any(windows, test))]
const ORDINARY_BYTES: usize = 8 * 1024;

impl Console {
    /// Asks until the answer is not empty, and hides it. Only if [`Self::can_ask`].
    pub(crate) fn ask_hidden(&self, prompt: &str) -> io::Result<Zeroizing<String>> {
        self.without_progress(|| {
            let terminal = Term::stderr();
            loop {
                terminal.write_str(&format!("{prompt} (stays hidden): "))?;
                let line = read_hidden(&terminal)?;
                if !line.is_empty() {
                    return Ok(line);
                }
            }
        })
    }
}

#[cfg(not(windows))]
fn read_hidden(terminal: &Term) -> io::Result<Zeroizing<String>> {
    terminal.read_secure_line().map(Zeroizing::new)
}

/// Unlike `read_secure_line`, which ignores the Backspace key on Windows.
#[cfg(windows)]
fn read_hidden(terminal: &Term) -> io::Result<Zeroizing<String>> {
    let line = build_line(|| terminal.read_key(), |_| ())?;
    terminal.write_line("")?;
    Ok(line)
}

/// Hides the lines that are typed on stdin until dropped.
#[cfg(unix)]
pub(crate) struct HiddenInput(Option<Termios>);

#[cfg(unix)]
impl HiddenInput {
    pub(crate) fn new() -> Self {
        let stdin = io::stdin();
        let Ok(before) = tcgetattr(&stdin) else {
            return Self(None);
        };
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let is_silent = tcsetattr(&stdin, OptionalActions::Now, &silent).is_ok();
        Self(is_silent.then_some(before))
    }

    /// Returns what reads the next line, also after the drop.
    pub(crate) fn reader(&self) -> impl Fn() -> Option<String> + Send + use<> {
        piped_line
    }
}

#[cfg(unix)]
impl Drop for HiddenInput {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

fn piped_line() -> Option<String> {
    io::stdin().lines().next()?.ok()
}

/// Hides the lines that are typed on stdin until dropped.
///
/// A console of Windows shows a whole line or nothing of it, so its keys are read one by one.
#[cfg(not(unix))]
#[derive(Default)]
pub(crate) struct HiddenInput {
    is_visible: Arc<AtomicBool>,
}

#[cfg(not(unix))]
impl HiddenInput {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Returns what reads the next line, also after the drop.
    pub(crate) fn reader(&self) -> impl Fn() -> Option<String> + Send + use<> {
        let is_visible = Arc::clone(&self.is_visible);
        move || {
            if !has_keyboard() {
                return piped_line();
            }
            let terminal = Term::stderr();
            let show = |text: &str| {
                let _ = (is_visible.load(Ordering::SeqCst)).then(|| terminal.write_str(text));
            };
            let line = build_line(|| terminal.read_key(), show);
            line.ok().map(|mut line| std::mem::take(&mut *line))
        }
    }
}

#[cfg(not(unix))]
impl Drop for HiddenInput {
    fn drop(&mut self) {
        self.is_visible.store(true, Ordering::SeqCst);
    }
}

/// Builds a line from keys up to Enter. `show` prints what changes.
#[cfg(any(windows, test))]
fn build_line(
    mut next_key: impl FnMut() -> io::Result<Key>,
    mut show: impl FnMut(&str),
) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::with_capacity(ORDINARY_BYTES));
    loop {
        match next_key() {
            Ok(Key::Enter) => break,
            Ok(Key::Backspace) => {
                if line.pop().is_some() {
                    show("\u{8} \u{8}");
                }
            }
            Ok(Key::Char(typed)) if !typed.is_control() => {
                line.push(typed);
                show(typed.encode_utf8(&mut [0; 4]));
            }
            Ok(_) => {}
            // Half a character.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
            Err(error) => return Err(error),
        }
    }
    show("\n");
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_built_from_keys() {
        let typed = "ab"
            .chars()
            .map(Key::Char)
            .chain([Key::Backspace, Key::Tab]);
        let typed = typed.chain("é🙂\u{3}\n".chars().map(Key::Char)).map(Ok);
        let half = Err(io::ErrorKind::InvalidData.into());
        let mut keys = typed.chain([half, Ok(Key::Enter), Ok(Key::Char('x'))]);
        let mut shown = String::new();
        let line = build_line(|| keys.next().unwrap(), |text| shown.push_str(text)).unwrap();
        assert_eq!(*line, "aé🙂");
        assert_eq!(shown, "ab\u{8} \u{8}é🙂\n");
        assert_eq!(keys.next().unwrap().unwrap(), Key::Char('x'));
    }

    #[test]
    fn backspace_in_an_empty_line_does_nothing_and_a_lost_console_is_an_error() {
        let mut keys = [Ok(Key::Backspace), Err(io::ErrorKind::NotConnected.into())].into_iter();
        let built = build_line(|| keys.next().unwrap(), |text| panic!("{text:?}"));
        assert_eq!(built.unwrap_err().kind(), io::ErrorKind::NotConnected);
    }
}
