//! What became of each account: a sentence, a table, or JSON; the exit code is that of the worst.

use std::io::{self, Write};

use serde::Serialize;

use super::{Answer, Row};
use crate::failure::Failure;
use crate::flows::Renewal;
use crate::output::{Page, Report, Table, json, words};

impl Answer {
    /// The failures, for stderr: that of each account which was tried, one for all that were not.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        let tried = self.rows.iter().filter(|row| row.is_tried);
        let all = tried.filter_map(Row::failure).chain(&self.left_out);
        all.filter(|_| !self.patient)
    }

    fn sentence(&self, row: &Row) -> String {
        let until = match row.subject.expires_at() {
            Some(end) => format!("good until {}", words::instant(end)),
            None => "until when, nobody said".to_owned(),
        };
        match &row.outcome {
            Ok(Renewal::Renewed) if self.dry_run => "would be renewed".to_owned(),
            Ok(Renewal::Renewed) => match row.handed_over {
                Some(Ok(true)) => format!("renewed and handed over, {until}"),
                Some(Ok(false)) => {
                    format!("{until}, the text of the token is as it was")
                }
                Some(Err(_)) => "renewed and not handed over".to_owned(),
                None => format!("renewed, {until}"),
            },
            Ok(Renewal::NotDue(from)) => {
                format!("{until}, due from {}", words::day(*from))
            }
            Ok(Renewal::TooYoung(open)) => format!(
                "younger than 24 hours, which Instagram does not renew; possible from {}",
                words::instant(*open)
            ),
            Err(failure) => failure.message.clone(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub(super) struct RowJson<'a> {
    #[serde(flatten)]
    #[cfg_attr(
        test,
        schemars(schema_with = "json::and_all_of::<json::AccountJson<'_>>")
    )]
    account: json::AccountJson<'a>,
    #[cfg_attr(test, schemars(extend("enum" = [Renewal::WORDS, &["failed"]].concat())))]
    outcome: &'static str,
    /// With --hand-to: whether the command took a new token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "bool"))]
    handed_over: Option<bool>,
    error: Option<json::ErrorJson>,
}

impl Report for Answer {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let [row] = self.rows.as_slice() {
            return match row.outcome {
                Ok(_) => writeln!(out, "{}: {}", row.subject.title(), self.sentence(row)),
                Err(_) => Ok(()),
            };
        }
        let mut table = Table::new(["account", "outcome", "token", ""]);
        for row in &self.rows {
            table.row([
                row.subject.title(),
                row.outcome
                    .as_ref()
                    .map_or("failed", |renewal| renewal.word())
                    .to_owned(),
                row.subject
                    .expires_at()
                    .map(|end| words::left(end, self.now))
                    .unwrap_or_default(),
                self.sentence(row),
            ]);
        }
        if self.rows.is_empty() {
            Ok(())
        } else {
            table.write(page, out)
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.rows.iter().map(|row| RowJson {
            account: row.subject.json(row.subject.condition(self.now), self.now),
            outcome: row
                .outcome
                .as_ref()
                .map_or("failed", |renewal| renewal.word()),
            handed_over: row
                .handed_over
                .as_ref()
                .map(|handed| matches!(handed, Ok(true))),
            error: row.failure().map(Failure::to_json),
        });
        json::write(&json::Accounts::new(rows.collect()), out)
    }

    fn exit_code(&self) -> u8 {
        crate::commands::worst(self.failures().map(|failure| failure.kind.exit_code()))
    }
}
