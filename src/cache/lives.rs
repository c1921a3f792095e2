//! The worst of all accounts, found by the indexes: a check of a million accounts looks at a few of them.

use jiff::Timestamp;
use rusqlite::{Row, named_params};

use super::row::{at_second, operation, trouble};
use super::{Cache, CacheError};
use crate::account::Life;

/// What is wrong or under way, each kind once; of all other accounts an unknown end, the earliest that is known, and the
/// one that was seen last. Seconds that are no instant are an unknown end. The expression of `seen_at` is that of its
/// index; the `+` keeps SQLite from taking the other index and sorting all that it finds.
const DECIDING: &str = "
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
    /// Of all lives those among which the worst is, by any rule for which neither an earlier end nor a later sight is
    /// better (no token is seen alive after its end). Their number is that of the kinds of trouble, not that of the
    /// accounts.
    pub fn deciding_lives(&self) -> Result<Vec<Life>, CacheError> {
        let mut statement = self.read(self.connection.prepare(DECIDING))?;
        let range = named_params! {
            ":first": Timestamp::MIN.as_second(),
            ":last": Timestamp::MAX.as_second(),
        };
        let lives = statement.query_map(range, life);
        self.read(lives.and_then(Iterator::collect))
    }
}

fn life(row: &Row<'_>) -> rusqlite::Result<Life> {
    let word = |column| row.get::<_, Option<String>>(column);
    Ok(Life {
        trouble: word(0)?.as_deref().map(trouble),
        interrupted: word(1)?.as_deref().map(operation),
        expires_at: at_second(row.get(2)?),
        seen_at: at_second(row.get(3)?),
    })
}
