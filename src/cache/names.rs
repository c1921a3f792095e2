//! Names of accounts for completion: a few at a time, from the indexes.

use rusqlite::params;

use super::database::Cache;
use super::error::CacheError;

/// The names of an account. The texts are untrusted.
#[derive(Debug)]
pub(crate) struct AccountNames {
    pub id: String,
    /// Without its `@`.
    pub username: String,
    pub alias: Option<String>,
    /// Another account has the username as its alias or username.
    pub is_ambiguous: bool,
}

/// What an account is found by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Alias,
    Username,
    Id,
}

/// Sorts after every character.
const LAST: char = '\u{10ffff}';

impl Cache {
    /// Returns the accounts with a name that begins with `start`, in its order, at most `limit` of them.
    pub(crate) fn names(
        &self,
        name: Name,
        start: &str,
        limit: u32,
    ) -> Result<Vec<AccountNames>, CacheError> {
        let column = match name {
            Name::Alias => "alias",
            Name::Username => "username",
            Name::Id => "id",
        };
        // A range and not LIKE, for which the `_` of many names is any character.
        let sql = format!(
            "SELECT id, username, alias, EXISTS (SELECT 1 FROM account b WHERE b.id <> a.id
                 AND (b.alias = a.username OR b.username = a.username)) AS is_ambiguous
             FROM account a WHERE {column} >= ?1 AND {column} < ?2 ORDER BY {column}, id LIMIT ?3"
        );
        self.query(
            &sql,
            params![start, format!("{start}{LAST}"), limit],
            |row| {
                Ok(AccountNames {
                    id: row.get("id")?,
                    username: row.get("username")?,
                    alias: row.get("alias")?,
                    is_ambiguous: row.get("is_ambiguous")?,
                })
            },
        )
    }
}
