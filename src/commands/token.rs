//! `token`: the one command that writes a token, on stdout, for a pipe.

use std::io::{self, Write};

use serde::Serialize;

use super::Context;
use crate::account::{LongToken, Secret};
use crate::failure::{Failure, Kind};
use crate::output::{Page, Report, json};

/// Print the token, for a pipe
///
/// One line on stdout and nothing else. A token that is due is renewed first; no browser is ever opened. On a terminal
/// it is refused unless --show says that you mean it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect token | pbcopy
  igconnect token @shop > token.txt
  curl -H \"Authorization: Bearer $(igconnect token)\" \\
    'https://graph.instagram.com/v25.0/me?fields=username'")]
pub struct Args {
    /// @username, id or alias; the default account where none is named
    account: Option<String>,
    /// Print it even where a person can see it
    #[arg(long)]
    show: bool,
}

/// The token and whose it is.
pub struct Answer {
    id: String,
    username: String,
    token: Secret,
}

/// Fetches the token from the store, renewed where it was due.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    if context.console.shows_data_to_a_person() && !args.show {
        return Err(
            Failure::new(Kind::Usage, "a token on a terminal stays in its history")
                .hint("Pipe it to where it is needed, or insist with --show"),
        );
    }
    let (account, token) = context.live_token(args.account.as_deref())?;
    Ok(Answer {
        id: account.id.to_string(),
        username: account.username.raw().to_owned(),
        token: exposed(&token)?,
    })
}

fn exposed(token: &LongToken) -> Result<Secret, Failure> {
    Secret::new(token.expose().to_owned())
        .map_err(|error| Failure::secret("the stored token", error))
}

#[derive(Serialize)]
struct TokenJson<'a> {
    schema: u32,
    id: &'a str,
    username: &'a str,
    token: &'a str,
}

impl Report for Answer {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.token.expose())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (id, username, token) = (&self.id, &self.username, self.token.expose());
        json::write(
            &TokenJson {
                schema: json::SCHEMA,
                id,
                username,
                token,
            },
            out,
        )
    }

    fn is_data(&self) -> bool {
        true
    }
}
