//! The one app, the clock, the scenario, and the little that a running sandbox remembers.
//! Nothing in it is needed to understand a token: memory only makes used codes and dead tokens refusable.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;

use super::{
    scenario::Scenario,
    seal::mark,
    token::{Code, Token},
    wire::Ask,
};

/// The Instagram App ID of the one app that the sandbox knows.
pub const APP_ID: &str = "1029384756102938";

/// Its App Secret, which is no secret: it is in every copy of this program.
pub const APP_SECRET: &str = "5a9db0c05a9db0c05a9db0c05a9db0c0";

/// Where the sandbox takes the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything a reply depends on beside what is asked.
pub(super) struct World {
    scenario: Scenario,
    clock: Clock,
    port: u16,
    /// Marks of used codes and dead tokens; a dead token has the answer it is refused with.
    spent: Mutex<HashMap<String, &'static str>>,
}

impl World {
    pub(super) fn new(scenario: Scenario, clock: Clock, port: u16) -> Self {
        Self {
            scenario,
            clock,
            port,
            spent: Mutex::default(),
        }
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The port it listens on.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What the sandbox was started with.
    pub(super) fn scenario(&self) -> Scenario {
        self.scenario
    }

    /// What happens to this request: what the sandbox was started with, or else what was picked on the
    /// consent page of the login that the code or token comes from.
    pub(super) fn scenario_of(&self, ask: &Ask) -> Scenario {
        if self.scenario != Scenario::Agrees {
            return self.scenario;
        }
        let by_token = ask
            .token()
            .and_then(Token::open)
            .and_then(|token| token.fate);
        let by_code = || {
            ask.field("code")
                .and_then(Code::open)
                .and_then(|code| code.fate)
        };
        let fate = by_token.or_else(by_code);
        fate.and_then(|name| name.parse().ok())
            .unwrap_or(Scenario::Agrees)
    }

    /// Marks a code or token as spent, to be refused with `answer`. `false` when it was spent already.
    pub(super) fn spend(&self, text: &str, answer: &'static str) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.insert(mark(text), answer).is_none()
    }

    /// The answer with which a spent code or token is refused.
    pub(super) fn refusal_of(&self, text: &str) -> Option<&'static str> {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.get(&mark(text)).copied()
    }
}
