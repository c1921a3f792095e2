//! The two places of an account's token, so that a new one is written beside the old, never over it.

use crate::account::AccountId;

/// The two places of an account's token. A renewed token goes to the one that is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(super) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    pub(super) fn name(self, id: &AccountId) -> String {
        match self {
            Self::A => format!("acct/{id}/a"),
            Self::B => format!("acct/{id}/b"),
        }
    }

    /// Whose token the entry of this name is; `None` for a name that is no slot's.
    pub(super) fn owner(name: &str) -> Option<AccountId> {
        let (id, slot) = name.strip_prefix("acct/")?.split_once('/')?;
        id.parse().ok().filter(|_| matches!(slot, "a" | "b"))
    }
}
