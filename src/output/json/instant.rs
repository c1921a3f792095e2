//! Instants in JSON.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Serialize, Serializer};

/// An instant, written as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant(pub(crate) Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // As jiff does it, but in one piece: lists hold hundreds of thousands, and serde escapes each piece on its own.
        const PRINTER: DateTimePrinter = DateTimePrinter::new();
        serializer.serialize_str(&PRINTER.timestamp_to_string(&self.0))
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
