//! Handing a new token to a command of the person's own: on its standard input, and nowhere else.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::account::{AccountId, LongToken};
use crate::child::{self, Started};
use crate::failure::{Failure, Kind, typed};
use crate::settings::environment;

/// Writing one secret to a server takes seconds; a command that needs longer waits for somebody who is not there.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a running command is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A command and its arguments, read from one text: words apart by blanks, no shell.
#[derive(Debug, Clone)]
pub struct HandTo {
    program: String,
    arguments: Vec<String>,
}

impl std::str::FromStr for HandTo {
    type Err = &'static str;

    /// Whoever writes quotes or a pipe expects a shell, and would be misunderstood in silence.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(['\'', '"', '\\', '|', '<', '>', '&', ';', '$', '`', '\n']) {
            return Err(
                "no shell reads this: write a command and words apart by blanks, or put the rest into a script",
            );
        }
        let mut words = text.split_whitespace().map(str::to_owned);
        let program = words.next().ok_or("there is no command")?;
        Ok(Self {
            program,
            arguments: words.collect(),
        })
    }
}

impl HandTo {
    /// Fails where the command cannot be found: asked before a token is renewed that it could not take.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let path = Path::new(&self.program);
        let found = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => path.is_file(),
            _ => environment::path("PATH").is_some_and(|folders| {
                let mut folders = std::env::split_paths(&folders);
                folders.any(|folder| self.is_in(&folder))
            }),
        };
        if found {
            return Ok(());
        }
        let failure = Failure::new(Kind::Usage, format!("there is no command {}", self.name()));
        Err(failure.hint("Name a program in PATH, or its path, after --hand-to"))
    }

    fn is_in(&self, folder: &Path) -> bool {
        let file = folder.join(&self.program);
        file.is_file() || (cfg!(windows) && file.with_extension("exe").is_file())
    }

    fn name(&self) -> String {
        typed(&self.program).shortened(200)
    }

    /// Runs the command with `token` as one line on its standard input; what it prints goes to our stderr.
    pub(super) async fn give(
        &self,
        token: &LongToken,
        id: Option<&AccountId>,
    ) -> Result<(), Failure> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::from(io::stderr()))
            .stderr(Stdio::inherit())
            .env_remove("INSTAGRAM_TOKEN")
            .env_remove("INSTAGRAM_USER_ID");
        child::without_our_secrets(&mut command);
        if let Some(id) = id {
            command.env("INSTAGRAM_USER_ID", id.as_str());
        }
        child::own_group(&mut command);
        let started = command.spawn();
        let mut child =
            Started(started.map_err(|e| self.failed(&format!("cannot be started: {}", e.kind())))?);
        if let Some(mut pipe) = child.0.stdin.take() {
            // A token fits into the pipe, so a command that does not read holds nobody up. Whether it read is for it
            // to know: one that ends before is judged by its exit code too.
            let _ = pipe
                .write_all(token.expose().as_bytes())
                .and_then(|()| pipe.write_all(b"\n"));
        }
        let status = tokio::time::timeout(LIMIT, end(&mut child))
            .await
            .map_err(|_| self.failed("did not end within 60 seconds and was ended"))?;
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(self.failed(&ending(status))),
            Err(_) => Err(self.failed("cannot be waited for")),
        }
    }

    fn failed(&self, how: &str) -> Failure {
        let message = format!("the new token was not handed over: {} {how}", self.name());
        Failure::new(Kind::Failed, message)
    }
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with code {code}"),
        None => "was ended by a signal".to_owned(),
    }
}

async fn end(child: &mut Started) -> io::Result<ExitStatus> {
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
        let command: HandTo = "gh secret  set NAME".parse().unwrap();
        assert_eq!(command.program, "gh");
        assert_eq!(command.arguments, ["secret", "set", "NAME"]);
        for text in ["", "  ", "a | b", "a 'b c'", "a > b", "a $B", "a\nb"] {
            assert!(text.parse::<HandTo>().is_err(), "{text}");
        }
    }
}
