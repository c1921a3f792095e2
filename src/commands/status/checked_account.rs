//! An account, and what went wrong when it was verified.

use jiff::Timestamp;

use crate::account::{AccountStatus, AnyAccount};
use crate::failure::{Failure, Kind};

pub(super) struct CheckedAccount {
    pub(super) account: AnyAccount,
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
