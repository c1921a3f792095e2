//! Logins that `login --begin` started and `login --finish` ends. Each is found by the digest of its state, can be used
//! once, and expires after an hour.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::database::Cache;
use super::error::CacheError;

/// A login to be finished. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLogin {
    pub state_digest: String,
    pub app: String,
    pub redirect_uri: String,
    /// The requested scopes, separated by commas.
    pub scopes: String,
    pub alias: Option<String>,
    /// The account that has to log in.
    pub expect: Option<String>,
    /// Instagram's codes expire at the same time.
    pub expires_at: Timestamp,
}

/// More logins at once are a loop that begins them by mistake. The oldest ones make way.
const PENDING_MAX: i64 = 100;

impl Cache {
    /// Keeps a login, and deletes those that expired and those beyond [`PENDING_MAX`].
    pub(crate) fn keep_pending(
        &self,
        login: &PendingLogin,
        now: Timestamp,
    ) -> Result<(), CacheError> {
        let expired = "DELETE FROM pending_login WHERE expires_at <= ?1";
        let surplus = "DELETE FROM pending_login WHERE state_digest NOT IN
                       (SELECT state_digest FROM pending_login ORDER BY expires_at DESC LIMIT ?1)";
        let sql = "INSERT INTO pending_login (state_digest, app, redirect_uri, scopes, alias, expect, expires_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let row = params![
            login.state_digest,
            login.app,
            login.redirect_uri,
            login.scopes,
            login.alias,
            login.expect,
            login.expires_at.as_second()
        ];
        self.transaction(|transaction| {
            transaction.execute(expired, [now.as_second()])?;
            transaction.execute(sql, row)?;
            transaction.execute(surplus, [PENDING_MAX]).map(drop)
        })
    }

    /// Returns the logins that have not expired, oldest first.
    pub(crate) fn pending(&self, now: Timestamp) -> Result<Vec<PendingLogin>, CacheError> {
        let sql = "SELECT state_digest, app, redirect_uri, scopes, alias, expect, expires_at
                   FROM pending_login WHERE expires_at > ?1 ORDER BY expires_at";
        self.query(sql, [now.as_second()], pending)
    }

    /// Removes a login that is being finished. Returns whether it was there.
    pub(crate) fn take_pending(&self, state_digest: &str) -> Result<bool, CacheError> {
        let sql = "DELETE FROM pending_login WHERE state_digest = ?1";
        // Of two processes that finish the same login, one deletes the row.
        Ok(self.execute(sql, [state_digest])? == 1)
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
