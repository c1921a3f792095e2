//! Accounts as a table on a terminal: the worst first, with totals and the next step. For `list` and `status --all`.

use std::io::{self, Write};

use console::Style;
use jiff::{SignedDuration, Timestamp};

use super::accounts::AllAccounts;
use super::state_counts::{PerState, StateCounts, rank};
use crate::account::{Account, REFRESH_WINDOW, State};
use crate::cache::AccountOrder;
use crate::output::account::login_command;
use crate::output::{
    Column, FRAMED_MAX_ROWS, Line, Page, Table, marks, pasteable, together, words,
};

/// Cells of the bar that shows how much of its life a token has left.
const BAR_WIDTH: usize = 10;

/// The time over which followers are compared.
const CHANGE_DAYS: i64 = 28;

pub(crate) struct Overview {
    rows: Vec<OverviewRow>,
    /// Of all accounts, shown or not.
    counts: StateCounts,
    default: Option<String>,
    now: Timestamp,
}

struct OverviewRow {
    account: Account,
    state: State,
    /// Followers won or lost; unknown without a count of that time.
    change: Option<i64>,
}

impl Overview {
    /// Collects up to `limit` accounts for which `is_shown`, in this order or the worst first.
    pub(crate) fn collect(
        everyone: &AllAccounts,
        order: Option<AccountOrder>,
        limit: Option<usize>,
        now: Timestamp,
        is_shown: impl Fn(&Account, State) -> bool,
    ) -> io::Result<Self> {
        let limit = limit.unwrap_or(FRAMED_MAX_ROWS);
        let mut overview = Self {
            rows: Vec::new(),
            counts: StateCounts::default(),
            default: None,
            now,
        };
        // One list for each state, so that the worst are known without keeping all accounts.
        let mut found: PerState<Vec<OverviewRow>> = Default::default();
        everyone.for_each_by(order.unwrap_or(AccountOrder::Expiry), |account| {
            let state = account.status(now, REFRESH_WINDOW).state;
            overview.counts.add(state);
            if account.is_default {
                overview.default = Some(account.title());
            }
            let list = found.get_mut(if order.is_some() { 0 } else { rank(state) });
            if let Some(list) = list
                && list.len() < limit
                && is_shown(&account, state)
            {
                list.push(OverviewRow {
                    account,
                    state,
                    change: None,
                });
            }
            Ok(())
        })?;
        overview.rows = found.into_iter().flatten().take(limit).collect();
        overview.add_changes(everyone)?;
        Ok(overview)
    }

    fn add_changes(&mut self, everyone: &AllAccounts) -> io::Result<()> {
        let days = SignedDuration::from_hours(24 * CHANGE_DAYS);
        let Ok(then) = self.now.checked_sub(days) else {
            return Ok(());
        };
        everyone.walk(|cache| {
            for row in &mut self.rows {
                let profile = row.account.profile.as_ref();
                let followers = profile.and_then(|profile| profile.followers_count);
                let before = cache.followers_at(&row.account.id, then)?;
                let pair = followers.zip(before);
                row.change = pair.map(|(now, before)| now.saturating_sub(before));
            }
            Ok(())
        })
    }

    /// Writes the table, the totals, and what to do about the worst accounts.
    pub(crate) fn write(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if self.counts.total() == 0 {
            return Ok(());
        }
        if !self.rows.is_empty() {
            self.table(page).write(page, out)?;
            writeln!(out)?;
        }
        for line in Line::from(self.totals()).wrapped(usize::from(page.width)) {
            writeln!(out, "{}", line.rendered(page).trim_end())?;
        }
        self.next_steps(page, out)
    }

    fn table(&self, page: &Page) -> Table {
        let mut table = Table::new([
            Column::mark(),
            Column::new("account").cut(),
            Column::new("alias").optional(4),
            Column::new("state"),
            Column::number("left").close(),
            Column::new("").optional(2),
            Column::number("followers").optional(1),
            Column::number("28 days").optional(3),
            Column::number("as of").optional(5),
            Column::new("id").optional(6),
        ]);
        let has_change = self.rows.iter().any(|row| row.change.is_some());
        let (dim, none) = (Style::new().dim(), if page.ascii { "-" } else { "–" });
        for OverviewRow {
            account,
            state,
            change,
        } in &self.rows
        {
            let profile = account.profile.as_ref();
            let alias = account.alias.as_ref().map(ToString::to_string);
            let followers = profile.and_then(|profile| profile.followers_count);
            let age = profile.map(|profile| words::age(profile.fetched_at, self.now));
            let colour = marks::colour(*state);
            // A token that is over, whatever its date says, has nothing left.
            let end = account.expires_at.filter(|end| {
                *end > self.now && !matches!(state, State::NeedsLogin | State::Expired)
            });
            table.row([
                Line::styled(marks::mark(*state, page), colour.clone()),
                Line::from(account.name()),
                Line::styled(alias.unwrap_or_default(), dim.clone()),
                Line::styled(state.to_string(), colour),
                Line::from(end.map_or_else(
                    || none.to_owned(),
                    |end| words::duration(end.duration_since(self.now)),
                )),
                end.map_or_else(Line::default, |end| {
                    marks::life_bar(end, self.now, *state, BAR_WIDTH, page)
                }),
                Line::from(followers.map_or_else(|| none.to_owned(), words::number)),
                match change {
                    Some(by) => Line::from(words::change(*by)),
                    // Without any value the column is left out.
                    None => Line::from(if has_change { none } else { "" }),
                },
                Line::styled(age.unwrap_or_default(), dim.clone()),
                Line::styled(account.id.to_string(), dim.clone()),
            ]);
        }
        table
    }

    /// `4 accounts: 2 connected, 1 expiring, 1 needs a new login. Default: @wreckshop.records.`
    fn totals(&self) -> String {
        let states = self.counts.states().into_iter();
        let states: Vec<_> = states.map(|part| together(&part)).collect();
        let mut totals = together(&self.counts.accounts());
        if self.rows.len() < self.counts.total() {
            totals += &format!(", {} shown", words::number(self.rows.len()));
        }
        totals += &format!(": {}.", states.join(", "));
        if let Some(default) = &self.default {
            totals += &format!(" {}.", together(&format!("Default: {default}")));
        }
        totals
    }

    fn next_steps(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let of = |states: &[State]| {
            let mut rows = self.rows.iter().filter(|row| states.contains(&row.state));
            (rows.next(), rows.next().is_some())
        };
        let (dead, _) = of(&[State::NeedsLogin, State::Expired]);
        let login = dead.map(|row| login_command(&row.account));
        let refresh = match of(&[State::Expiring]) {
            (Some(_), true) => Some("igconnect refresh --all".to_owned()),
            (Some(row), false) => Some(format!("igconnect refresh {}", row.account.selector())),
            _ => None,
        };
        let steps = [("Log in again:", login), ("Refresh now: ", refresh)];
        let steps = steps
            .into_iter()
            .filter_map(|(what, step)| Some((what, step?)));
        for (place, (what, step)) in steps.enumerate() {
            if place == 0 {
                writeln!(out)?;
            }
            let line = Line::styled(what, Style::new().dim()).with("  ", Style::new());
            let line = line.with(pasteable(&step), Style::new().cyan());
            writeln!(out, "{}", line.rendered(page))?;
        }
        Ok(())
    }
}
