//! The program under another clock than the machine's.

use super::World;
use super::process::Run;

impl World {
    /// The program under a clock in libfaketime's words: `+400d`, or `@2001-01-01 00:00:00` and running on from there.
    /// Needs `faketime`.
    pub fn at_clock(&self, clock: &str, arguments: &[&str]) -> Run<'_> {
        let binary = self.binary().to_str().expect("a path in UTF-8");
        self.program("faketime", &[&["-f", clock, binary], arguments].concat())
            // Only the date is another: waiting is measured by the monotonic clock.
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }
}
