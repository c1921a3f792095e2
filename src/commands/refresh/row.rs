//! What became of one account: small, for there may be very many.

use std::borrow::Cow;
use std::rc::Rc;

use crate::failure::Failure;
use crate::flows::RefreshOutcome;
use crate::session::any_account::AnyAccount;

pub(super) struct Row {
    pub(super) outcome: Outcome,
    /// With --hand-to, whether the command was given the token.
    pub(super) handed_over: Option<Result<bool, Box<Failure>>>,
}

pub(super) enum Outcome {
    /// It has a living token.
    Done(RefreshOutcome),
    /// It was tried, and what went wrong.
    Failed(Box<Failure>),
    /// Nobody was asked about it, for a reason that concerns many: it names none of them.
    NotTried(Rc<Failure>),
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

impl From<Result<RefreshOutcome, Failure>> for Row {
    fn from(outcome: Result<RefreshOutcome, Failure>) -> Self {
        outcome
            .map_or_else(|failure| Outcome::Failed(failure.into()), Outcome::Done)
            .into()
    }
}

impl From<Outcome> for Row {
    fn from(outcome: Outcome) -> Self {
        let handed_over = None;
        Self {
            outcome,
            handed_over,
        }
    }
}

impl Row {
    pub(super) fn result(&self) -> RowOutcome {
        match &self.outcome {
            Outcome::Done(RefreshOutcome::Renewed) => RowOutcome::Renewed,
            Outcome::Done(RefreshOutcome::NotDue(_)) => RowOutcome::NotDue,
            Outcome::Done(RefreshOutcome::TooYoung(_)) => RowOutcome::TooYoung,
            Outcome::Failed(_) | Outcome::NotTried(_) => RowOutcome::Failed,
        }
    }

    /// What went wrong, if it was tried and anything did.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match (&self.outcome, &self.handed_over) {
            (Outcome::Failed(failure), _) | (_, Some(Err(failure))) => Some(failure),
            _ => None,
        }
    }

    /// What went wrong, or why it was not tried: then it names no account.
    pub(super) fn went_wrong(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::NotTried(why) => Some(why),
            _ => self.failure(),
        }
    }

    /// As [`Self::went_wrong`], about this account in every case.
    pub(super) fn problem(&self, subject: &AnyAccount) -> Option<Cow<'_, Failure>> {
        match &self.outcome {
            Outcome::NotTried(why) => {
                let failure = Failure::clone(why).about(&subject.title());
                Some(Cow::Owned(failure))
            }
            _ => self.failure().map(Cow::Borrowed),
        }
    }
}
