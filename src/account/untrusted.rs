//! Text that somebody else wrote (names, biographies, error messages), kept raw and escaped whenever it is shown.

use std::fmt;

/// Untrusted text. `Display` escapes control, C1 and bidirectional format characters, and breaks the commands that CI
/// servers read out of logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Untrusted(String);

impl Untrusted {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as it came: for storage, comparison and JSON, never for a terminal.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The escaped text, cut to `limit` characters with an ellipsis.
    pub fn shortened(&self, limit: usize) -> String {
        let escaped = self.to_string();
        match escaped.char_indices().nth(limit) {
            Some((end, _)) => format!("{}…", escaped.get(..end).unwrap_or_default()),
            None => escaped,
        }
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        // Buildkite folds the log at a line that begins so.
        let is_fold = ["---", "+++", "~~~"]
            .iter()
            .any(|it| self.raw().trim_start().starts_with(it));
        for c in self.raw().chars() {
            match c {
                // `##[…]`, `##vso[…]`, `##teamcity[…]` and `::…::` are commands, some of them anywhere in a line.
                '#' | ':' if before == Some(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                '-' | '+' | '~' if is_fold && before.is_none_or(char::is_whitespace) => {
                    write!(f, "\\u{{{:x}}}", u32::from(c))?;
                }
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if deceives(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => write!(f, "{c}")?,
            }
            before = Some(c);
        }
        Ok(())
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether a terminal or a reader could be misled by `c`: C0, DEL, C1, bidirectional and invisible format
/// characters. The joiners U+200C and U+200D stay: emoji and several scripts need them.
pub fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scalar_that_deceives_is_shown() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let shown = Untrusted::new(c.to_string()).to_string();
            assert!(
                !shown.chars().any(deceives),
                "U+{:04X} came through",
                u32::from(c)
            );
        }
    }

    #[test]
    fn ordinary_text_is_untouched() {
        for text in ["Café ☕ 東京", "👩‍👩‍👧", "a.b_c", ""] {
            assert_eq!(Untrusted::new(text).to_string(), text);
        }
    }

    #[test]
    fn what_deceives_is_spelled_out_and_kept_raw() {
        let text = Untrusted::new("a\n\r\t\u{1b}\u{202e}");
        assert_eq!(text.to_string(), r"a\n\r\t\u{1b}\u{202e}");
        assert_eq!(text.raw(), "a\n\r\t\u{1b}\u{202e}");
        assert_eq!(format!("{:?}", Untrusted::new("a\n")), r#""a\n""#);
    }

    #[test]
    fn no_command_of_a_ci_server_is_shown_whole() {
        for (text, shown) in [
            ("##[error]x", r"#\u{23}[error]x"),
            (
                "a ##vso[task.setvariable]x",
                r"a #\u{23}vso[task.setvariable]x",
            ),
            ("###teamcity[x]", r"#\u{23}\u{23}teamcity[x]"),
            ("::set-env name=x::y", r":\u{3a}set-env name=x:\u{3a}y"),
            ("--- fold", r"\u{2d}-- fold"),
            (" +++", r" \u{2b}++"),
            ("~~~ x", r"\u{7e}~~ x"),
            ("a # b: c -- d", "a # b: c -- d"),
            ("#shop", "#shop"),
        ] {
            assert_eq!(Untrusted::new(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        assert_eq!(Untrusted::new("東京都").shortened(2), "東京…");
        assert_eq!(Untrusted::new("東京").shortened(2), "東京");
    }
}
