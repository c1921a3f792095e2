//! How long a login takes without the person: its own log says when it began, when the callback came and when it ended.

use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;

use crate::measure::program_path;

/// A handful: each is a process, a listener and three requests.
const LOGINS: usize = 21;

/// The medians, in milliseconds, of logins in the sandbox, whose person agrees at once.
pub fn all(folder: &Path) {
    let times: Vec<[i64; 2]> = (0..LOGINS).map(|number| one(folder, number)).collect();
    let median = |part: usize| {
        let mut part: Vec<i64> = times.iter().map(|times| times[part]).collect();
        part.sort_unstable();
        part[part.len() / 2]
    };
    println!(
        "\nA login in the sandbox, median of {LOGINS}, by the clock on the wall: {} ms until the callback has come (the \
         played person included), {} ms from there to the card.",
        median(0),
        median(1)
    );
}

fn one(folder: &Path, number: usize) -> [i64; 2] {
    let mut login = Command::new(program_path());
    login.args(["--sandbox", "login", "--port", "0", "--quiet"]);
    login.env_clear().env("HOME", folder);
    login.env("IGCONNECT_DATA_DIR", folder.join(format!("login-{number}")));
    login
        .env("IGCONNECT_STORE", "file")
        .env("IGCONNECT_LOG", "debug");
    let ended = login.stdin(Stdio::null()).output().expect("a login");
    let log = String::from_utf8(ended.stderr).expect("a log");
    let at = |event: &str| {
        let line = log.lines().find(|line| line.contains(event));
        let line = line.unwrap_or_else(|| panic!("no {event} in {log}"));
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let time: Timestamp = line["time"]
            .as_str()
            .expect("a time")
            .parse()
            .expect("a time");
        time.as_millisecond()
    };
    let [begun, called, ended] = [
        r#""event":"begin""#,
        r#""verdict":"accepted""#,
        r#""event":"end""#,
    ]
    .map(at);
    [called - begun, ended - called]
}
