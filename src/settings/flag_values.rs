//! Values of flags that several commands take.

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Parses `7d`, `36h`, `90m`, `1h 30m`.
pub(crate) fn parse_duration(text: &str) -> Result<SignedDuration, &'static str> {
    let wrong = "use a number and a unit, such as 7d, 36h or 90m";
    let span: Span = text.parse().map_err(|_| wrong)?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong)?;
    if duration.is_negative() {
        Err("a duration cannot be negative")
    } else {
        Ok(duration)
    }
}

pub(crate) fn parse_port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "a port is a number from 0 to 65535")
}
