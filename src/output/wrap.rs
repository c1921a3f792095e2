//! Text that fits a terminal: broken at blanks, never inside a name, an address or a command of igconnect.

use console::measure_text_width;

use super::line::{BOUND, Line, together};
use super::pasted_commands::{PROGRAM, begins_with_argument};

/// The continuation is not indented by a longer first word.
const LABEL_MAX: usize = 20;

/// A line with more blanks at its beginning is to be pasted.
const TEXT_MAX_INDENT: usize = 3;

/// What ends a command in a sentence.
const AFTER_COMMAND: [&str; 7] = [". ", ", ", "; ", ") ", " or ", " and ", " to "];

/// Breaks each line of `text` that is wider than `width`. The continuation is under the text of its line, after the
/// blanks at its beginning and after a label.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    let lines = text.split('\n').flat_map(|line| {
        if line.starts_with(&" ".repeat(TEXT_MAX_INDENT + 1)) {
            return vec![line.to_owned()];
        }
        let indent = indent(line);
        broken(line, width, if indent < width / 2 { indent } else { 0 })
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Breaks `text` into lines of at most `width` columns. A line that begins with a blank is a command or a table and
/// stays whole.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let lines = text.lines().flat_map(|line| match line.starts_with(' ') {
        true => vec![line.to_owned()],
        false => broken(line, width, 0),
    });
    lines.collect()
}

fn broken(line: &str, width: usize, indent: usize) -> Vec<String> {
    if measure_text_width(line) <= width {
        return vec![line.to_owned()];
    }
    let line = Line::from(with_whole_commands(line)).indented(indent);
    let lines = line.wrapped(width).into_iter().map(|line| line.text());
    let text = |line: String| line.trim_end_matches(' ').replace(BOUND, " ");
    lines.map(text).collect()
}

/// The blanks at the beginning, and the label if two blanks follow it.
fn indent(line: &str) -> usize {
    let text = line.trim_start_matches(' ');
    let blanks = line.len() - text.len();
    let label = text.find("  ").filter(|end| *end <= LABEL_MAX);
    let after = label.and_then(|end| text.get(end..));
    let gap = after.map_or(0, |after| after.len() - after.trim_start_matches(' ').len());
    blanks
        + label.map_or(0, |end| {
            measure_text_width(text.get(..end).unwrap_or_default())
        })
        + gap
}

/// Binds the words of each command: it must stay on one line to be pasted.
fn with_whole_commands(line: &str) -> String {
    let mut result = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(PROGRAM) {
        let (before, command) = rest.split_at(start);
        result.push_str(before);
        let (_, arguments) = command.split_at(PROGRAM.len());
        if !begins_with_argument(arguments) {
            result.push_str(PROGRAM);
            rest = arguments;
            continue;
        }
        let ends = AFTER_COMMAND.iter().filter_map(|end| command.find(end));
        let (command, after) = command.split_at(ends.min().unwrap_or(command.len()));
        result.push_str(&together(command));
        rest = after;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_an_address_and_a_label_stay_whole() {
        for (text, lines) in [
            (
                "Log in again: igconnect login --expect @shop",
                &["Log in again:", "igconnect login --expect @shop"][..],
            ),
            (
                "  why   the password was changed",
                &["  why   the password", "        was changed"],
            ),
            (
                "  more  https://example.com/a/very/long/address",
                &["  more", "        https://example.com/a/very/long/address"],
            ),
            (
                "See igconnect list, or igconnect doctor",
                &["See igconnect list, or", "igconnect doctor"],
            ),
            (
                "\u{1b}[1merror:\u{1b}[0m twelve words",
                &["\u{1b}[1merror:\u{1b}[0m twelve words"],
            ),
            (
                "igconnect runs here on its own",
                &["igconnect runs here on", "its own"],
            ),
            ("one\n\ntwo", &["one", "", "two"]),
            (
                "    curl -H @- https://example.com",
                &["    curl -H @- https://example.com"],
            ),
        ] {
            let fitted = fitted(text, 22);
            assert_eq!(fitted.split('\n').collect::<Vec<_>>(), lines);
        }
    }

    #[test]
    fn words_are_wrapped_and_commands_are_not() {
        let lines = wrapped("one two three\n  a command of many words\nfour", 8);
        let expected = ["one two", "three", "  a command of many words", "four"];
        assert_eq!(lines, expected);
        assert_eq!(wrapped("unbreakable", 3), ["unbreakable"]);
    }
}
