//! The exit state of one account: its exit code, and how loud monitoring should be.

use jiff::{SignedDuration, Timestamp};

use crate::account::{REFRESH_WINDOW, State};
use crate::failure::{Failure, Kind};
use crate::output::monitoring::Alarm;

/// What accounts are measured by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    pub(super) now: Timestamp,
    /// Less life left is too little, if the person said so.
    pub(super) expires_within: Option<SignedDuration>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ExitState {
    pub(super) code: u8,
    pub(super) alarm: Alarm,
}

impl ExitState {
    pub(super) fn from_code(code: u8) -> Self {
        let alarm = Alarm::of(code);
        Self { code, alarm }
    }
}

impl Thresholds {
    /// Returns how much life left is too little for monitoring.
    pub(super) fn warning(self) -> SignedDuration {
        self.expires_within.unwrap_or(REFRESH_WINDOW)
    }

    /// `failure` is what went wrong when the account was verified.
    pub(super) fn exit_state(
        self,
        state: State,
        expires_at: Option<Timestamp>,
        failure: Option<&Failure>,
    ) -> ExitState {
        let exit_state = ExitState::from_code(self.code(state, expires_at, failure));
        // Without --expires-within, monitoring warns when a refresh is due.
        let is_soon = state == State::Expiring && self.expires_within.is_none();
        match exit_state.alarm {
            Alarm::Fine if is_soon => ExitState {
                alarm: Alarm::Warning,
                ..exit_state
            },
            _ => exit_state,
        }
    }

    /// What is unknown is neither good news nor a reason to log in.
    fn code(self, state: State, expires_at: Option<Timestamp>, failure: Option<&Failure>) -> u8 {
        let kind = match (failure, state) {
            (_, State::NeedsLogin | State::Expired) => Kind::Login,
            (Some(failure), _) => failure.kind,
            (None, State::Unverified) => Kind::Trouble,
            (None, State::Unknown) => Kind::Store,
            (None, State::Connected | State::Expiring) => {
                let left = expires_at.map(|end| end.duration_since(self.now));
                match (self.expires_within, left) {
                    (Some(_), None) => Kind::Trouble,
                    (Some(wanted), Some(left)) if left < wanted => Kind::Expiring,
                    _ => return 0,
                }
            }
        };
        kind.exit_code()
    }
}
