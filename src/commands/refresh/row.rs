//! What became of one account.

use std::borrow::Cow;
use std::rc::Rc;

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
    Failed(Box<Failure>),
    /// Not tried, for a reason that many accounts share and that names none of them.
    Skipped(Rc<Failure>),
}

document! {
    /// The outcome in JSON.
    #[derive(Debug, Clone, Copy)]
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

    pub(super) fn failed(account: impl Into<AnyAccount>, failure: Failure) -> Self {
        Self::new(account, Outcome::Failed(failure.into()))
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
            (Outcome::Failed(failure), _) => Some(failure),
            (_, Some(Err(failure))) => Some(failure),
            _ => None,
        }
    }

    /// Returns what went wrong or why the account was skipped, with the account's name.
    pub(super) fn problem(&self) -> Option<Cow<'_, Failure>> {
        match &self.outcome {
            Outcome::Skipped(reason) => {
                let failure = Failure::clone(reason).about(&self.account.title());
                Some(Cow::Owned(failure))
            }
            _ => self.failure().map(Cow::Borrowed),
        }
    }
}
