//! A command of the user: run without a shell, fed on standard input, and ended in time with all that it started.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::account::Platform;
use crate::child::{self, RunningChild};
use crate::failure::typed;
use crate::settings::CommandLine;

/// Sending a secret to a server or a mail takes seconds. A command that takes longer probably waits for a prompt.
const LIMIT: Duration = Duration::from_secs(60);

const POLL: Duration = Duration::from_millis(20);

#[derive(Debug, Clone)]
pub(crate) struct UserCommand {
    program: String,
    arguments: Vec<String>,
}

impl std::str::FromStr for UserCommand {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(split_words(Platform::HERE, text)?.into_iter())
    }
}

/// Splits words at spaces. Quotes and pipes are refused: their writer expects a shell, and there is none. On Windows a
/// backslash is a part of a path, and double quotes keep the spaces of `Program Files` together.
fn split_words(platform: Platform, text: &str) -> Result<Vec<String>, &'static str> {
    const NO_SHELL: &str =
        "no shell reads this: write a command and words separated by spaces, or use a script";
    let is_windows = platform == Platform::Windows;
    let of_shells: &[char] = match is_windows {
        true => &['\'', '"', '|', '<', '>', '&', ';', '$', '`', '%', '^'],
        false => &['\'', '"', '|', '<', '>', '&', ';', '$', '`', '\\'],
    };
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) if is_windows => quoted.split_once('"').ok_or(NO_SHELL)?,
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                if word.contains(of_shells) {
                    return Err(NO_SHELL);
                }
                (word, after)
            }
        };
        if !(after.is_empty() || after.starts_with(char::is_whitespace)) {
            return Err(NO_SHELL);
        }
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    // Several lines are a script.
    match text.contains('\n') {
        true => Err(NO_SHELL),
        false => Ok(words),
    }
}

impl UserCommand {
    fn new(mut words: impl Iterator<Item = String>) -> Result<Self, &'static str> {
        let program = words.next().filter(|program| !program.is_empty());
        Ok(Self {
            program: program.ok_or("the command is empty")?,
            arguments: words.collect(),
        })
    }

    pub(crate) fn from_config(line: &CommandLine) -> Result<Self, &'static str> {
        match line {
            CommandLine::Text(text) => text.parse(),
            CommandLine::Words(words) => Self::new(words.iter().cloned()),
        }
    }

    pub(crate) fn exists(&self) -> bool {
        child::named_program(&self.program).is_some()
    }

    /// Whether it is found with any PATH and from any folder.
    pub(crate) fn is_absolute(&self) -> bool {
        Path::new(&self.program).is_absolute()
    }

    /// Returns the program, safe to show.
    pub(crate) fn name(&self) -> String {
        typed(&self.program).shortened(200)
    }

    /// Runs the command with `input` on its standard input; its output goes to stderr. An error is a phrase that
    /// follows the name of the command.
    ///
    /// Only a command that stores a token may need what opens an OpenBao server: `needs_openbao`.
    pub(crate) async fn feed(
        &self,
        input: Zeroizing<Vec<u8>>,
        variables: &[(&str, &str)],
        needs_openbao: bool,
    ) -> Result<(), String> {
        let mut command = child::named_command(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            // Our stdout has the report, which a script may parse.
            .stdout(Stdio::from(io::stderr()))
            .stderr(Stdio::inherit())
            // Those of a surrounding `igconnect run` may be of another account.
            .env_remove("INSTAGRAM_TOKEN")
            .env_remove("INSTAGRAM_USER_ID")
            .envs(variables.iter().copied());
        if needs_openbao {
            child::remove_our_secrets(&mut command);
        } else {
            child::remove_all_secrets(&mut command);
        }
        child::set_own_group(&mut command);
        let started = command.spawn();
        let started = started.map_err(|error| {
            let missing = missing_interpreter(self.program.as_ref(), &error);
            let why = missing.unwrap_or_else(|| error.kind().to_string());
            format!("cannot be started: {why}")
        })?;
        let mut child = RunningChild(started);
        if let Some(mut pipe) = child.0.stdin.take() {
            // On its own thread, because a command that does not read would block. Whether it read everything does not
            // matter: its exit code decides.
            let _ = thread::Builder::new().spawn(move || pipe.write_all(&input));
        }
        let end = tokio::time::timeout(LIMIT, end(&mut child)).await;
        match end.map(|status| status.map(|status| status.code())) {
            Ok(Ok(Some(0))) => Ok(()),
            Ok(Ok(Some(code))) => Err(format!("ended with code {code}")),
            Ok(Ok(None)) => Err("was ended by a signal".to_owned()),
            Ok(Err(_)) => Err("cannot be waited for".to_owned()),
            Err(_) => Err("did not end within 60 seconds and was ended".to_owned()),
        }
    }
}

/// Says which interpreter of a script is missing. The system reports it as if the script itself were missing.
pub(crate) fn missing_interpreter(program: &OsStr, error: &io::Error) -> Option<String> {
    /// More than Linux reads.
    const LINE_MAX_BYTES: u64 = 256;
    if error.kind() != io::ErrorKind::NotFound {
        return None;
    }
    let file = File::open(child::named_program(program)?).ok()?;
    let mut start = Vec::new();
    file.take(LINE_MAX_BYTES).read_to_end(&mut start).ok()?;
    let line = start.strip_prefix(b"#!")?.split(|byte| *byte == b'\n');
    let line = String::from_utf8_lossy(line.into_iter().next()?);
    let name = typed(line.split_whitespace().next()?).shortened(200);
    Some(format!("its interpreter was not found: {name}"))
}

async fn end(child: &mut RunningChild) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.0.try_wait()? {
            return Ok(status);
        }
        tokio::time::sleep(POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_words_without_a_shell() {
        let command: UserCommand = "gh secret  set NAME".parse().unwrap();
        assert_eq!(command.program, "gh");
        assert_eq!(command.arguments, ["secret", "set", "NAME"]);
        for text in ["", "  ", "a | b", "a 'b c'", "a > b", "a $B", "a\nb"] {
            assert!(text.parse::<UserCommand>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_windows_path_is_a_word() {
        let split = |text| split_words(Platform::Windows, text);
        for (text, words) in [
            (
                r"C:\tools\keep.exe  set NAME",
                &[r"C:\tools\keep.exe", "set", "NAME"][..],
            ),
            (
                r#""C:\Program Files\R&D\keep.exe" --to "\\server\a b\""#,
                &[r"C:\Program Files\R&D\keep.exe", "--to", r"\\server\a b\"],
            ),
        ] {
            assert_eq!(split(text).unwrap(), words);
        }
        for text in [
            "a | b",
            r#""C:\a"#,
            r#""C:\a"b"#,
            r#"C:\"a b""#,
            r"%TEMP%\a",
            "a 'b c'",
            "a\nb",
        ] {
            assert!(split(text).is_err(), "{text}");
        }
        for text in [r"C:\tools\keep.exe", "\"a b\" c"] {
            assert!(split_words(Platform::Linux, text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_of_words_is_kept_as_it_is() {
        let words = ["mail", "-s", "a 'b' | c"].map(str::to_owned).to_vec();
        let command = UserCommand::from_config(&CommandLine::Words(words)).unwrap();
        assert_eq!(command.arguments, ["-s", "a 'b' | c"]);
        for words in [Vec::new(), vec![String::new()]] {
            assert!(UserCommand::from_config(&CommandLine::Words(words)).is_err());
        }
    }
}
