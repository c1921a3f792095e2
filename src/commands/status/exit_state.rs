//! A checked account and its exit state: its exit code, and how loud monitoring should be.

use jiff::{SignedDuration, Timestamp};

use crate::account::{AccountStatus, AnyAccount, REFRESH_WINDOW, State};
use crate::failure::{Failure, Kind};
use crate::output::monitoring::Alarm;

pub(super) struct CheckedAccount {
    pub(super) account: AnyAccount,
    /// What went wrong when it was verified.
    pub(super) failure: Option<Failure>,
}

impl CheckedAccount {
    pub(super) fn new(account: impl Into<AnyAccount>) -> Self {
        Self {
            account: account.into(),
            failure: None,
        }
    }

    pub(super) fn status(&self, now: Timestamp) -> AccountStatus {
        match &self.failure {
            Some(failure) if failure.kind == Kind::Store => AccountStatus::STORE_UNAVAILABLE,
            _ => self.account.status(now),
        }
    }
}

/// What accounts are measured by.
#[derive(Clone, Copy)]
pub(super) struct Thresholds {
    pub(super) now: Timestamp,
    /// Less life left is too little, if the person said so.
    pub(super) expires_within: Option<SignedDuration>,
}

#[derive(Clone, Copy)]
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
        let mut exit_state = ExitState::from_code(self.code(state, expires_at, failure));
        // Without --expires-within, monitoring warns when a refresh is due.
        let is_soon = state == State::Expiring && self.expires_within.is_none();
        if is_soon && exit_state.alarm == Alarm::Fine {
            exit_state.alarm = Alarm::Warning;
        }
        exit_state
    }

    /// What is unknown is neither good news nor a reason to log in.
    fn code(self, state: State, expires_at: Option<Timestamp>, failure: Option<&Failure>) -> u8 {
        let kind = match (failure, state) {
            // Even if the check failed: only a login helps.
            (_, State::NeedsLogin | State::Expired) => Kind::Login,
            (Some(failure), _) => failure.kind,
            (None, State::Unverified) => Kind::Trouble,
            (None, State::Unknown) => Kind::Store,
            (None, State::Connected | State::Expiring) => {
                let left = expires_at.map(|end| end.duration_since(self.now));
                match (self.expires_within, left) {
                    // The question cannot be answered, so the answer is not success.
                    (Some(_), None) => Kind::Trouble,
                    (Some(wanted), Some(left)) if left < wanted => Kind::Expiring,
                    _ => return 0,
                }
            }
        };
        kind.exit_code()
    }
}
