//! Thins out old events, so that a history of years stays small. Each writer of an event does it in its transaction.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::account::AccountId;

/// The newest events of an account that are all kept: three months of a daily refresh.
const KEPT_WHOLE: u32 = 100;

/// Of older events with the same kind and cause, the last of each day is kept for this long.
const DAILY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Then the last of each week is kept, for at most five years. A daily refresh has at most 350 events.
const WEEKLY: SignedDuration = SignedDuration::from_hours(5 * 365 * 24);

/// Deletes the events of an account that are not kept at `now`.
pub(super) fn thin(
    transaction: &Connection,
    id: &AccountId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let newest_beyond = "SELECT at, sequence FROM history WHERE account_id = ?1
                         ORDER BY at DESC, sequence DESC LIMIT 1 OFFSET ?2";
    let beyond = transaction
        .prepare_cached(newest_beyond)?
        .query_row((id.as_str(), KEPT_WHOLE), |row| {
            Ok((row.get::<_, i64>("at")?, row.get::<_, i64>("sequence")?))
        })
        .optional()?;
    let Some((at, sequence)) = beyond else {
        return Ok(());
    };
    let before = |age: SignedDuration| now.as_second().saturating_sub(age.as_secs());
    transaction
        .prepare_cached(
            "WITH old AS (
                 SELECT sequence, at, kind, cause, CASE WHEN at >= :daily THEN 86400 ELSE 604800 END AS period
                 FROM history WHERE account_id = :id AND (at, sequence) <= (:at, :sequence))
             DELETE FROM history WHERE sequence IN (
                 SELECT sequence FROM old WHERE at < :weekly OR EXISTS (
                     SELECT 1 FROM history AS later
                     WHERE later.account_id = :id AND later.kind = old.kind AND later.cause IS old.cause
                       AND later.at >= old.at AND later.at < (old.at / period + 1) * period
                       AND (later.at > old.at OR later.sequence > old.sequence)))",
        )?
        .execute(named_params! {
            ":id": id.as_str(),
            ":at": at,
            ":sequence": sequence,
            ":daily": before(DAILY),
            ":weekly": before(WEEKLY),
        })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::history::{Event, EventKind, append};
    use super::super::schema;
    use super::*;

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;
    /// A Thursday at midnight, as the epoch was.
    const START: i64 = 2600 * 7 * DAY;

    struct HistoryOfOne(Connection, AccountId);

    impl HistoryOfOne {
        fn new() -> Self {
            let mut connection = Connection::open_in_memory().unwrap();
            schema::prepare(&mut connection, Some(&[])).unwrap();
            let account = "INSERT INTO account (id, username, app, store, connected_at) VALUES (?1, '', '', '', 0)";
            for id in ["1", "2"] {
                connection.execute(account, [id]).unwrap();
            }
            Self(connection, "1".parse().unwrap())
        }

        fn verified(&mut self, at: i64) {
            self.write(Event::new(EventKind::Verified, second(at), None, None));
        }

        fn write(&mut self, event: Event) {
            let transaction = self.0.transaction().unwrap();
            append(&transaction, &self.1, &event).unwrap();
            transaction.commit().unwrap();
        }

        fn times(&self) -> Vec<i64> {
            let sql = "SELECT at FROM history WHERE account_id = '1' ORDER BY at";
            let mut statement = self.0.prepare(sql).unwrap();
            let times = statement.query_map((), |row| row.get(0)).unwrap();
            times.map(Result::unwrap).collect()
        }
    }

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    #[test]
    fn the_newest_hundred_stay_and_of_an_older_day_the_last() {
        let mut history = HistoryOfOne::new();
        for hour in 0..10 * 24 {
            history.verified(START + hour * HOUR);
        }
        let times = history.times();
        let newest: Vec<_> = (140..240).map(|hour| START + hour * HOUR).collect();
        assert_eq!(times[times.len() - 100..], newest);
        // The last hour of each of the five whole days before; the sixth day's is among the newest.
        let older: Vec<_> = (0..5).map(|day| START + day * DAY + 23 * HOUR).collect();
        assert_eq!(times[..times.len() - 100], older);
    }

    #[test]
    fn years_of_daily_events_are_one_a_week_and_then_none() {
        let mut history = HistoryOfOne::new();
        for day in 0..8 * 365 {
            history.verified(START + day * DAY);
        }
        let times = history.times();
        assert!((340..=352).contains(&times.len()), "{}", times.len());
        let now = START + (8 * 365 - 1) * DAY;
        assert!(times[0] >= now - 5 * 365 * DAY);
        let weekly = times.windows(2).filter(|pair| pair[1] - pair[0] == 7 * DAY);
        assert!(weekly.count() > 240);
    }

    #[test]
    fn each_cause_of_a_failure_has_its_own_last_of_the_day() {
        let mut history = HistoryOfOne::new();
        for (hour, cause) in [(1, "network"), (2, "190/460"), (3, "network")] {
            history.write(Event::failed(second(START + hour * HOUR), cause));
        }
        for minute in 0..100 {
            history.verified(START + DAY + minute * 60);
        }
        let two_and_three = [START + 2 * HOUR, START + 3 * HOUR];
        assert_eq!(history.times()[..2], two_and_three);
        assert_eq!(history.times().len(), 102);
    }

    #[test]
    fn the_history_of_others_is_left_alone() {
        let mut history = HistoryOfOne::new();
        let other = "INSERT INTO history (account_id, at, kind) VALUES ('2', 0, 'verified')";
        history.0.execute(other, ()).unwrap();
        for hour in 0..300 {
            history.verified(START + hour * HOUR);
        }
        let sql = "SELECT count(*) FROM history WHERE account_id = '2'";
        let left: i64 = history.0.query_row(sql, (), |row| row.get(0)).unwrap();
        assert_eq!(left, 1);
    }
}
