//! How accounts stand: the exit code, and the answer in every form.

use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::super::subject::Subject;
use super::{Args, Format, Row};
use crate::account::{REFRESH_WINDOW, Standing};
use crate::failure::{Failure, Kind};
use crate::output::monitoring::{Alarm, Finding, Findings};
use crate::output::{self, Page, Report, json};
use crate::vault;

/// How accounts stand.
pub struct Answer {
    rows: Vec<Row>,
    now: Timestamp,
    expires_within: Option<SignedDuration>,
    format: Format,
    verified: bool,
    /// Who renews, and when.
    schedule: Option<String>,
}

impl Answer {
    pub(super) fn new(
        rows: Vec<Row>,
        now: Timestamp,
        args: &Args,
        schedule: Option<String>,
    ) -> Self {
        Self {
            rows,
            now,
            expires_within: args.expires_within,
            format: args.format.unwrap_or(Format::Human),
            verified: args.verify,
            schedule,
        }
    }

    /// The exit code of one account. What cannot be known is neither good news nor a reason to log in.
    fn code_of(&self, row: &Row) -> u8 {
        let kind = match (&row.failure, row.condition.standing) {
            (_, Standing::NeedsLogin | Standing::Expired) => Kind::Login,
            (Some(failure), _) => failure.kind,
            (None, Standing::Unverified) => Kind::Trouble,
            (None, Standing::Unknown) => Kind::Store,
            (None, Standing::Connected | Standing::Expiring) => {
                return match (self.expires_within, row.subject.left(self.now)) {
                    (Some(_), None) => Kind::Trouble.exit_code(),
                    (Some(wanted), Some(left)) if left < wanted => Kind::Expiring.exit_code(),
                    _ => 0,
                };
            }
        };
        kind.exit_code()
    }

    /// What `--verify` met, for stderr: an unasked store or an unreached Instagram is no answer to keep silent about.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.rows.iter().filter_map(|row| row.failure.as_ref())
    }

    /// All of it as monitoring systems see it.
    pub(super) fn findings(&self) -> Findings {
        Findings {
            accounts: self.rows.iter().map(|row| self.finding(row)).collect(),
            threshold: self.expires_within.unwrap_or(REFRESH_WINDOW).as_secs(),
            now: self.now,
        }
    }

    fn finding(&self, row: &Row) -> Finding {
        let end = row.subject.expires_at();
        let (code, standing) = (self.code_of(row), row.condition.standing);
        let line = output::account::status_line(end, row.condition, self.now);
        let healthy = matches!(standing, Standing::Connected | Standing::Expiring);
        // Without a threshold of one's own, less than the refresh window is what one would want to hear of.
        let soon = standing == Standing::Expiring && self.expires_within.is_none();
        let (id, username, alias, verified_at) = match &row.subject {
            Subject::Stored(account) => (
                Some(account.id.to_string()),
                Some(account.username.shortened(NAME_MAX_CHARS)),
                account.alias.as_ref().map(ToString::to_string),
                account.verified_at,
            ),
            Subject::Guest(guest) => {
                let owner = guest.owner.as_ref();
                (
                    owner.map(|owner| owner.id.to_string()),
                    owner.map(|owner| owner.username.shortened(NAME_MAX_CHARS)),
                    None,
                    guest.verified_at,
                )
            }
        };
        let title = match (&username, &alias) {
            (Some(name), Some(alias)) => format!("@{name} ({alias})"),
            (Some(name), None) => format!("@{name}"),
            (None, _) => row.subject.title(),
        };
        Finding {
            title,
            id,
            username,
            alias,
            standing,
            sentence: match &row.failure {
                Some(failure) if healthy => format!("{line}; {}", failure.message),
                _ => line,
            },
            code,
            alarm: if soon && code == 0 {
                Alarm::Warning
            } else {
                Alarm::of(code)
            },
            expires_at: end,
            verified_at,
        }
    }
}

/// An account, and what `--verify` met when it asked about it.
#[derive(Serialize)]
struct RowJson<'a> {
    #[serde(flatten)]
    account: json::AccountJson<'a>,
    /// Left out where nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Option<json::ErrorJson>>,
}

/// No username of Instagram is longer than 30 characters; a hostile one would drown an alert.
const NAME_MAX_CHARS: usize = 60;

impl Report for Answer {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let Some(format) = self.format.monitoring() {
            return format.findings(&self.findings(), out);
        }
        for (place, row) in self.rows.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            let (condition, now) = (row.condition, self.now);
            let card = match &row.subject {
                Subject::Guest(guest) => output::account::guest_card(guest, condition, now),
                Subject::Stored(account) => {
                    let kind = vault::Kind::from_word(&account.store);
                    let place =
                        kind.map_or_else(|| "another store".to_owned(), |kind| kind.to_string());
                    let mut card = output::account::card(account, condition, now, &place);
                    card.fact_if("schedule", self.schedule.clone());
                    card
                }
            };
            card.write(page, out)?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.rows.iter().map(|row| RowJson {
            account: row.subject.json(row.condition, self.now),
            error: self
                .verified
                .then(|| row.failure.as_ref().map(Failure::to_json)),
        });
        json::write(&json::Accounts::new(rows.collect()), out)
    }

    fn is_data(&self) -> bool {
        self.format.monitoring().is_some()
    }

    fn exit_code(&self) -> u8 {
        let code = super::super::worst(self.rows.iter().map(|row| self.code_of(row)));
        match self.format.monitoring() {
            Some(format) => format.exit_code(self.findings().worst(), code),
            None => code,
        }
    }
}
