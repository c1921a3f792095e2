//! The facts about an account in a pipe, a line for each.

use std::io::{self, Write};

use console::Style;
use jiff::Timestamp;

use super::card::AccountCard;
use crate::account::{Profile, Untrusted};
use crate::output::line::Line;
use crate::output::render::Page;
use crate::output::{marks, words};

/// A biography may have 150 characters, a hostile one many more.
pub(super) const TEXT_MAX_CHARS: usize = 300;

impl AccountCard<'_> {
    pub(super) fn write_facts(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let title = Line::styled(&*self.title, Style::new().bold());
        writeln!(out, "{}", title.rendered(page))?;
        let line = Line::styled(&*self.line, marks::colour(self.status.state));
        writeln!(out, "{}", line.rendered(page))?;
        let profile = self.profile.map(|profile| profile_facts(profile, self.now));
        let expires = self.expires_at.map(|end| ("expires", words::instant(end)));
        let schedule = self.schedule.clone().map(|text| ("schedule", text));
        let own = self.facts.iter().chain(&self.details).cloned();
        let facts = profile.into_iter().flatten().chain(expires);
        let mut facts = facts.chain(own).chain(schedule);
        facts.try_for_each(|(name, value)| writeln!(out, "{name}: {value}"))
    }
}

fn profile_facts(profile: &Profile, now: Timestamp) -> Vec<(&'static str, String)> {
    let count = |count: Option<i64>| count.map(words::number);
    let kind = profile.account_type.as_ref().map(account_type);
    let facts = [
        ("name", text(&profile.name)),
        ("type", kind),
        ("biography", text(&profile.biography)),
        ("website", text(&profile.website)),
        ("followers", count(profile.followers_count)),
        ("following", count(profile.follows_count)),
        ("posts", count(profile.media_count)),
        ("as of", Some(words::age(profile.fetched_at, now))),
    ];
    let facts = facts.into_iter();
    facts
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

pub(super) fn text(text: &Option<Untrusted>) -> Option<String> {
    text.as_ref().map(|text| text.shortened(TEXT_MAX_CHARS))
}

/// `BUSINESS` as `Business`, `MEDIA_CREATOR` as `Media creator`; Instagram writes them both ways.
pub(super) fn account_type(kind: &Untrusted) -> String {
    let text = kind.shortened(40).replace('_', " ").to_lowercase();
    words::capitalized(&text)
}
