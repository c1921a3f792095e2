//! The app, the clock, the scenario, and the little that a running sandbox remembers.
//!
//! Tokens describe themselves, so a sandbox only has to remember which codes are used and which tokens are revoked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::request::Request;
use super::scenario::Scenario;
use super::token::{Code, Token, hash};

/// The Instagram App ID of the only app that the sandbox knows.
pub const APP_ID: &str = "1029384756102938";

/// Its App Secret. It is not secret: every copy of igconnect contains it.
pub const APP_SECRET: &str = "5a9db0c05a9db0c05a9db0c05a9db0c0";

pub(crate) type SandboxClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

pub(super) struct SandboxState {
    pub(super) scenario: Scenario,
    pub(super) clock: SandboxClock,
    pub(super) port: u16,
    /// By the hash of a used code or a revoked token: the recorded answer that refuses it.
    pub(super) refused: Mutex<HashMap<String, &'static str>>,
}

impl SandboxState {
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The sandbox's scenario, or else the one picked on the consent page of the login that the code or token is from.
    pub(super) fn scenario_of(&self, request: &Request) -> Scenario {
        // What was asked for on the command line concerns every login.
        if self.scenario != Scenario::Agrees {
            return self.scenario;
        }
        let by_token = || Token::open(request.token()?)?.scenario;
        let by_code = || Code::open(request.field("code")?)?.scenario;
        let name = by_token().or_else(by_code);
        name.and_then(|name| name.parse().ok())
            .unwrap_or(Scenario::Agrees)
    }

    /// Makes every later use of a code or token fail with the recorded `answer`. Returns `false` if it already did.
    pub(super) fn refuse(&self, text: &str, answer: &'static str) -> bool {
        // A panic elsewhere cannot leave the map half changed, so a poisoned lock is used on.
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(hash(text), answer).is_none()
    }

    pub(super) fn refusal_of(&self, text: &str) -> Option<&'static str> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(&hash(text)).copied()
    }
}
