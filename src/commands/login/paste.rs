//! Pasted lines, read while the listener waits. They contain a code, so the terminal does not show them.

use std::mem;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::output::HiddenInput;

pub(super) struct PastedLines {
    lines: UnboundedReceiver<String>,
    /// What came of the next text.
    begun: String,
    hidden: Option<HiddenInput>,
}

/// Starts to read stdin, if `is_wanted`.
pub(super) fn read_lines(is_wanted: bool) -> PastedLines {
    let (sender, lines) = unbounded_channel();
    let hidden = is_wanted.then(HiddenInput::new);
    if let Some(hidden) = &hidden {
        let next_line = hidden.reader();
        let reader = move || {
            let _ = std::iter::from_fn(next_line).try_for_each(|line| sender.send(line));
        };
        // Never joined, because a blocked read must not keep the program alive. If it cannot start, nothing can be pasted.
        let _ = std::thread::Builder::new().spawn(reader);
    }
    PastedLines {
        lines,
        begun: String::new(),
        hidden,
    }
}

/// The lines of one paste come at once.
const PASTE_PAUSE: Duration = Duration::from_millis(100);

impl PastedLines {
    /// The next text that is not blank; `None` at the end of the input. Terminals and mails break long addresses, so lines
    /// that continue one are joined to it. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<String> {
        while self.begun.trim().is_empty() {
            self.begun = self.lines.recv().await?;
        }
        while let Ok(Some(line)) = timeout(PASTE_PAUSE, self.lines.recv()).await {
            if !continues(&self.begun, &line) {
                return Some(mem::replace(&mut self.begun, line));
            }
            self.begun.push_str(line.trim());
        }
        Some(mem::take(&mut self.begun))
    }

    /// Asks a question whose answer may be seen. Ignores what was typed before the question.
    pub(super) async fn answer(&mut self, ask: impl FnOnce()) -> Option<String> {
        self.hidden = None;
        self.begun.clear();
        while self.lines.try_recv().is_ok() {}
        ask();
        let line = self.lines.recv().await?;
        Some(line.trim().to_owned())
    }
}

/// Whether `line` is the rest of an address, or of a code, that begins in `begun`.
fn continues(begun: &str, line: &str) -> bool {
    let is_long = begun.trim().len() >= 16;
    let is_whole = begun.trim_end().ends_with("#_");
    let is_new = line.trim().is_empty() || line.contains("://") || line.contains("code=");
    is_long && !is_whole && !is_new && !line.trim().contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::continues;

    #[test]
    fn the_rest_of_an_address_continues_it_and_another_text_does_not() {
        let begun = "https://localhost:8723/callback?code=AQx";
        for rest in ["yz&state=s#_", "  &state=s", "#_"] {
            assert!(continues(begun, rest), "{rest:?}");
        }
        for other in ["", " ", "thank you", begun, "?code=AQx&state=s"] {
            assert!(!continues(begun, other), "{other:?}");
        }
        assert!(!continues("what?", "AQx"));
        assert!(!continues(&format!("{begun}&state=s#_"), "AQx"));
    }
}
