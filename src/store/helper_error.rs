//! How a credential helper can fail.

use crate::account::{Untrusted, without_secrets};

/// More explains nothing, and may be anything.
const LINE_MAX_CHARS: usize = 200;

/// A call of a credential helper that failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{program} {verb} {problem}")]
pub(crate) struct HelperError {
    pub(super) program: String,
    pub(crate) verb: &'static str,
    pub(super) problem: HelperProblem,
    /// What it says about it, safe to show.
    pub(crate) line: Option<String>,
}

#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(super) enum HelperProblem {
    #[error("failed")]
    Failed,
    #[error("cannot be started")]
    NotStarted,
    /// Not what the protocol says, or too much.
    #[error("gave an unexpected answer")]
    Unusable,
}

/// Returns the first line of a failed call's output. By the protocol that is the error; JSON may be secret.
pub(super) fn first_line(stdout: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stdout);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let shown = Untrusted::new(without_secrets(line)).shortened(LINE_MAX_CHARS);
    (!line.contains('{')).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_an_error_is_short_and_neither_secret_nor_deceiving() {
        let long = "x ".repeat(LINE_MAX_CHARS);
        for (output, expected) in [
            ("", None),
            ("\n \n", None),
            ("\npass not initialized\nmore", Some("pass not initialized")),
            ("IGAAcanarycanary is bad", Some("[…] is bad")),
            ("key 5a9db0c05a9db0c05a9db0c05a9db0c0", Some("key […]")),
            ("{\"Secret\":\"short\"}", None),
            ("error: {\"Secret\":\"short\"}", None),
            ("\u{1b}[31mred", Some("\\u{1b}[31mred")),
            ("::error::x", Some(":\\u{3a}error:\\u{3a}x")),
        ] {
            assert_eq!(first_line(output.as_bytes()).as_deref(), expected);
        }
        let cut = first_line(long.as_bytes()).unwrap();
        assert_eq!(cut.chars().count(), LINE_MAX_CHARS + 1);
    }
}
