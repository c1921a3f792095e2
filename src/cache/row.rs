//! A row as an account: columns by name, text of the past checked as if it were foreign.

use jiff::Timestamp;
use rusqlite::Row;

use crate::account::{Account, Fingerprint, Foreign, Operation, Profile, Scopes, Trouble};

/// Every column of an account, its profile and its open journal entry.
pub(super) const SELECT: &str = "
    SELECT a.id, a.app_scoped_id, a.username, a.alias, a.is_default, a.app, a.store, a.generation,
           a.issued_at, a.expires_at, a.scopes, a.fingerprint, a.connected_at, a.verified_at, a.trouble,
           p.name, p.biography, p.website, p.account_type, p.profile_picture_url,
           p.followers_count, p.follows_count, p.media_count, p.fetched_at, j.operation
    FROM account a
    LEFT JOIN profile p ON p.account_id = a.id
    LEFT JOIN journal j ON j.account_id = a.id";

pub(super) fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let operation: Option<String> = row.get("operation")?;
    Ok(Account {
        id: parsed(row, "id")?,
        app_scoped_id: row.get("app_scoped_id")?,
        username: Foreign::new(row.get::<_, String>("username")?),
        alias: row
            .get::<_, Option<String>>("alias")?
            .and_then(|alias| alias.parse().ok()),
        is_default: row.get("is_default")?,
        app: row.get("app")?,
        store: row.get("store")?,
        generation: row.get("generation")?,
        issued_at: instant(row, "issued_at")?,
        expires_at: instant(row, "expires_at")?,
        scopes: Scopes::parse(&row.get::<_, String>("scopes")?).unwrap_or_default(),
        fingerprint: row
            .get::<_, Option<String>>("fingerprint")?
            .map(Fingerprint::recorded),
        connected_at: instant(row, "connected_at")?.unwrap_or_default(),
        verified_at: instant(row, "verified_at")?,
        trouble: trouble(row)?,
        // An operation of an unknown name is still an operation that has not ended.
        interrupted: operation
            .map(|word| Operation::from_word(&word).unwrap_or(Operation::Refresh)),
        profile: profile(row)?,
    })
}

fn profile(row: &Row<'_>) -> rusqlite::Result<Option<Profile>> {
    let Some(fetched_at) = instant(row, "fetched_at")? else {
        return Ok(None);
    };
    let text =
        |name| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(name)?.map(Foreign::new));
    Ok(Some(Profile {
        name: text("name")?,
        biography: text("biography")?,
        website: text("website")?,
        account_type: text("account_type")?,
        profile_picture_url: text("profile_picture_url")?,
        followers_count: row.get("followers_count")?,
        follows_count: row.get("follows_count")?,
        media_count: row.get("media_count")?,
        fetched_at,
    }))
}

/// A trouble of an unknown name, written by a newer program, is still a trouble.
fn trouble(row: &Row<'_>) -> rusqlite::Result<Option<Trouble>> {
    let word: Option<String> = row.get("trouble")?;
    Ok(word.map(|word| Trouble::from_word(&word).unwrap_or(Trouble::TokenRefused)))
}

pub(super) fn instant(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<Timestamp>> {
    let seconds: Option<i64> = row.get(name)?;
    Ok(seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()))
}

fn parsed<T: std::str::FromStr>(row: &Row<'_>, name: &str) -> rusqlite::Result<T> {
    let text: String = row.get(name)?;
    text.parse()
        .map_err(|_| rusqlite::Error::InvalidColumnName(name.to_owned()))
}
