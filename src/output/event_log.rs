//! The log of `IGCONNECT_LOG`: one JSON object per line, on stderr or appended to a private file.
//!
//! Invariant: only records of igconnect's own modules are written. Libraries log URLs with queries. Our records hold
//! method, host, path, status, ids, codes and times, but never a query, a header or a body.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use log::kv::{self, Key, Value, VisitSource};
use log::{LevelFilter, Log, Metadata, Record};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::{console, json};
use crate::private_files::{PrivateFileError, RotatedFile};

/// About 30,000 lines. The previous file is kept, so there are at most two of this size.
const FILE_MAX_BYTES: u64 = 5 * 1024 * 1024;

/// Why the log cannot be written. It never repeats the value, which may be a secret in the wrong place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    #[error(
        "IGCONNECT_LOG is neither LEVEL nor LEVEL,FILE (levels: error, warn, info, debug, trace); nothing is logged"
    )]
    Form,
    #[error("the file of IGCONNECT_LOG cannot be used, so nothing is logged: {0}")]
    File(#[from] PrivateFileError),
}

/// Starts the log: `LEVEL` writes to stderr, `LEVEL,FILE` to a file. `now` returns the time of each line.
pub(crate) fn start(
    asked: &str,
    now: impl Fn() -> Timestamp + Send + Sync + 'static,
) -> Result<(), LogError> {
    let (level, path) = match asked.split_once(',') {
        Some((_, "")) => return Err(LogError::Form),
        Some((level, path)) => (level, Some(Path::new(path))),
        None => (asked, None),
    };
    let level: LevelFilter = level.parse().map_err(|_| LogError::Form)?;
    let file = path.map(|path| RotatedFile::open(path, FILE_MAX_BYTES));
    let log = EventLog {
        file: file.transpose()?.map(Mutex::new),
        now: Box::new(now),
    };
    // Only a test could start it twice; the second start changes nothing.
    if log::set_boxed_logger(Box::new(log)).is_ok() {
        log::set_max_level(level);
    }
    Ok(())
}

struct EventLog {
    file: Option<Mutex<RotatedFile>>,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Log for EventLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata.target())
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut line = Vec::new();
        let at = (self.now)();
        if json::write(&LogLine { record, at }, &mut line).is_err() {
            // A line that cannot be written is lost, but the command continues.
            return;
        }
        line.push(b'\n');
        // In one write, so that lines of several processes do not mix.
        match &self.file {
            None => console::log_line(&line),
            Some(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = file.append(&line);
            }
        }
    }

    fn flush(&self) {}
}

/// Returns whether a record is from a module of igconnect. By default its target is its module.
fn is_ours(target: &str) -> bool {
    let rest = target.strip_prefix(env!("CARGO_CRATE_NAME"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

struct LogLine<'r> {
    record: &'r Record<'r>,
    at: Timestamp,
}

impl Serialize for LogLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &format!("{:.3}", self.at))?;
        map.serialize_entry("process", &std::process::id())?;
        let level = self.record.level().as_str().to_lowercase();
        map.serialize_entry("level", &level)?;
        map.serialize_entry("event", &self.record.args().to_string())?;
        let visited = self.record.key_values().visit(&mut Fields(&mut map));
        visited.map_err(S::Error::custom)?;
        map.end()
    }
}

struct Fields<'m, M>(&'m mut M);

impl<'kvs, M: SerializeMap> VisitSource<'kvs> for Fields<'_, M> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let written = match (value.to_u64(), value.to_borrowed_str()) {
            (Some(number), _) => self.0.serialize_entry(key.as_str(), &number),
            (None, Some(text)) => self.0.serialize_entry(key.as_str(), text),
            (None, None) => self.0.serialize_entry(key.as_str(), &value.to_string()),
        };
        written.map_err(|_| kv::Error::msg("a field that cannot be written"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_library_is_ours() {
        for target in ["igconnect", "igconnect::http"] {
            assert!(is_ours(target), "{target}");
        }
        for target in [
            "",
            "reqwest::connect",
            "rustls",
            "igconnect_other",
            "hyper::igconnect",
        ] {
            assert!(!is_ours(target), "{target}");
        }
    }

    #[test]
    fn a_line_is_one_object_whatever_a_field_says() {
        let record = Record::builder();
        let fields = [("path", "/me\n\u{202e}\u{1b}[31m\"}"), ("account", "17")];
        let mut record = record;
        let record = record.key_values(&fields).build();
        let at = Timestamp::from_millisecond(1_500).unwrap();
        let mut line = Vec::new();
        json::write(
            &LogLine {
                record: &record,
                at,
            },
            &mut line,
        )
        .unwrap();
        let text = String::from_utf8(line).unwrap();
        assert!(!text.chars().any(crate::account::deceives), "{text:?}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["time"], "1970-01-01T00:00:01.500Z");
        assert_eq!(
            (&line["level"], &line["account"]),
            (&"info".into(), &"17".into())
        );
    }
}
