//! How a state looks on a terminal: a mark, a word and a colour. The mark and the word say it without the colour.

use console::Style;
use jiff::{SignedDuration, Timestamp};

use super::line::Line;
use super::render::Page;
use crate::account::{LONG_LIFETIME, State};

pub(crate) fn colour(state: State) -> Style {
    match state {
        State::Connected => Style::new().green(),
        State::Expiring | State::Unverified | State::Unknown => Style::new().yellow(),
        State::Expired | State::NeedsLogin => Style::new().red(),
    }
}

/// The mark of a state. Every terminal shows the ASCII ones.
pub(crate) fn mark(state: State, page: &Page) -> &'static str {
    match (state, page.ascii) {
        (State::Connected, false) => "✓",
        (State::Connected, true) => "ok",
        (State::Expiring, _) => "!",
        (State::Expired | State::NeedsLogin, false) => "✗",
        (State::Expired | State::NeedsLogin, true) => "x",
        (State::Unverified | State::Unknown, _) => "?",
    }
}

/// A bar of `width` cells: the share of a token's life that is left at `now`.
pub(crate) fn life_bar(
    end: Timestamp,
    now: Timestamp,
    state: State,
    width: usize,
    page: &Page,
) -> Line {
    let (full, empty) = if page.ascii {
        ("#", "-")
    } else {
        ("━", "─")
    };
    let left = end.duration_since(now).max(SignedDuration::ZERO).as_secs();
    let whole = LONG_LIFETIME.as_secs();
    let cells = i64::try_from(width).unwrap_or_default();
    // A token that is not over has at least one cell.
    let filled = (left.min(whole) * cells + whole - 1) / whole;
    let filled = usize::try_from(filled).unwrap_or_default().min(width);
    Line::styled(full.repeat(filled), colour(state))
        .with(empty.repeat(width - filled), Style::new().dim())
}
