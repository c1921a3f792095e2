//! What one account alone ends `status` with, and how loud that is.

use jiff::{SignedDuration, Timestamp};

use crate::account::{REFRESH_WINDOW, State};
use crate::failure::{Failure, Kind};
use crate::output::monitoring::Alarm;

/// By what accounts are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    /// Now.
    pub(super) now: Timestamp,
    /// Less life left than this is too little, where somebody said so.
    pub(super) expires_within: Option<SignedDuration>,
}

/// An exit code, and how loud it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExitState {
    pub(super) code: u8,
    pub(super) alarm: Alarm,
}

impl ExitState {
    /// The verdict of an exit code.
    pub(super) fn of(code: u8) -> Self {
        let alarm = Alarm::of(code);
        Self { code, alarm }
    }
}

impl Thresholds {
    /// Which life left is too little for monitoring.
    pub(super) fn threshold(self) -> SignedDuration {
        self.expires_within.unwrap_or(REFRESH_WINDOW)
    }

    /// The verdict on an account that stands so, dies at `end`, and with which `--verify` met this.
    pub(super) fn exit_state(
        self,
        state: State,
        end: Option<Timestamp>,
        met: Option<&Failure>,
    ) -> ExitState {
        let exit_state = ExitState::of(self.code(state, end, met));
        // Without a threshold of one's own, less than the refresh window is what one would want to hear of.
        let soon = state == State::Expiring && self.expires_within.is_none();
        match exit_state.alarm {
            Alarm::Fine if soon => ExitState {
                alarm: Alarm::Warning,
                ..exit_state
            },
            _ => exit_state,
        }
    }

    /// What cannot be known is neither good news nor a reason to log in.
    fn code(self, state: State, end: Option<Timestamp>, met: Option<&Failure>) -> u8 {
        let kind = match (met, state) {
            (_, State::NeedsLogin | State::Expired) => Kind::Login,
            (Some(failure), _) => failure.kind,
            (None, State::Unverified) => Kind::Trouble,
            (None, State::Unknown) => Kind::Store,
            (None, State::Connected | State::Expiring) => {
                let left = end.map(|end| end.duration_since(self.now));
                return match (self.expires_within, left) {
                    (Some(_), None) => Kind::Trouble.exit_code(),
                    (Some(wanted), Some(left)) if left < wanted => Kind::Expiring.exit_code(),
                    _ => 0,
                };
            }
        };
        kind.exit_code()
    }
}
