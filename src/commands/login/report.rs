//! What a login ends with: the card of the account, or the address of a login that is to be finished.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::account::{Account, REFRESH_WINDOW};
use crate::answers;
use crate::output::{self, Page, Render};

/// What a login ends with.
pub(crate) enum Report {
    /// An account.
    Connected(Box<ConnectedAccount>),
    /// An address to visit, of a login that is to be finished.
    BegunLogin(super::two_steps::BegunLogin),
}

/// The connected account, and where its token is.
pub(crate) struct ConnectedAccount {
    pub(super) account: Account,
    pub(super) redirect: String,
    pub(super) me: &'static str,
    pub(super) now: Timestamp,
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::BegunLogin(begun) => begun.json(out).and_then(|()| writeln!(out)),
            Self::Connected(card) => {
                let status = card.account.status(card.now, REFRESH_WINDOW);
                output::account::card(&card.account, status, card.now, &card.redirect)
                    .write(page, out)
            }
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::BegunLogin(begun) => begun.json(out),
            Self::Connected(card) => {
                let status = card.account.status(card.now, REFRESH_WINDOW);
                let account = answers::AccountJson::new(&card.account, status, card.now);
                let mut document = answers::Accounts::begin(out)?;
                document.row(&account)?;
                document.end(None)
            }
        }
    }

    fn afterword(&self) -> Option<String> {
        let Self::Connected(card) = self else {
            return None;
        };
        let ConnectedAccount { me, account, .. } = &**card;
        let first = match account.expires_at {
            Some(_) => format!("Keep it alive with {me} refresh --all, once a day."),
            None => format!(
                "Nobody said when this token ends: {me} refresh reveals it, once the token is a day old."
            ),
        };
        Some(format!("{first} Use it with {me} token."))
    }

    fn is_data(&self) -> bool {
        matches!(self, Self::BegunLogin(_))
    }
}
