//! Instants in JSON: RFC 3339 in UTC.

use jiff::{Timestamp, tz::Offset};
use serde::Serialize;

/// An instant as RFC 3339 in UTC. Lists hold millions of them, so the usual ones, to the second, are written digit by
/// digit instead of through the machinery of formatting.
#[derive(Debug)]
pub(crate) struct Instant(pub Timestamp);

impl Instant {
    /// The instant, if it is to the second and of our era.
    fn usual(&self) -> Option<[u8; 20]> {
        let time = Offset::UTC.to_datetime(self.0);
        if time.subsec_nanosecond() != 0 || !(0..=9999).contains(&time.year()) {
            return None;
        }
        let mut text = *b"0000-00-00T00:00:00Z";
        let year = time.year().unsigned_abs();
        let two = |part: i8| u16::from(part.unsigned_abs());
        let parts = [
            (0, year / 100),
            (2, year % 100),
            (5, two(time.month())),
            (8, two(time.day())),
            (11, two(time.hour())),
            (14, two(time.minute())),
            (17, two(time.second())),
        ];
        for (at, number) in parts {
            if let Some([tens, ones]) = text.get_mut(at..at + 2) {
                *tens += (number / 10) as u8;
                *ones += (number % 10) as u8;
            }
        }
        Some(text)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let usual = self.usual();
        match usual.as_ref().map(|text| std::str::from_utf8(text)) {
            Some(Ok(text)) => serializer.serialize_str(text),
            _ => serializer.collect_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_its_own_type_would() {
        let seconds = [
            0,
            1,
            -1,
            951_782_400,
            1_790_000_000,
            4_102_444_799,
            -62_135_596_800,
            253_402_207_200,
        ];
        let whole = seconds.map(|s| Timestamp::from_second(s).unwrap());
        let odd = [
            Timestamp::MIN,
            Timestamp::MAX,
            Timestamp::from_millisecond(1_500).unwrap(),
        ];
        for at in whole.into_iter().chain(odd) {
            let written = serde_json::to_string(&Instant(at)).unwrap();
            assert_eq!(written, format!("\"{at}\""));
        }
    }
}
