//! Logins that were begun and are to be finished by another call: known by the digest of their state, each good once,
//! gone after an hour.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Cache, CacheError};

/// A login that waits to be finished. It holds neither the state nor anything else that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLogin {
    /// The digest of its state.
    pub state_digest: String,
    /// The app's name.
    pub app: String,
    /// The redirect URI as Instagram was told it.
    pub redirect_uri: String,
    /// The scopes that were asked for, with commas.
    pub scopes: String,
    /// The alias to give.
    pub alias: Option<String>,
    /// The only account that is welcome.
    pub expect: Option<String>,
    /// When it is over; Instagram's codes live as long.
    pub expires_at: Timestamp,
}

impl Cache {
    /// Keeps a login that was begun; those that are over go.
    pub fn keep_pending(&self, login: &PendingLogin, now: Timestamp) -> Result<(), CacheError> {
        self.transaction(|transaction| {
            transaction.execute("DELETE FROM pending_login WHERE expires_at <= ?1", [now.as_second()])?;
            transaction.execute(
                "INSERT INTO pending_login (state_digest, app, redirect_uri, scopes, alias, expect, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    login.state_digest,
                    login.app,
                    login.redirect_uri,
                    login.scopes,
                    login.alias,
                    login.expect,
                    login.expires_at.as_second()
                ],
            )?;
            Ok(())
        })
    }

    /// The logins that can still be finished, oldest first.
    pub fn pending(&self, now: Timestamp) -> Result<Vec<PendingLogin>, CacheError> {
        let sql = "SELECT state_digest, app, redirect_uri, scopes, alias, expect, expires_at
                   FROM pending_login WHERE expires_at > ?1 ORDER BY expires_at";
        let mut statement = self.read(self.connection.prepare(sql))?;
        let rows = statement.query_map([now.as_second()], pending);
        self.read(rows.and_then(Iterator::collect))
    }

    /// Takes a login out, since it is being finished; whether it was still there.
    pub fn take_pending(&self, state_digest: &str) -> Result<bool, CacheError> {
        let sql = "DELETE FROM pending_login WHERE state_digest = ?1";
        Ok(self.transaction(|transaction| transaction.execute(sql, [state_digest]))? == 1)
    }
}

fn pending(row: &Row<'_>) -> rusqlite::Result<PendingLogin> {
    Ok(PendingLogin {
        state_digest: row.get("state_digest")?,
        app: row.get("app")?,
        redirect_uri: row.get("redirect_uri")?,
        scopes: row.get("scopes")?,
        alias: row.get("alias")?,
        expect: row.get("expect")?,
        expires_at: super::row::at_second(row.get("expires_at")?).unwrap_or(Timestamp::MIN),
    })
}
