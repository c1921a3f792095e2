//! `token`: prints a token to stdout, for a pipe. No other command does.

use std::io::{self, Write};

use crate::account::{Account, AccountId, LongToken, Untrusted};
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};
use crate::session::{Session, UsableToken};

/// Print the token for a pipe
///
/// Prints one line to stdout and nothing else. A token that is due is refreshed first. No browser is ever opened. On a
/// terminal, add --show to print it anyway.
///
/// A token in IGCONNECT_TOKEN, or in the private file that IGCONNECT_TOKEN_FILE names, is printed as it is unless you
/// name an account.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect token | pbcopy
  igconnect token @shop > token.txt
  igconnect token --format header |
    curl -H @- https://graph.instagram.com/v25.0/me
  igconnect token --format env >> \"$GITHUB_ENV\"")]
pub(crate) struct Args {
    /// @username, id or alias [default: the default account]
    #[arg(value_name = "ACCOUNT")]
    name: Option<String>,
    /// Print the token even on a terminal
    #[arg(long)]
    show: bool,
    /// Form of the line
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LineFormat::Raw)]
    format: LineFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LineFormat {
    /// The token alone
    Raw,
    /// Authorization: Bearer TOKEN
    Header,
    /// INSTAGRAM_TOKEN=TOKEN
    Env,
}

pub(crate) struct Report {
    /// `None` for the environment token.
    account: Option<Account>,
    token: LongToken,
    format: LineFormat,
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if session.console.shows_data_to_a_person() && !args.show {
        // A screen is shared and its scrollback kept.
        let failure = Failure::new(Kind::Usage, "refusing to print a token on a terminal");
        return Err(failure.hint("Pipe it to a command, or add --show"));
    }
    if session.console.is_json() && args.format != LineFormat::Raw {
        return Err(Failure::two_formats());
    }
    let UsableToken { account, token } = session.usable_token(args.name.as_deref())?;
    let format = args.format;
    Ok(Report {
        account,
        token,
        format,
    })
}

document! {
    pub(super) struct TokenJson<'a> {
        schema: json::Version,
        /// null for the environment token.
        id: Option<&'a AccountId>,
        /// null for the environment token.
        username: Option<&'a str>,
        token: &'a str,
    }
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let prefix = match self.format {
            LineFormat::Raw => "",
            LineFormat::Header => "Authorization: Bearer ",
            LineFormat::Env => "INSTAGRAM_TOKEN=",
        };
        writeln!(out, "{prefix}{}", self.token.expose())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let account = self.account.as_ref();
        let document = TokenJson {
            schema: json::SCHEMA,
            id: account.map(|account| &account.id),
            username: account
                .and_then(Account::known_username)
                .map(Untrusted::raw),
            token: self.token.expose(),
        };
        json::write(&document, out)
    }
}
