//! A command of the person's own: words without a shell, fed on its standard input, ended in time with all it started.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::child::{self, RunningChild};
use crate::failure::typed;
use crate::settings::{CommandLine, environment};

/// Writing one secret to a server, or sending one letter, takes seconds; a command that needs longer waits for
/// somebody who is not there.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a running command is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A command and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct UserCommand {
    program: String,
    arguments: Vec<String>,
}

impl std::str::FromStr for UserCommand {
    type Err = &'static str;

    /// Words apart by blanks. Whoever writes quotes or a pipe expects a shell, and would be misunderstood in silence.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(['\'', '"', '\\', '|', '<', '>', '&', ';', '$', '`', '\n']) {
            return Err(
                "no shell reads this: write a command and words apart by blanks, or put the rest into a script",
            );
        }
        Self::new(text.split_whitespace().map(str::to_owned))
    }
}

impl UserCommand {
    fn new(mut words: impl Iterator<Item = String>) -> Result<Self, &'static str> {
        let program = words.next().filter(|program| !program.is_empty());
        Ok(Self {
            program: program.ok_or("there is no command")?,
            arguments: words.collect(),
        })
    }

    /// As the configuration has it.
    pub(crate) fn from_config(line: &CommandLine) -> Result<Self, &'static str> {
        match line {
            CommandLine::Text(text) => text.parse(),
            CommandLine::Words(words) => Self::new(words.iter().cloned()),
        }
    }

    /// Whether it can be found.
    pub(crate) fn is_there(&self) -> bool {
        let path = Path::new(&self.program);
        match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => path.is_file(),
            _ => environment::path("PATH").is_some_and(|folders| {
                let mut folders = std::env::split_paths(&folders);
                folders.any(|folder| self.is_in(&folder))
            }),
        }
    }

    /// Whether it is found whatever the search path and the folder of the day are.
    pub(crate) fn is_absolute(&self) -> bool {
        Path::new(&self.program).is_absolute()
    }

    fn is_in(&self, folder: &Path) -> bool {
        let file = folder.join(&self.program);
        file.is_file() || (cfg!(windows) && file.with_extension("exe").is_file())
    }

    /// The command, safe to show.
    pub(crate) fn name(&self) -> String {
        typed(&self.program).shortened(200)
    }

    /// Runs it with `input` on its standard input; what it prints goes to our stderr. Fails with how it ended, in
    /// words that follow its name.
    pub(crate) async fn feed(
        &self,
        input: Zeroizing<Vec<u8>>,
        variables: &[(&str, &str)],
    ) -> Result<(), String> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::from(io::stderr()))
            .stderr(Stdio::inherit())
            .env_remove("INSTAGRAM_TOKEN")
            .env_remove("INSTAGRAM_USER_ID")
            .envs(variables.iter().copied());
        child::remove_our_secrets(&mut command);
        child::set_own_group(&mut command);
        let started = command.spawn();
        let mut child =
            RunningChild(started.map_err(|e| format!("cannot be started: {}", e.kind()))?);
        if let Some(mut pipe) = child.0.stdin.take() {
            // Beside us: one that does not read must not hold up who ends it. Whether it read is for it to know: one
            // that ends before is judged by its exit code too.
            let _ = thread::Builder::new().spawn(move || pipe.write_all(&input));
        }
        let status = tokio::time::timeout(LIMIT, end(&mut child))
            .await
            .map_err(|_| "did not end within 60 seconds and was ended".to_owned())?;
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(ending(status)),
            Err(_) => Err("cannot be waited for".to_owned()),
        }
    }
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with code {code}"),
        None => "was ended by a signal".to_owned(),
    }
}

async fn end(child: &mut RunningChild) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.0.try_wait()? {
            return Ok(status);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_words_and_nothing_of_a_shell() {
        let command: UserCommand = "gh secret  set NAME".parse().unwrap();
        assert_eq!(command.program, "gh");
        assert_eq!(command.arguments, ["secret", "set", "NAME"]);
        for text in ["", "  ", "a | b", "a 'b c'", "a > b", "a $B", "a\nb"] {
            assert!(text.parse::<UserCommand>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_is_taken_word_for_word() {
        let words = ["mail", "-s", "a 'b' | c"].map(str::to_owned).to_vec();
        let command = UserCommand::from_config(&CommandLine::Words(words)).unwrap();
        assert_eq!(command.arguments, ["-s", "a 'b' | c"]);
        for words in [Vec::new(), vec![String::new()]] {
            assert!(UserCommand::from_config(&CommandLine::Words(words)).is_err());
        }
    }
}
