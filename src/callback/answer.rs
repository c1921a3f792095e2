//! What a login and its listener say to each other: what is expected, what came, how it ended.
//!
//! Invariant: nothing of it shows the state, the code or the start address in its Debug form.

use std::fmt;

use url::Url;

use super::pages::CallbackPage;
use crate::account::{AuthorizationCode, Denial, OAuthState};

/// What the listener waits for, and where it sends the browser first.
pub(crate) struct ExpectedCallback {
    /// The only right `Host` of the callback, such as `localhost:8723`.
    pub authority: String,
    /// The path of the redirect URI, such as `/callback`.
    pub callback_path: String,
    /// The `state` of this login.
    pub state: OAuthState,
    /// The random piece of the one-use start address.
    pub start: String,
    /// Where the start address leads.
    pub authorize_url: Url,
}

impl fmt::Debug for ExpectedCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expected")
            .field("authority", &self.authority)
            .field("callback_path", &self.callback_path)
            .finish_non_exhaustive()
    }
}

/// What Instagram answered, once per login.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A code, to be exchanged.
    Code(AuthorizationCode),
    /// No.
    Denied(Denial),
}

/// How the login ended, for the page that the person is looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginOutcome {
    /// The account is connected and its token kept.
    Connected,
    /// The person, or Instagram, said no.
    Denied,
    /// Anything else; the terminal says what.
    Failed,
}

impl LoginOutcome {
    pub(super) fn page(self) -> CallbackPage {
        match self {
            Self::Connected => CallbackPage::Connected,
            Self::Denied => CallbackPage::Denied,
            Self::Failed => CallbackPage::Failed,
        }
    }
}
