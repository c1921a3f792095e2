//! `token`: the one command that writes a token, on stdout, for a pipe.

use std::io::{self, Write};

use crate::account::{AccountId, LongToken, Secret};
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};
use crate::session::Session;
use crate::session::live_token::Bearer;

/// Print the token, for a pipe
///
/// One line on stdout and nothing else. A token that is due is renewed first; no browser is ever opened. On a terminal
/// it is refused unless --show says that you mean it.
///
/// A token in IGCONNECT_TOKEN, or in the private file that IGCONNECT_TOKEN_FILE names, comes before the default
/// account's and is printed as it is; an account that is named comes before it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect token | pbcopy
  igconnect token @shop > token.txt
  igconnect token --format header |
    curl -H @- https://graph.instagram.com/v25.0/me
  igconnect token --format env >> \"$GITHUB_ENV\"")]
pub(crate) struct Args {
    /// @username, id or alias; the default account where none is named
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Print it even where a person can see it
    #[arg(long)]
    show: bool,
    /// What the line looks like
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Raw)]
    format: Format,
}

/// What the line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The token alone
    Raw,
    /// Authorization: Bearer TOKEN
    Header,
    /// INSTAGRAM_TOKEN=TOKEN
    Env,
}

/// The token and whose it is.
pub(crate) struct Report {
    id: Option<AccountId>,
    username: Option<String>,
    token: Secret,
    format: Format,
}

/// Fetches the token from the store, renewed where it was due.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if session.console.shows_data_to_a_person() && !args.show {
        return Err(
            Failure::new(Kind::Usage, "a token on a terminal stays in its history")
                .hint("Pipe it to where it is needed, or insist with --show"),
        );
    }
    if session.console.is_json() && args.format != Format::Raw {
        return Err(Failure::new(
            Kind::Usage,
            "--json and another --format exclude each other",
        ));
    }
    let Bearer { account, token } = session.bearer(args.name.as_deref())?;
    Ok(Report {
        id: account.as_ref().map(|account| account.id.clone()),
        username: account.map(|account| account.username.raw().to_owned()),
        token: exposed(&token)?,
        format: args.format,
    })
}

fn exposed(token: &LongToken) -> Result<Secret, Failure> {
    Secret::new(token.expose().to_owned())
        .map_err(|error| Failure::secret("the stored token", error))
}

document! {
    pub(super) struct TokenJson<'a> {
        schema: json::Version,
        /// null for a token of the environment.
        id: Option<&'a AccountId>,
        /// null as id is.
        username: Option<&'a str>,
        /// The token itself.
        token: &'a str,
    }
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let before = match self.format {
            Format::Raw => "",
            Format::Header => "Authorization: Bearer ",
            Format::Env => "INSTAGRAM_TOKEN=",
        };
        writeln!(out, "{before}{}", self.token.expose())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (id, username) = (self.id.as_ref(), self.username.as_deref());
        let token = self.token.expose();
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
