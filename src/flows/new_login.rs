//! Arrival: an account that came with a token is checked against what was expected, and kept.

use super::learn::learn;
use super::token_storage::{self, StoredToken};
use super::{FlowContext, FlowError, other_store};
use crate::account::{Alias, Grant, Selector, StoreKind, Untrusted};
use crate::cache::{Arrival, CacheError};
use crate::instagram::Me;
use crate::store::TokenEntry;

/// Who is welcome, and under which names it is kept.
#[derive(Debug)]
pub(crate) struct LoginOptions<'a> {
    /// The app's name.
    pub app: &'a str,
    /// The alias to give.
    pub alias: Option<&'a Alias>,
    /// The only account that is welcome.
    pub expect: Option<&'a Selector>,
}

/// Whether the account that came is the one that was expected; if not, nothing is stored.
pub(super) fn check_expected(welcome: &LoginOptions<'_>, me: &Me) -> Result<(), FlowError> {
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
            found: Untrusted::new(me.username.as_str()),
            found_id: me.id.clone(),
        }),
        _ => Ok(()),
    }
}

/// Puts the token beside what was there, and records it. Where the account was in another store, that is emptied then;
/// returns its word if it is not yet: whoever changes the account next empties it.
pub(super) async fn store(
    parts: &FlowContext<'_>,
    welcome: &LoginOptions<'_>,
    me: &Me,
    grant: Grant,
) -> Result<Option<StoreKind>, FlowError> {
    let (_lock, known) = parts.lock(&me.id).await?;
    let is_new = known.is_none();
    let kind = parts.store().kind();
    if let Some(other) = parts.cache.other_store(&me.id)?
        && other != *kind
    {
        // A third store would have no place to be named in.
        let emptied = other_store::empty(parts, &me.id);
        if known.as_ref().is_some_and(|known| known.store != *kind) {
            emptied?;
        }
    }
    let held = parts
        .store()
        .load_newest(&me.id)?
        .map(|(slot, entry)| StoredToken { slot, entry });
    let in_cache = known.map_or(0, |account| account.generation);
    let in_store = held.as_ref().map_or(0, |held| held.entry.generation);
    let entry = TokenEntry {
        id: me.id.clone(),
        app: welcome.app.to_owned(),
        username: me.username.clone(),
        generation: in_cache.max(in_store) + 1,
        grant,
        written: parts.written(),
    };
    let new_login = Arrival {
        id: &me.id,
        app_scoped_id: me.app_scoped_id.as_deref(),
        username: &me.username,
        alias: welcome.alias,
        app: welcome.app,
        store: kind,
        connected_at: parts.now(),
        generation: entry.generation,
    };
    parts
        .cache
        .begin_login(&new_login)
        .map_err(|error| match error {
            CacheError::AliasTaken => FlowError::AliasTaken {
                found: Untrusted::new(me.username.as_str()),
                found_id: me.id.clone(),
            },
            other => other.into(),
        })?;
    let stored = match token_storage::put(parts, held.as_ref(), entry) {
        Ok(stored) => stored,
        Err(error) => {
            // A first login of which nothing was stored leaves nothing behind.
            if is_new && matches!(parts.store().load_newest(&me.id), Ok(None)) {
                let _ = parts.cache.forget(&me.id);
                return Err(error);
            }
            return Err(learn(parts, &me.id, error));
        }
    };
    token_storage::record_login(parts, &new_login, &stored.entry, me)?;
    // The old token is only a leftover now; the next change deletes it if this does not.
    let _ = parts.store().delete_other_slot(&me.id, stored.slot);
    let _ = other_store::empty(parts, &me.id);
    Ok(parts.cache.other_store(&me.id)?)
}
