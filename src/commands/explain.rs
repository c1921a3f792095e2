//! `explain`: looks up errors of Instagram and exit codes of igconnect, offline.

use std::io::{self, Write};

use crate::failure::{Failure, Kind, typed};
use crate::instagram::explanation::{CATALOGUE, Explanation, family};
use crate::output::{Page, Render, json};

/// Explain an error: why it happens and what to do
///
/// Takes a code with or without a subcode, the text of an error message, or the number or name of an exit code. Without
/// an argument, lists everything. Works offline.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect explain 190/460
  igconnect explain \"Invalid platform app\"
  igconnect explain store")]
pub(crate) struct Args {
    /// An error code, CODE/SUBCODE, or a text
    #[arg(value_name = "CODE|TEXT", num_args = 0..)]
    words: Vec<String>,
}

pub(crate) struct Report {
    errors: Vec<&'static Explanation>,
    exits: Vec<Kind>,
}

pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let query = args.words.join(" ");
    let query = query.trim();
    let report = match parse_code(query) {
        _ if query.is_empty() => Report {
            errors: CATALOGUE.iter().collect(),
            exits: Kind::ALL.to_vec(),
        },
        Some((code, subcode)) => find_code(code, subcode),
        None => find_text(&query.to_lowercase()),
    };
    if report.errors.is_empty() && report.exits.is_empty() {
        let text = typed(query).shortened(200);
        return Err(
            Failure::new(Kind::Failed, format!("no explanation found for {text}"))
                .hint("List everything with igconnect explain, or search the web for the message"),
        );
    }
    Ok(report)
}

/// Parses `190` and `190/460`, also as people write them: `#190`, `code 190`.
fn parse_code(query: &str) -> Option<(i64, Option<i64>)> {
    let number = query.trim_start_matches("code ").trim_start_matches('#');
    match number.split_once('/') {
        Some((code, subcode)) => Some((
            code.trim().parse().ok()?,
            Some(subcode.trim().parse().ok()?),
        )),
        None => Some((number.parse().ok()?, None)),
    }
}

fn find_code(code: i64, subcode: Option<i64>) -> Report {
    let family = family(code);
    // Some subcodes mean the same with every code, and people look them up on their own.
    let has_any_code = |entry: &Explanation| {
        entry.code.is_none()
            && entry
                .subcode
                .is_some_and(|known| known == subcode.unwrap_or(code))
    };
    let matches_code = |entry: &&Explanation| entry.code == Some(family) || has_any_code(entry);
    let matches_subcode = |entry: &&Explanation| subcode.is_none() || entry.subcode == subcode;
    let mut errors: Vec<_> = CATALOGUE
        .iter()
        .filter(matches_code)
        .filter(matches_subcode)
        .collect();
    if errors.is_empty() {
        // An unknown subcode falls back to the general entry of its code.
        errors = CATALOGUE
            .iter()
            .filter(matches_code)
            .filter(|e| e.subcode.is_none() && e.message.is_none())
            .collect();
    }
    let exits = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| subcode.is_none() && i64::from(kind.exit_code()) == code);
    Report {
        errors,
        exits: exits.collect(),
    }
}

fn find_text(query: &str) -> Report {
    let matches_text = |entry: &&Explanation| {
        entry
            .message
            .is_some_and(|message| query.contains(message) || message.contains(query))
    };
    let errors = CATALOGUE.iter().filter(matches_text).collect();
    let exits = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.name() == query);
    Report {
        errors,
        exits: exits.collect(),
    }
}

/// Returns `190/460`, or the text of an error without a code.
fn title(entry: &Explanation) -> String {
    let codes = match (entry.code, entry.subcode) {
        (Some(code), Some(subcode)) => format!("{code}/{subcode}"),
        (Some(code), None) => code.to_string(),
        _ => String::new(),
    };
    match (codes.is_empty(), entry.message) {
        (true, Some(message)) => format!("\"{message}\""),
        (false, Some(message)) => format!("{codes} \"{message}\""),
        _ => codes,
    }
}

document! {
    pub(super) struct ExplainJson<'a> {
        schema: json::Version,
        errors: Vec<ExplainedErrorJson<'a>>,
        exit_codes: Vec<ExitCodeJson<'a>>,
    }

    struct ExplainedErrorJson<'a> {
        code: Option<i64>,
        subcode: Option<i64>,
        message: Option<&'a str>,
        cause: &'a str,
        fix: &'a str,
        link: &'a str,
    }

    struct ExitCodeJson<'a> {
        exit: u8,
        code: Kind,
        about: &'a str,
    }
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        for entry in &self.errors {
            writeln!(
                out,
                "{}\n  why   {}\n  do    {}\n  more  {}\n",
                title(entry),
                entry.cause,
                entry.fix,
                entry.link
            )?;
        }
        for kind in &self.exits {
            writeln!(
                out,
                "exit code {} ({})\n  when  {}\n",
                kind.exit_code(),
                kind.name(),
                kind.about()
            )?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let errors = self.errors.iter().map(|entry| ExplainedErrorJson {
            code: entry.code,
            subcode: entry.subcode,
            message: entry.message,
            cause: entry.cause,
            fix: entry.fix,
            link: entry.link,
        });
        let exits = self.exits.iter();
        let exits = exits.map(|kind| ExitCodeJson {
            exit: kind.exit_code(),
            code: *kind,
            about: kind.about(),
        });
        json::write(
            &ExplainJson {
                schema: json::SCHEMA,
                errors: errors.collect(),
                exit_codes: exits.collect(),
            },
            out,
        )
    }

    fn is_data(&self) -> bool {
        true
    }
}
