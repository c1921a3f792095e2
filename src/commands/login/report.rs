//! What `login` prints: the card of the account, or the address of a login in two steps.

use std::io::{self, Write};

use jiff::Timestamp;

use super::two_steps::BegunLogin;
use crate::account::{Account, REFRESH_WINDOW};
use crate::answers;
use crate::output::{self, Page, Render};

pub(crate) enum Report {
    Connected(Box<ConnectedAccount>),
    Begun(BegunLogin),
}

pub(crate) struct ConnectedAccount {
    pub(super) account: Account,
    pub(super) store: String,
    /// `igconnect`, with `--sandbox` in the sandbox.
    pub(super) program: &'static str,
    pub(super) now: Timestamp,
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) => begun.json(out).and_then(|()| writeln!(out)),
            Self::Connected(connected) => {
                let (account, now) = (&connected.account, connected.now);
                let status = account.status(now, REFRESH_WINDOW);
                output::account::card(account, status, now, &connected.store).write(page, out)
            }
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) => begun.json(out),
            Self::Connected(connected) => {
                let status = connected.account.status(connected.now, REFRESH_WINDOW);
                let account = answers::AccountJson::new(&connected.account, status, connected.now);
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
