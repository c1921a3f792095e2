//! What `login` prints: the card of the account, or the address of a login in two steps.

use std::io::{self, Write};

use jiff::Timestamp;

use super::two_steps::BegunLogin;
use crate::account::{Account, AccountStatus};
use crate::answers;
use crate::output::{self, Page, Render, json};

pub(crate) enum Report {
    Connected(Box<ConnectedAccount>),
    Begun(BegunLogin),
}

pub(crate) struct ConnectedAccount {
    pub(super) account: Account,
    pub(super) status: AccountStatus,
    pub(super) store: String,
    /// `igconnect`, with `--sandbox` in the sandbox.
    pub(super) program: &'static str,
    pub(super) now: Timestamp,
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            // A script reads it, so people get the same JSON with a line end.
            Self::Begun(_) => self.json(out).and_then(|()| writeln!(out)),
            Self::Connected(login) => {
                output::account::card(&login.account, login.status, login.now, &login.store)
                    .write(page, out)
            }
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) => json::write(begun, out),
            Self::Connected(login) => {
                let account = answers::AccountJson::new(&login.account, login.status, login.now);
                let mut document = answers::Accounts::begin(out)?;
                document.row(&account)?;
                document.end(None)
            }
        }
    }

    fn afterword(&self) -> Option<String> {
        let Self::Connected(connected) = self else {
            return None;
        };
        let program = connected.program;
        let refresh = match connected.account.expires_at {
            Some(_) => format!("Refresh it every day: {program} refresh --all"),
            None => format!(
                "The token's expiry is unknown until its first refresh, 24 hours after it was made: {program} refresh"
            ),
        };
        Some(format!("{refresh}\nPrint the token: {program} token"))
    }

    fn is_message(&self) -> bool {
        !matches!(self, Self::Begun(_))
    }
}
