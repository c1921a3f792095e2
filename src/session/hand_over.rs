//! Handing a new token to a command of the person's own: on its standard input, and nowhere else.

use zeroize::Zeroizing;

use super::user_command::UserCommand;
use crate::account::{AccountId, LongToken};
use crate::failure::{Failure, Kind};

/// The command, read from one text.
#[derive(Debug, Clone)]
pub(crate) struct HandTo(UserCommand);

impl std::str::FromStr for HandTo {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.parse()?))
    }
}

impl HandTo {
    /// Fails where the command cannot be found: asked before a token is renewed that it could not take.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.0.is_there() {
            return Ok(());
        }
        let message = format!("there is no command {}", self.0.name());
        Err(Failure::new(Kind::Usage, message)
            .hint("Name a program in PATH, or its path, after --hand-to"))
    }

    /// Runs the command with `token` as one line on its standard input.
    pub(crate) async fn give(
        &self,
        token: &LongToken,
        id: Option<&AccountId>,
    ) -> Result<(), Failure> {
        let line = Zeroizing::new([token.expose().as_bytes(), b"\n"].concat());
        let id = id.map(|id| ("INSTAGRAM_USER_ID", id.as_str()));
        let fed = self.0.feed(line, id.as_slice()).await;
        fed.map_err(|how| {
            let name = self.0.name();
            let message = format!("the new token was not handed over: {name} {how}");
            Failure::new(Kind::Failed, message)
        })
    }
}
