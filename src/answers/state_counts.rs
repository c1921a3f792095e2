//! How many accounts are in each state, and the sentence about it.

use crate::account::State;
use crate::output::words;

/// The states, the worst first.
const WORST_FIRST: [State; 6] = [
    State::NeedsLogin,
    State::Expired,
    State::Unknown,
    State::Unverified,
    State::Expiring,
    State::Connected,
];

/// In the order of [`WORST_FIRST`].
pub(super) type PerState<T> = [T; WORST_FIRST.len()];

#[derive(Debug, Default)]
pub(crate) struct StateCounts(PerState<usize>);

impl StateCounts {
    pub(crate) fn add(&mut self, state: State) {
        if let Some(count) = self.0.get_mut(rank(state)) {
            *count += 1;
        }
    }

    pub(crate) fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// Returns the worst state of any account.
    pub(crate) fn worst(&self) -> Option<State> {
        self.present().next().map(|(state, _)| state)
    }

    /// `4 accounts`.
    pub(crate) fn accounts(&self) -> String {
        words::counted(self.total(), "account")
    }

    /// `2 connected`, `1 expiring`, `1 needs a new login`.
    pub(crate) fn states(&self) -> Vec<String> {
        let parts = self.present().map(|(state, count)| {
            let number = words::number(count);
            match (state, count) {
                (State::NeedsLogin, 1) => format!("{number} needs a new login"),
                (State::NeedsLogin, _) => format!("{number} need a new login"),
                _ => format!("{number} {state}"),
            }
        });
        let mut parts: Vec<_> = parts.collect();
        parts.reverse();
        parts
    }

    fn present(&self) -> impl Iterator<Item = (State, usize)> {
        let counted = WORST_FIRST.into_iter().zip(self.0);
        counted.filter(|(_, count)| *count > 0)
    }
}

/// 0 is the worst.
pub(super) fn rank(state: State) -> usize {
    WORST_FIRST.iter().position(|it| *it == state).unwrap_or(0)
}
