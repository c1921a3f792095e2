//! The exit code of `status --all` depends on the worst account. The indexes find it without a scan: to read 100,000
//! rows takes five times as long as to count them.

use jiff::Timestamp;
use rusqlite::{Row, named_params};

use super::database::Cache;
use super::error::CacheError;
use super::row::{at_second, operation, trouble};
use crate::account::StatusFacts;

/// Selects each kind of trouble and interruption once. Of all other accounts it selects an unknown expiry, the earliest
/// known expiry, and the account that was seen last. Seconds out of range are an unknown expiry. The expression of
/// `seen_at` repeats that of its index. The `+` keeps SQLite from using the other index and sorting all it finds.
const CANDIDATES: &str = "
    WITH healthy AS (
      SELECT expires_at, max(ifnull(verified_at, issued_at), ifnull(issued_at, verified_at)) AS seen_at
        FROM account
       WHERE trouble IS NULL AND NOT EXISTS (SELECT 1 FROM journal WHERE account_id = id))
    SELECT trouble, (SELECT operation FROM journal WHERE account_id = id), NULL, NULL
      FROM account WHERE trouble IS NOT NULL
    UNION
    SELECT (SELECT trouble FROM account WHERE id = account_id), operation, NULL, NULL
      FROM journal
    UNION
    SELECT NULL, NULL, NULL, NULL WHERE EXISTS (
      SELECT 1 FROM healthy
       WHERE expires_at IS NULL OR expires_at < :first OR expires_at > :last)
    UNION
    SELECT NULL, NULL, expires_at, seen_at FROM (
      SELECT * FROM healthy WHERE expires_at BETWEEN :first AND :last ORDER BY expires_at LIMIT 1)
    UNION
    SELECT NULL, NULL, expires_at, seen_at FROM (
      SELECT * FROM healthy WHERE +expires_at BETWEEN :first AND :last ORDER BY seen_at DESC LIMIT 1)";

impl Cache {
    /// Returns the facts of a few accounts, of which one has the worst status. This holds for every rule by which
    /// neither an earlier expiry nor a later sight is better. The number depends on the kinds of trouble only.
    pub(crate) fn worst_candidates(&self) -> Result<Vec<StatusFacts>, CacheError> {
        let mut statement = self.read(self.connection.prepare(CANDIDATES))?;
        let range = named_params! {
            ":first": Timestamp::MIN.as_second(),
            ":last": Timestamp::MAX.as_second(),
        };
        let candidates = statement.query_map(range, facts);
        let mut candidates: Vec<_> = self.read(candidates.and_then(Iterator::collect))?;
        if candidates.iter().any(|facts| facts.interrupted.is_some()) {
            // Few accounts have an entry, and each is looked at: a change that goes on is not bad news.
            candidates.retain(|facts| facts.interrupted.is_none());
            let announced = self.announced()?.into_iter();
            candidates.extend(announced.map(|it| self.without_running_change(it).status_facts()));
        }
        Ok(candidates)
    }
}

fn facts(row: &Row<'_>) -> rusqlite::Result<StatusFacts> {
    let word = |column| row.get::<_, Option<String>>(column);
    Ok(StatusFacts {
        trouble: word(0)?.as_deref().map(trouble),
        interrupted: word(1)?.as_deref().map(operation),
        expires_at: at_second(row.get(2)?),
        seen_at: at_second(row.get(3)?),
    })
}
