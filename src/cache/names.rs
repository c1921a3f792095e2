//! Names of accounts for completion: a few at a time, from the indexes.

use rusqlite::params;

use super::database::Cache;
use super::error::CacheError;

/// A name of an account. The texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    Alias {
        alias: String,
        username: String,
    },
    /// A username without its `@`.
    Username {
        username: String,
        id: String,
        /// Another account has it as its alias or username.
        ambiguous: bool,
    },
    Id {
        id: String,
        username: String,
    },
}

/// Sorts after every character.
const LAST: char = '\u{10ffff}';

impl Cache {
    /// Returns the names that begin with `start`, at most `limit` of each kind. Ids only if `start` is digits.
    pub(crate) fn names(&self, start: &str, limit: u32) -> Result<Vec<Name>, CacheError> {
        let ids = !start.is_empty() && start.bytes().all(|b| b.is_ascii_digit());
        let names = self.aliases(start, limit).and_then(|mut names| {
            names.append(&mut self.usernames(start, limit)?);
            if ids {
                names.append(&mut self.ids(start, limit)?);
            }
            Ok(names)
        });
        self.read(names)
    }

    fn aliases(&self, start: &str, limit: u32) -> rusqlite::Result<Vec<Name>> {
        let sql = "SELECT alias, username FROM account WHERE alias >= ?1 AND alias < ?2 ORDER BY alias LIMIT ?3";
        self.named(sql, start, limit, |row| {
            Ok(Name::Alias {
                alias: row.get("alias")?,
                username: row.get("username")?,
            })
        })
    }

    fn usernames(&self, start: &str, limit: u32) -> rusqlite::Result<Vec<Name>> {
        let sql = "SELECT a.username, a.id, EXISTS (SELECT 1 FROM account b WHERE b.id <> a.id
                       AND (b.alias = a.username OR b.username = a.username)) AS ambiguous
                   FROM account a WHERE a.username >= ?1 AND a.username < ?2 ORDER BY a.username, a.id LIMIT ?3";
        self.named(sql, start, limit, |row| {
            Ok(Name::Username {
                username: row.get("username")?,
                id: row.get("id")?,
                ambiguous: row.get("ambiguous")?,
            })
        })
    }

    fn ids(&self, start: &str, limit: u32) -> rusqlite::Result<Vec<Name>> {
        let sql =
            "SELECT id, username FROM account WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3";
        self.named(sql, start, limit, |row| {
            Ok(Name::Id {
                id: row.get("id")?,
                username: row.get("username")?,
            })
        })
    }

    fn named(
        &self,
        sql: &str,
        start: &str,
        limit: u32,
        name: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<Name>,
    ) -> rusqlite::Result<Vec<Name>> {
        let mut statement = self.connection.prepare(sql)?;
        let names = statement.query_map(params![start, format!("{start}{LAST}"), limit], name)?;
        names.collect()
    }
}
