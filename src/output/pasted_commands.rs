//! The commands in messages. In the sandbox they get `--sandbox`, so that they work when pasted.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

/// The commands that do something else in the sandbox. The others only print texts.
pub(crate) const WORLD_COMMANDS: [&str; 14] = [
    "login",
    "app",
    "disconnect",
    "status",
    "list",
    "history",
    "token",
    "run",
    "refresh",
    "use",
    "schedule",
    "doctor",
    "store",
    "certificate",
];

/// The other commands.
pub(crate) const TEXT_COMMANDS: [&str; 6] =
    ["explain", "help", "sandbox", "completions", "man", "schema"];

pub(super) const PROGRAM: &str = "igconnect ";

/// Whether this run is in the sandbox. Messages are made in every layer, and the world is one per process.
static IS_SANDBOX: AtomicBool = AtomicBool::new(false);

/// From now on messages are about the sandbox.
pub(crate) fn use_sandbox() {
    IS_SANDBOX.store(true, Ordering::Relaxed);
}

/// Makes the commands in a message work when pasted.
pub(crate) fn pasteable(text: &str) -> Cow<'_, str> {
    match IS_SANDBOX.load(Ordering::Relaxed) {
        true => Cow::Owned(with_sandbox(text)),
        false => Cow::Borrowed(text),
    }
}

fn with_sandbox(text: &str) -> String {
    let mut parts = text.split(PROGRAM);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for after in parts {
        // Not the end of a path or of a longer name. The codes of a colour end with a letter.
        let is_word = ends_with_colour(&result)
            || !result.ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c));
        result.push_str(PROGRAM);
        if is_word && begins_with_command(after) {
            result.push_str("--sandbox ");
        }
        result.push_str(after);
    }
    result
}

fn ends_with_colour(text: &str) -> bool {
    let code = text.rsplit_once("\u{1b}[").map(|(_, code)| code);
    let numbers = code.and_then(|code| code.strip_suffix('m'));
    numbers.is_some_and(|numbers| numbers.bytes().all(|b| b.is_ascii_digit() || b == b';'))
}

fn begins_with_command(text: &str) -> bool {
    WORLD_COMMANDS.contains(&first_word(text))
}

/// Returns whether what follows the program's name makes a command of it, and not the subject of a sentence.
pub(super) fn begins_with_argument(text: &str) -> bool {
    let word = first_word(text);
    word.starts_with("--") || WORLD_COMMANDS.contains(&word) || TEXT_COMMANDS.contains(&word)
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphabetic() && c != '-');
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_that_need_it_get_the_flag() {
        for (text, expected) in [
            (
                "Log in: igconnect login",
                "Log in: igconnect --sandbox login",
            ),
            (
                "with igconnect list, or igconnect refresh --all",
                "with igconnect --sandbox list, or igconnect --sandbox refresh --all",
            ),
            (
                "\u{1b}[36migconnect token\u{1b}[0m",
                "\u{1b}[36migconnect --sandbox token\u{1b}[0m",
            ),
        ] {
            assert_eq!(with_sandbox(text), expected);
            assert_eq!(with_sandbox(expected), expected, "twice");
        }
        for text in [
            "Update igconnect, or wait",
            "igconnect needs a Meta app",
            "igconnect help stores",
            "igconnect sandbox --list",
            "igconnect lists accounts",
            "/opt/igconnect login",
            "igconnect ",
            "",
        ] {
            assert_eq!(with_sandbox(text), text);
        }
    }
}
