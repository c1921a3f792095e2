//! Connect: a code becomes a short token, a long one, an account with a name, an entry in the store, a row in the cache.

use super::custody::{self, Held};
use super::{FlowError, Parts};
use crate::account::{Account, Alias, AppSecret, AuthorizationCode, Foreign, Scopes, Selector};
use crate::cache::{Arrival, CacheError, Event, EventKind};
use crate::instagram::{Client, Instagram, Me};
use crate::settings::App;
use crate::vault::Entry;

/// Where a login is, for whoever wants to tell a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The code is being exchanged.
    Exchanging,
    /// The short-lived token is being exchanged for one of 60 days.
    Extending,
    /// Instagram is asked who this is.
    Asking,
    /// The token is being stored.
    Storing,
}

/// What a login is to be.
#[derive(Debug)]
pub struct Login<'a> {
    /// The app.
    pub app: &'a App,
    /// Its secret.
    pub secret: &'a AppSecret,
    /// The redirect URI as the consent page was given it.
    pub redirect_uri: &'a str,
    /// The permissions that were asked for.
    pub scopes: &'a Scopes,
    /// The alias to give.
    pub alias: Option<&'a Alias>,
    /// The only account that is welcome.
    pub expect: Option<&'a Selector>,
}

/// A finished login.
#[derive(Debug)]
pub struct Connected {
    /// The account as it is now cached.
    pub account: Account,
    /// Permissions that were asked for and not granted.
    pub missing: Vec<String>,
}

/// Carries a code all the way to a stored account.
pub async fn connect(
    parts: &mut Parts<'_>,
    instagram: &Instagram,
    login: &Login<'_>,
    code: AuthorizationCode,
    mut tell: impl FnMut(Step),
) -> Result<Connected, FlowError> {
    let client = Client {
        id: login.app.id.as_str(),
        redirect_uri: login.redirect_uri,
    };
    tell(Step::Exchanging);
    let short = instagram.exchange(client, login.secret, code).await?;
    tell(Step::Extending);
    let long = instagram.extend(login.secret, &short.token).await?;
    drop(short.token);
    let grant = custody::grant(long, short.scopes, parts.later());
    tell(Step::Asking);
    let me = instagram.me(&grant.token, parts.later()).await?;
    check_expected(login, &me)?;
    tell(Step::Storing);
    let missing = login.scopes.missing_from(&grant.scopes);
    store(parts, login, &me, grant).await?;
    Ok(Connected {
        account: parts.account(&me.id)?,
        missing,
    })
}

fn check_expected(login: &Login<'_>, me: &Me) -> Result<(), FlowError> {
    let welcome = match login.expect {
        None => true,
        Some(Selector::Id(id)) => *id == me.id,
        Some(Selector::Username(name) | Selector::Name(name)) => {
            name.eq_ignore_ascii_case(&me.username)
        }
    };
    match login.expect {
        Some(expected) if !welcome => Err(FlowError::AnotherAccount {
            expected: expected.clone(),
            found: Foreign::new(me.username.as_str()),
            found_id: me.id.clone(),
        }),
        _ => Ok(()),
    }
}

async fn store(
    parts: &mut Parts<'_>,
    login: &Login<'_>,
    me: &Me,
    grant: crate::account::Grant,
) -> Result<(), FlowError> {
    let (_lock, known) = parts.lock(&me.id).await?;
    let held = parts
        .vault
        .newest(&me.id)?
        .map(|(slot, entry)| Held { slot, entry });
    let in_cache = known.map_or(0, |account| account.generation);
    let in_store = held.as_ref().map_or(0, |held| held.entry.generation);
    let entry = Entry {
        id: me.id.clone(),
        app: login.app.name.clone(),
        username: me.username.clone(),
        generation: in_cache.max(in_store) + 1,
        grant,
    };
    let arrival = Arrival {
        id: &me.id,
        app_scoped_id: me.app_scoped_id.as_deref(),
        username: &me.username,
        alias: login.alias,
        app: &login.app.name,
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
    let stored = custody::put(parts, held.as_ref(), entry)?;
    let ends = stored.entry.grant.expires_at;
    let event = Event::new(EventKind::Connected, parts.later(), ends, Some(&me.profile));
    custody::record(parts, &stored.entry, Some(me), &event)?;
    // The old token is only a leftover now; the next change deletes it if this does not.
    let _ = parts.vault.keep_only(&me.id, stored.slot);
    Ok(())
}
