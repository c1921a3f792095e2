//! How far a long story is, on a terminal: a line on stderr that is gone when the story ends.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;

/// Fewer parts than this are done before anybody looks.
const MANY: usize = 8;

/// About 70 columns, the estimate included.
const LINE: &str = "{msg} {bar:30} {pos} of {len}, about {eta} left";

/// The line. Hidden unless stderr is a terminal.
pub(crate) struct Progress(ProgressBar);

impl Console {
    /// The progress of a story of `parts`: shown where stderr is a terminal and there are many; not under `--quiet`, and
    /// not where `--verbose` tells each part.
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
    /// One part more is done.
    pub(crate) fn advance(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
