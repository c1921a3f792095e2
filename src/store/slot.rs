//! The two slots of an account's token: a new token is written beside the old one, never over it.

use crate::account::AccountId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    A,
    B,
}

impl Slot {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(crate) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    pub(super) fn entry_name(self, id: &AccountId) -> String {
        match self {
            Self::A => format!("acct/{id}/a"),
            Self::B => format!("acct/{id}/b"),
        }
    }

    /// Returns the account of an entry with this name; `None` if the name is not that of a slot.
    pub(super) fn owner(entry_name: &str) -> Option<AccountId> {
        let (id, slot) = entry_name.strip_prefix("acct/")?.split_once('/')?;
        id.parse().ok().filter(|_| matches!(slot, "a" | "b"))
    }
}
