//! `explain`: what an error of Instagram or of igconnect means, why, and what to do. No network.

use std::io::{self, Write};

use crate::account::Untrusted;
use crate::failure::{Failure, Kind};
use crate::instagram::explanation::{CATALOGUE, Explanation, family};
use crate::output::{Page, Render, json};

/// Explain an error: what it means, why it happens, what to do
///
/// Takes a code with or without its subcode, the text of a message or of a page that the browser showed, or the name
/// of one of igconnect's exit codes. Without any, lists everything it knows. Asks nobody.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect explain 190/460
  igconnect explain \"Invalid platform app\"
  igconnect explain store")]
pub(crate) struct Args {
    /// CODE, CODE/SUBCODE or a text
    #[arg(value_name = "CODE|TEXT", num_args = 0..)]
    asked: Vec<String>,
}

/// What is known of an error or exit code.
pub(crate) struct Report {
    errors: Vec<&'static Explanation>,
    exits: Vec<Kind>,
}

/// Looks it up.
pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let asked = args.asked.join(" ");
    let asked = asked.trim();
    let answer = match code(asked) {
        _ if asked.is_empty() => Report {
            errors: CATALOGUE.iter().collect(),
            exits: Kind::ALL.to_vec(),
        },
        Some((code, subcode)) => by_code(code, subcode),
        None => by_text(&asked.to_lowercase()),
    };
    if answer.errors.is_empty() && answer.exits.is_empty() {
        let text = Untrusted::new(crate::account::without_secrets(asked)).shortened(200);
        return Err(
            Failure::new(Kind::Failed, format!("igconnect does not know {text}")).hint(
                "See all that it knows with igconnect explain, or search for the message as it is",
            ),
        );
    }
    Ok(answer)
}

/// `190`, `190/460`, also as people write them: `#190`, `code 190`.
fn code(asked: &str) -> Option<(i64, Option<i64>)> {
    let number = asked.trim_start_matches("code ").trim_start_matches('#');
    match number.split_once('/') {
        Some((code, subcode)) => Some((
            code.trim().parse().ok()?,
            Some(subcode.trim().parse().ok()?),
        )),
        None => Some((number.parse().ok()?, None)),
    }
}

fn by_code(code: i64, subcode: Option<i64>) -> Report {
    let family = family(code);
    // Some subcodes mean the same beside every code, and people look them up alone.
    let of_any_code = |entry: &Explanation| {
        entry.code.is_none()
            && entry
                .subcode
                .is_some_and(|known| known == subcode.unwrap_or(code))
    };
    let of_code = |entry: &&Explanation| entry.code == Some(family) || of_any_code(entry);
    let of_subcode = |entry: &&Explanation| subcode.is_none() || entry.subcode == subcode;
    let mut errors: Vec<_> = CATALOGUE
        .iter()
        .filter(of_code)
        .filter(of_subcode)
        .collect();
    if errors.is_empty() {
        // An unknown subcode still has its code's wide entry.
        errors = CATALOGUE
            .iter()
            .filter(of_code)
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

fn by_text(asked: &str) -> Report {
    let said = |entry: &&Explanation| {
        entry
            .message
            .is_some_and(|m| asked.contains(m) || m.contains(asked))
    };
    let errors = CATALOGUE.iter().filter(said).collect();
    let exits = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.name() == asked);
    Report {
        errors,
        exits: exits.collect(),
    }
}

/// `190/460`, `message "invalid platform app"`.
fn name(entry: &Explanation) -> String {
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
                name(entry),
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
