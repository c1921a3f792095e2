//! A call of the API, and the check of its access token, which every Graph endpoint does first.

use jiff::{Timestamp, tz};

use super::accounts::SandboxAccount;
use super::recorded::{replay, replay_with};
use super::request::Request;
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_ID, SandboxState};
use super::token::Token;

pub(super) struct ApiCall<'a> {
    pub(super) state: &'a SandboxState,
    /// The scenario of this sandbox, or of the login that the code or token is from.
    pub(super) scenario: Scenario,
    pub(super) request: &'a Request,
}

impl ApiCall<'_> {
    /// Returns the token and its account, or Instagram's refusal. `expired` names the recorded answer for an expired token;
    /// the times in it are replaced.
    pub(super) fn authenticate(
        &self,
        expired: &str,
    ) -> Result<(Token, &'static SandboxAccount), Response> {
        let (state, text) = (self.state, self.request.token());
        let text = text
            .filter(|text| !text.is_empty())
            .ok_or_else(|| replay("me_err_unsupported_get"))?;
        let garbage = || replay("me_err_cannot_parse");
        let token = Token::open(text)
            .filter(|token| token.app == APP_ID)
            .ok_or_else(garbage)?;
        let account = SandboxAccount::find(&token.username).ok_or_else(garbage)?;
        // Before the expiry: a revoked token is called revoked however old it is.
        if let Some(refusal) = state.refusal_of(text) {
            return Err(replay(refusal));
        }
        if token.is_expired(state.now()) {
            let end = format_pacific(token.expires_at);
            let now = format_pacific(state.now().as_second());
            let message = format!(
                "Error validating access token: Session has expired on {end}. The current time is {now}."
            );
            return Err(replay_with(expired, &[("message", message)]));
        }
        Ok((token, account))
    }
}

/// Instagram writes times in a sentence like this: `Monday, 01-Dec-25 11:00:00 PST`.
fn format_pacific(second: i64) -> String {
    let at = Timestamp::from_second(second).unwrap_or_default();
    // In summer Instagram writes PDT, but nothing reads this time.
    let at = at.to_zoned(tz::TimeZone::fixed(tz::offset(-8)));
    at.strftime("%A, %d-%b-%y %H:%M:%S PST").to_string()
}
