//! One file for each verb: what may be typed after it (the doc comment is the help), what it does, what it answers.
//!
//! Invariant: commands never import each other. What two of them need is a story in `flows/`, or stands in
//! `context`, `everyone`, `rows`, `stores`, `sealing`, `openbao`, `recovery`, `selection`, `scheduling`, `own_command`, `checkup` or
//! `app_setup`.

mod app_setup;
mod checkup;
mod context;
mod everyone;
mod hand_over;
mod live_token;
mod openbao;
mod own_command;
mod recovery;
mod rows;
mod scheduling;
mod sealing;
mod selection;
mod signals;
mod stores;
mod subject;
mod workbench;

pub mod app;
pub mod certificate;
pub mod completions;
pub mod disconnect;
pub mod doctor;
pub mod explain;
pub mod help;
pub mod history;
pub mod list;
pub mod login;
pub mod man;
pub mod refresh;
pub mod run;
pub mod sandbox;
pub mod schedule;
pub mod schema;
pub mod status;
pub mod store;
pub mod token;
pub mod use_account;

pub use context::{Context, Options};

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// A duration as people type it: `7d`, `36h`, `90m`, `1h 30m`.
fn duration(text: &str) -> Result<SignedDuration, &'static str> {
    let wrong = "a duration is a number and a unit, such as 7d, 36h or 90m";
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

/// A port as people type it.
fn port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "a port is a number from 0 to 65535")
}

/// The worst exit code of several, in the order 6, 4, 3, 5, 0; any other comes before these.
fn worst(codes: impl Iterator<Item = u8>) -> u8 {
    let severity = |code: &u8| match code {
        0 => 0,
        5 => 1,
        3 => 2,
        4 => 3,
        6 => 4,
        _ => 5,
    };
    codes.max_by_key(severity).unwrap_or(0)
}
