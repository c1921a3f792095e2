//! The card above a history: each count and its trend.

use jiff::Timestamp;

use crate::account::Account;
use crate::cache::Event;
use crate::output::{Card, Page, sparkline, words};

/// The names of the counts, in the order of [`Event::counts`].
pub(super) const COUNTED: [&str; 3] = ["followers", "following", "posts"];

/// More columns do not show more of a trend.
const SPARKLINE_MAX_WIDTH: usize = 40;

pub(super) fn card(account: &Account, events: &[Event], page: &Page) -> Card {
    let mut card = Card {
        title: account.title(),
        ..Card::default()
    };
    let width = usize::from(page.width / 2).min(SPARKLINE_MAX_WIDTH);
    for (place, name) in COUNTED.into_iter().enumerate() {
        let seen = events.iter().rev().filter_map(|event| {
            let count = event.counts?.get(place).copied().flatten()?;
            Some((event.at, count))
        });
        card.fact_if(name, trend(&seen.collect::<Vec<_>>(), width));
    }
    if events.is_empty() {
        card.fact("events", "none in this period");
    }
    card
}

/// `▁▃█ 1,234 (+54)`: the newest count and the change since the oldest.
fn trend(points: &[(Timestamp, i64)], width: usize) -> Option<String> {
    let (_, oldest) = points.first()?;
    let (_, newest) = points.last()?;
    let line = sparkline(points, width);
    let growth = newest.saturating_sub(*oldest);
    let sign = if growth > 0 { "+" } else { "" };
    let (newest, growth) = (words::number(*newest), words::number(growth));
    Some(format!("{line} {newest} ({sign}{growth})"))
}
