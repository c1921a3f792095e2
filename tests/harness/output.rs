//! How a program ended, and what a test wants of it.

use std::fmt::Write as _;
#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;

/// How a program ended and all it said.
#[must_use = "a run that is not judged proves nothing"]
#[derive(Debug)]
pub struct Output {
    pub(super) line: String,
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) took: Duration,
}

impl Output {
    /// The exit code, or as a shell has it 128 and the number of the signal that ended it.
    pub fn code(&self) -> i32 {
        #[cfg(unix)]
        if let Some(signal) = self.status.signal() {
            return 128 + signal;
        }
        self.status.code().expect("an exit code")
    }

    /// Fails with all that was said, unless it ended with this code.
    #[track_caller]
    pub fn assert_code(self, code: i32) -> Self {
        assert!(
            self.code() == code,
            "expected exit code {code}\n{}",
            self.report()
        );
        self
    }

    /// Whether it left what was in its memory on the disk.
    #[cfg(unix)]
    pub fn left_a_core(&self) -> bool {
        self.status.core_dumped()
    }

    /// Standard output, which must be UTF-8.
    #[track_caller]
    /// What a terminal shows in the end: without the frames of spinners, which only a slow machine has time for.
    pub fn screen(&self) -> String {
        let lines = self.stdout().split('\n').map(|line| {
            let line = line.trim_end_matches('\r');
            line.rsplit("\u{1b}[2K").next().unwrap_or_default()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    pub fn stdout(&self) -> &str {
        std::str::from_utf8(&self.stdout)
            .unwrap_or_else(|_| panic!("standard output is not UTF-8\n{}", self.report()))
    }

    /// Standard error, which must be UTF-8.
    #[track_caller]
    pub fn stderr(&self) -> &str {
        std::str::from_utf8(&self.stderr)
            .unwrap_or_else(|_| panic!("standard error is not UTF-8\n{}", self.report()))
    }

    /// Standard output, byte by byte.
    pub fn stdout_bytes(&self) -> &[u8] {
        &self.stdout
    }

    /// Standard error, byte by byte.
    pub fn stderr_bytes(&self) -> &[u8] {
        &self.stderr
    }

    /// Standard output as JSON, which must be one document and nothing beside it.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| {
            panic!(
                "standard output is not one JSON document: {error}\n{}",
                self.report()
            )
        })
    }

    /// The time from its start to its end.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Everything about the run, for a message.
    pub fn report(&self) -> String {
        let mut text = format!("$ {}\n{} after {:?}\n", self.line, self.status, self.took);
        for (name, bytes) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            let _ = writeln!(
                text,
                "---- {name} ({} bytes)\n{}",
                bytes.len(),
                String::from_utf8_lossy(bytes).trim_end()
            );
        }
        text
    }

    /// Fails unless standard output has these words.
    #[track_caller]
    pub fn assert_prints(&self, words: &str) {
        let is_there = self.stdout().contains(words);
        assert!(is_there, "{words:?} is missing\n{}", self.report());
    }

    #[track_caller]
    pub fn assert_never_prints(&self, words: &str) {
        let is_there = self.stdout().contains(words);
        assert!(!is_there, "{words:?} is there\n{}", self.report());
    }

    /// As [`Output::assert_says`], on an output that is used further.
    #[track_caller]
    pub fn assert_warns(&self, words: &str) {
        let is_there = self.stderr().contains(words);
        assert!(is_there, "{words:?} is missing\n{}", self.report());
    }

    #[track_caller]
    pub fn assert_never_warns(&self, words: &str) {
        let is_there = self.stderr().contains(words);
        assert!(!is_there, "{words:?} is there\n{}", self.report());
    }

    /// Fails unless standard error has these words.
    #[track_caller]
    pub fn assert_says(self, words: &str) -> Self {
        self.assert_warns(words);
        self
    }

    /// Fails unless it is the end that a person can do something with: this code, at most three lines on standard
    /// error, the first one naming the error, nothing of a panic, nothing on standard output.
    #[track_caller]
    pub fn assert_fails(self, code: i32) -> Self {
        let output = self.assert_code(code);
        let lines = output.stderr().lines().collect::<Vec<_>>();
        let clear = matches!(lines.as_slice(), [first, rest @ ..]
            if first.starts_with("error: ") && rest.len() <= 2 && rest.iter().all(|line| line.starts_with("  ")));
        let calm = !["panicked", "a bug in igconnect", "RUST_BACKTRACE", "Os {"]
            .iter()
            .any(|word| output.stderr().contains(word));
        assert!(
            clear && calm && output.stdout_bytes().is_empty(),
            "not a clear failure\n{}",
            output.report()
        );
        output
    }

    /// Fails unless standard output is one error document of the contract with this code, and the exit code too.
    #[track_caller]
    pub fn assert_json_failure(self, code: i32, name: &str) -> Self {
        let output = self.assert_code(code);
        let document = output.json();
        let error = &document["error"];
        let right = document["schema"] == 1
            && error["code"] == name
            && error["exit"] == code
            && error["message"].is_string()
            && error.get("hint").is_some();
        assert!(right, "not the error document\n{}", output.report());
        output
    }
}
