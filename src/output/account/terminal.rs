//! The card of an account on a terminal: the headline first, details with `--verbose`.

use std::io::{self, Write};

use console::Style;

use super::card::AccountCard;
use super::facts::{TEXT_MAX_CHARS, account_type, text};
use crate::account::{State, Untrusted};
use crate::output::card::Card;
use crate::output::line::{Line, together};
use crate::output::pasted_commands::pasteable;
use crate::output::render::Page;
use crate::output::sparkline::with_trend;
use crate::output::{marks, words};

/// Lines of a biography that are shown.
const TEXT_MAX_LINES: usize = 12;

/// Columns of a card before the values.
const LABEL_WIDTH: usize = 13;

/// Cells of the bar that shows how much of its life a token has left.
const BAR_WIDTH: usize = 30;
const BAR_MIN_WIDTH: usize = 10;

/// Columns of a card beside the bar.
const BESIDE_BAR: usize = 50;

/// Columns of a terminal without room for a frame.
const NARROW: u16 = 60;

impl AccountCard<'_> {
    /// Writes the card. A token that does not work has the next step instead.
    pub(super) fn write_card(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let is_over = matches!(self.status.state, State::NeedsLogin | State::Expired);
        let mut card = Card::default();
        self.add_headline(is_over, page, &mut card);
        if !is_over || page.verbose {
            self.add_profile(page, &mut card);
            self.add_token(is_over, page, &mut card);
        }
        let command =
            |command: &String| Line::styled(pasteable(command), Style::new().cyan()).rendered(page);
        // A token that does not work needs no frame, but the next step.
        if is_over {
            card.write_unframed(page, out)?;
            let login = self.login.as_ref().map(command);
            return login.map_or(Ok(()), |login| {
                writeln!(out, "\n  Log in again:\n  {login}")
            });
        }
        card.write(page, out)?;
        match self.more.as_ref().filter(|_| !page.verbose) {
            Some(more) => {
                let label = Line::styled("  More: ", Style::new().dim());
                writeln!(out, "{}{}", label.rendered(page), command(more))
            }
            None => Ok(()),
        }
    }

    fn add_headline(&self, is_over: bool, page: &Page, card: &mut Card) {
        let state = self.status.state;
        let colour = marks::colour(state);
        let mark = marks::mark(state, page);
        let mut rest = String::new();
        if let Some(end) = self.expires_at.filter(|_| !is_over) {
            rest += &format!(", {}", together(&words::left(end, self.now)));
        }
        if let Some(end) = self.expires_at.filter(|_| state == State::Expired) {
            let age = words::age(end, self.now);
            rest += &format!(" {age}");
        }
        let followers = self.profile.and_then(|profile| profile.followers_count);
        if let Some(followers) = followers {
            let followers = format!("{} followers", words::number(followers));
            rest += &format!(", {}", together(&followers));
        }
        if let Some(profile) = self.profile.filter(|_| is_over) {
            let age = words::age(profile.fetched_at, self.now);
            rest += &format!(" {}", together(&age));
        }
        let line = Line::styled(format!("{mark} "), colour.clone())
            .with(&*self.name, Style::new().bold())
            .with("   ", Style::new())
            .with(together(&state.to_string()), colour)
            .with(rest, Style::new());
        card.line(line.indented(2));
        if let Some(reason) = &self.reason {
            card.line(Line::from(format!("  {reason}")).indented(2));
        }
        let profile = self.profile;
        let name = profile.and_then(|profile| text(&profile.name));
        let kind = profile.and_then(|profile| profile.account_type.as_ref().map(account_type));
        let facts = name.into_iter().chain(kind).chain(self.marks.clone());
        let separator = if page.ascii { " - " } else { " · " };
        let facts = facts.collect::<Vec<_>>().join(separator);
        if !facts.is_empty() && !is_over {
            let line = Line::styled(format!("  {facts}"), Style::new().dim());
            card.line(line.indented(2));
        }
    }

    fn add_profile(&self, page: &Page, card: &mut Card) {
        let Some(profile) = self.profile else {
            return;
        };
        card.gap();
        let biography = profile.biography.as_ref().map(Untrusted::raw);
        let lines = biography.unwrap_or_default().lines().take(TEXT_MAX_LINES);
        for line in lines {
            let line = Untrusted::new(line).shortened(TEXT_MAX_CHARS);
            card.line(Line::from(format!("  {}", line.trim_end())).indented(2));
        }
        if let Some(website) = text(&profile.website) {
            card.line(format!("  {website}"));
        }
        card.gap();
        let counts = [
            ("followers", profile.followers_count),
            ("following", profile.follows_count),
            ("posts", profile.media_count),
        ];
        let counts = counts.map(|(name, count)| Some((name, words::number(count?))));
        let counts: Vec<_> = counts.into_iter().flatten().collect();
        let width = counts.iter().map(|(_, count)| count.len()).max();
        let width = width.unwrap_or_default();
        for (name, count) in counts {
            let line = label(name).with(format!("{count:>width$}"), Style::new());
            let line = match name {
                "followers" => with_trend(line, &self.followers, page),
                "posts" => {
                    let age = words::age(profile.fetched_at, self.now);
                    line.with(format!("   as of {age}"), Style::new().dim())
                }
                _ => line,
            };
            card.line(line.indented(indent(page)));
        }
        card.gap();
    }

    fn add_token(&self, is_over: bool, page: &Page, card: &mut Card) {
        card.gap();
        if let Some(end) = self.expires_at.filter(|_| !is_over) {
            let width = usize::from(page.width).saturating_sub(BESIDE_BAR);
            let width = width.clamp(BAR_MIN_WIDTH, BAR_WIDTH);
            let bar = marks::life_bar(end, self.now, self.status.state, width, page);
            let line = label("token").append(bar);
            let expires = together(&format!("expires {}", words::instant(end)));
            let line = line.with(format!("   {expires}"), Style::new());
            card.line(line.indented(indent(page)));
        }
        let details = self.details.iter().filter(|_| page.verbose);
        let schedule = self.schedule.iter().map(|text| ("refresh", text));
        let facts = self.facts.iter().map(|(name, text)| (*name, text));
        let details = details.map(|(name, text)| match *name {
            // The bar has this label.
            "token" => ("stored", text),
            name => (name, text),
        });
        for (name, text) in schedule.chain(facts).chain(details) {
            let line = label(name).with(text.as_str(), Style::new());
            card.line(line.indented(indent(page)));
        }
    }
}

fn label(name: &str) -> Line {
    Line::styled(format!("  {name:LABEL_WIDTH$}"), Style::new().dim())
}

/// The indent under a value. A narrow terminal has no room for that of the label.
fn indent(page: &Page) -> usize {
    if page.width < NARROW {
        4
    } else {
        LABEL_WIDTH + 2
    }
}
