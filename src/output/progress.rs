//! Progress bars on stderr. They disappear at the end.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;

/// With fewer parts, a bar would only flicker.
const MANY: usize = 8;

/// About 70 columns with the estimate.
const LINE: &str = "{msg} {bar:30} {pos} of {len}, about {eta} left";

pub(crate) struct Progress(ProgressBar);

impl Console {
    /// Starts a progress bar. Hidden for few parts, without a terminal, with `--quiet`, and with `--verbose`, which prints
    /// each part.
    pub(crate) fn progress(&self, what: &'static str, parts: usize) -> Progress {
        let target = match parts >= MANY && self.shows_progress() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar =
            ProgressBar::with_draw_target(u64::try_from(parts).ok(), target).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(LINE) {
            bar.set_style(style);
        }
        Progress(bar)
    }
}

impl Progress {
    pub(crate) fn advance(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
