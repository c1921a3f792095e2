//! The time zone of the person.

use std::path::Path;
use std::sync::OnceLock;

use jiff::tz::TimeZone;

const DATABASE: &str = "/usr/share/zoneinfo";

/// Returns the time zone of the system, or that of the variable TZ.
pub(crate) fn time_zone() -> TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(|| read().unwrap_or_else(TimeZone::system))
        .clone()
}

/// Reads the one file that the C library would read. jiff first walks through the whole time zone database, which takes
/// longer than everything else that `status` does.
fn read() -> Option<TimeZone> {
    #[expect(clippy::disallowed_methods, reason = "words have no settings")]
    let (name, directory) = (std::env::var_os("TZ"), std::env::var_os("TZDIR"));
    let path = match &name {
        None => Path::new("/etc/localtime").to_owned(),
        // A rule such as `CET-1CEST` has no file, so jiff reads it.
        Some(name) => Path::new(DATABASE).join(name),
    };
    let is_named = name.as_ref().is_none_or(|name| !name.is_empty());
    // Windows has no such files; its zones are part of the program.
    if cfg!(windows) || directory.is_some() || !is_named {
        return None;
    }
    TimeZone::tzif("", &std::fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_rules_on_every_system() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let summer: jiff::Timestamp = "2026-07-01T12:00:00Z".parse().unwrap();
        assert_eq!(zone.to_offset(summer), jiff::tz::offset(-4));
    }
}
