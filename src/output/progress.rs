//! Progress bars and spinners on stderr.

use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use super::console::Console;

/// With fewer parts, a bar would only flicker.
const MANY: usize = 8;

/// About 70 columns with the estimate.
const LINE: &str = "{msg} {bar:30} {pos} of {len}, about {eta} left";

/// As fast as an eye needs to see that something moves.
const TICK: Duration = Duration::from_millis(100);

/// A shorter wait needs no spinner.
const PATIENCE: Duration = Duration::from_millis(500);

impl Console {
    /// Starts a spinner for a wait of unknown length. Its message says what is waited for, and it disappears when it is
    /// dropped. Hidden without a terminal, with `--quiet`, and with `--verbose`, which prints each step.
    pub(crate) fn spinner(&self) -> ProgressBar {
        if !self.shows_progress() {
            return ProgressBar::hidden();
        }
        let spinner = ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear);
        spinner.enable_steady_tick(TICK);
        self.hide_while_printing(&spinner);
        spinner
    }

    /// Starts a spinner that appears if the wait is not over soon.
    pub(crate) fn waiting(&self, what: &'static str) -> ProgressBar {
        let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
            .with_message(what)
            .with_style(ProgressStyle::default_spinner())
            .with_finish(ProgressFinish::AndClear);
        if !self.shows_progress() {
            return spinner;
        }
        self.hide_while_printing(&spinner);
        let waiting = spinner.downgrade();
        // If the thread cannot start, the spinner stays hidden.
        let _ = thread::Builder::new().spawn(move || {
            thread::park_timeout(PATIENCE);
            if let Some(spinner) = waiting.upgrade() {
                spinner.set_draw_target(ProgressDrawTarget::stderr());
                spinner.enable_steady_tick(TICK);
            }
        });
        spinner
    }

    /// Starts a progress bar, which disappears when it is dropped. A spinner for few parts. Hidden without a terminal, with
    /// `--quiet`, and with `--verbose`, which prints each part.
    pub(crate) fn progress(&self, what: &'static str, parts: usize) -> ProgressBar {
        if parts < MANY || !self.shows_progress() {
            return self.waiting(what);
        }
        let target = ProgressDrawTarget::stderr();
        let bar = ProgressBar::with_draw_target(u64::try_from(parts).ok(), target)
            .with_message(what)
            .with_finish(ProgressFinish::AndClear);
        if let Ok(style) = ProgressStyle::with_template(LINE) {
            bar.set_style(style);
        }
        self.hide_while_printing(&bar);
        bar
    }
}
