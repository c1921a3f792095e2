//! What `login` prints: the card of the account, or the address of a login in two steps.

use std::io::{self, Write};

use jiff::Timestamp;

use super::daily_refresh::NextDailyRefresh;
use super::outcome;
use super::two_steps::BegunLogin;
use crate::account::{Account, AccountStatus};
use crate::answers;
use crate::output::account::AccountCard;
use crate::output::{Page, Render, json, pasteable};

pub(crate) enum Report {
    Connected(Box<ConnectedAccount>),
    Begun(BegunLogin),
    /// The person has only set up the app.
    Later,
}

pub(crate) struct ConnectedAccount {
    pub(super) account: Account,
    pub(super) status: AccountStatus,
    pub(super) store: String,
    pub(super) daily_refresh: NextDailyRefresh,
    pub(super) now: Timestamp,
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) if page.framed => {
                let text = format!(
                    "Send this address to the owner of the account:\n\n  {}\n\n\
                     After the consent, the browser ends on another address, which contains ?code=. Get that one, and \
                     within an hour run:\n\n  {}",
                    begun.url,
                    pasteable("igconnect login --finish")
                );
                writeln!(out, "{}", page.fitted(&text))
            }
            // A script reads it, so it gets the JSON with a line end.
            Self::Begun(_) => self.json(out).and_then(|()| writeln!(out)),
            Self::Later => Ok(()),
            Self::Connected(login) => {
                AccountCard::new(&login.account, login.status, login.now, &login.store)
                    .write(page, out)
            }
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) => json::write(begun, out),
            Self::Later => answers::Accounts::begin(out)?.end(None),
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
        let unknown = connected.account.expires_at.is_none().then_some(
            "The token's expiry is unknown until its first refresh, 24 hours after it was made: igconnect refresh",
        );
        let advice = connected.daily_refresh.advice();
        let token = format!(
            "Print the token: {}",
            outcome::print_token(&connected.account)
        );
        let lines = unknown.or(advice).into_iter().chain([&*token]);
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    fn is_message(&self) -> bool {
        !matches!(self, Self::Begun(_))
    }
}
