//! The program under another clock than the machine's, by libfaketime.

use super::World;
use super::process::Run;

impl World {
    /// The program under a clock in libfaketime's words: `+400d`, or `@2001-01-01 00:00:00` and running on from there.
    /// Needs `faketime`.
    pub fn at_clock(&self, clock: &str, arguments: &[&str]) -> Run {
        let binary = self.binary().to_str().expect("a path in UTF-8");
        self.program("faketime", &[&["-f", clock, binary], arguments].concat())
            // Only the date is another. Under another monotonic clock, threads would wait for ever.
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }

    /// What `LD_PRELOAD` has to be for libfaketime. Needs `faketime`.
    #[track_caller]
    pub fn clock_library(&self) -> String {
        let preload = self.program("faketime", &["-f", "+0", "printenv", "LD_PRELOAD"]);
        preload.run().assert_code(0).stdout().trim_end().to_owned()
    }
}

impl Run {
    /// Lets the program's clock go at a twentieth of its speed, so that a deadline of five seconds takes a hundred. A
    /// program that ends earlier did not wait for it, however slow the machine is. Holds for the tokio runtime, not for
    /// threads that wait. Needs `faketime`; `library` is [`World::clock_library`].
    pub fn slow_clock(self, library: &str) -> Self {
        self.env("LD_PRELOAD", library).env("FAKETIME", "+0 x0.05")
    }
}
