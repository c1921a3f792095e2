//! Arrival: an account that came with a token is checked against what was expected, and kept.

use super::custody::{self, Held};
use super::{FlowError, Parts};
use crate::account::{AccountId, Alias, Foreign, Grant, Selector};
use crate::cache::{Arrival, CacheError};
use crate::instagram::Me;
use crate::vault::{Entry, Vault};

/// Who is welcome, and under which names it is kept.
#[derive(Debug)]
pub struct Welcome<'a> {
    /// The app's name.
    pub app: &'a str,
    /// The alias to give.
    pub alias: Option<&'a Alias>,
    /// The only account that is welcome.
    pub expect: Option<&'a Selector>,
}

/// Whether the account that came is the one that was expected; if not, nothing is stored.
pub(super) fn check_expected(welcome: &Welcome<'_>, me: &Me) -> Result<(), FlowError> {
    let is_welcome = match welcome.expect {
        None => true,
        Some(Selector::Id(id)) => *id == me.id,
        Some(Selector::Username(name) | Selector::Name(name)) => {
            name.eq_ignore_ascii_case(&me.username)
        }
    };
    match welcome.expect {
        Some(expected) if !is_welcome => Err(FlowError::AnotherAccount {
            expected: expected.clone(),
            found: Foreign::new(me.username.as_str()),
            found_id: me.id.clone(),
        }),
        _ => Ok(()),
    }
}

/// Puts the token beside what was there, and records it. Returns the word of the store that the account was in before,
/// if that is another one: see [`vacate`].
pub(super) async fn store(
    parts: &Parts<'_>,
    welcome: &Welcome<'_>,
    me: &Me,
    grant: Grant,
) -> Result<Option<String>, FlowError> {
    let (_lock, known) = parts.lock(&me.id).await?;
    let is_new = known.is_none();
    let held = parts
        .vault
        .newest(&me.id)?
        .map(|(slot, entry)| Held { slot, entry });
    let in_cache = known.as_ref().map_or(0, |account| account.generation);
    let in_store = held.as_ref().map_or(0, |held| held.entry.generation);
    let entry = Entry {
        id: me.id.clone(),
        app: welcome.app.to_owned(),
        username: me.username.clone(),
        generation: in_cache.max(in_store) + 1,
        grant,
        written: parts.written(),
    };
    let arrival = Arrival {
        id: &me.id,
        app_scoped_id: me.app_scoped_id.as_deref(),
        username: &me.username,
        alias: welcome.alias,
        app: welcome.app,
        store: parts.vault.kind().word(),
        connected_at: parts.later(),
        generation: entry.generation,
    };
    parts
        .cache
        .begin_login(&arrival)
        .map_err(|error| match error {
            CacheError::AliasTaken => FlowError::AliasTaken {
                found: Foreign::new(me.username.as_str()),
                found_id: me.id.clone(),
            },
            other => other.into(),
        })?;
    let stored = match custody::put(parts, held.as_ref(), entry) {
        Ok(stored) => stored,
        Err(error) => {
            // A first login of which nothing was stored leaves nothing behind.
            if is_new && matches!(parts.vault.newest(&me.id), Ok(None)) {
                let _ = parts.cache.forget(&me.id);
                return Err(error);
            }
            return Err(custody::learn(parts, &me.id, error));
        }
    };
    custody::record_login(parts, &arrival, &stored.entry, me)?;
    // The old token is only a leftover now; the next change deletes it if this does not.
    let _ = parts.vault.keep_only(&me.id, stored.slot);
    let former = known.map(|account| account.store);
    Ok(former.filter(|word| word != parts.vault.kind().word()))
}

/// Empties the store that an account was in before a login moved it to another. Only once the new token is recorded:
/// whatever ends this, the account keeps a token that works.
pub async fn vacate(parts: &Parts<'_>, former: &Vault, id: &AccountId) -> Result<(), FlowError> {
    let (_lock, account) = parts.lock(id).await?;
    // It may have come back in the meantime.
    if account.is_none_or(|account| account.store != former.kind().word()) {
        let _claim = super::claim(former, id).await?;
        former.forget(id)?;
    }
    Ok(())
}
