//! What became of one account.

use crate::account::AnyAccount;
use crate::failure::Failure;
use crate::flows::RefreshOutcome;

pub(super) struct RefreshRow {
    /// As it is after the refresh.
    pub(super) account: AnyAccount,
    pub(super) outcome: Outcome,
    /// With `--hand-to`: whether the command was given the token.
    pub(super) handed_over: Option<Result<bool, Failure>>,
}

pub(super) enum Outcome {
    /// The token works.
    Done(RefreshOutcome),
    Failed(Failure),
    /// Not tried, for a reason that many accounts share.
    Skipped(Failure),
}

document! {
    /// The outcome in JSON.
    #[serde(rename_all = "snake_case")]
    pub(super) enum RowOutcome {
        Renewed,
        NotDue,
        TooYoung,
        Failed,
    }
}

impl RefreshRow {
    pub(super) fn new(account: impl Into<AnyAccount>, outcome: Outcome) -> Self {
        Self {
            account: account.into(),
            outcome,
            handed_over: None,
        }
    }

    pub(super) fn outcome_json(&self) -> RowOutcome {
        match &self.outcome {
            Outcome::Done(RefreshOutcome::Refreshed) => RowOutcome::Renewed,
            Outcome::Done(RefreshOutcome::NotDue(_)) => RowOutcome::NotDue,
            Outcome::Done(RefreshOutcome::TooYoung(_)) => RowOutcome::TooYoung,
            Outcome::Failed(_) | Outcome::Skipped(_) => RowOutcome::Failed,
        }
    }

    /// Returns what went wrong, unless the account was skipped.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match (&self.outcome, &self.handed_over) {
            (Outcome::Failed(failure), _) | (_, Some(Err(failure))) => Some(failure),
            _ => None,
        }
    }

    /// Returns what went wrong or why the account was skipped.
    pub(super) fn problem(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Skipped(reason) => Some(reason),
            _ => self.failure(),
        }
    }
}
