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

document! {
    pub(crate) struct Report {
        schema: json::Version,
        errors: Vec<&'static Explanation>,
        exit_codes: Vec<ExitCode>,
    }

    struct ExitCode {
        exit: u8,
        code: Kind,
        about: &'static str,
    }
}

type Found = (Vec<&'static Explanation>, Vec<Kind>);

pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let query = args.words.join(" ");
    let query = query.trim();
    let (errors, kinds) = match parse_code(query) {
        _ if query.is_empty() => (CATALOGUE.iter().collect(), Kind::ALL.to_vec()),
        Some((code, subcode)) => find_code(code, subcode),
        None => find_text(&query.to_lowercase()),
    };
    if errors.is_empty() && kinds.is_empty() {
        let message = format!("no explanation found for {}", typed(query).shortened(200));
        let hint = "List everything with igconnect explain, or search the web for the message";
        return Err(Failure::new(Kind::Failed, message).hint(hint));
    }
    let exit_codes = kinds.into_iter().map(|code| ExitCode {
        exit: code.exit_code(),
        code,
        about: code.about(),
    });
    Ok(Report {
        schema: json::SCHEMA,
        errors,
        exit_codes: exit_codes.collect(),
    })
}

/// Parses `190` and `190/460`, also as people write them: `#190`, `code 190`.
fn parse_code(query: &str) -> Option<(i64, Option<i64>)> {
    let number = query.trim_start_matches("code ").trim_start_matches('#');
    let Some((code, subcode)) = number.split_once('/') else {
        return Some((number.parse().ok()?, None));
    };
    let subcode = subcode.trim().parse().ok()?;
    Some((code.trim().parse().ok()?, Some(subcode)))
}

fn find_code(code: i64, subcode: Option<i64>) -> Found {
    let family = family(code);
    // Some subcodes mean the same with every code, and people look them up on their own.
    let any_code = (None, Some(subcode.unwrap_or(code)));
    let has_code = |entry: &&Explanation| {
        entry.code == Some(family) || (entry.code, entry.subcode) == any_code
    };
    let with_code: Vec<_> = CATALOGUE.iter().filter(has_code).collect();
    let mut errors = with_code.clone();
    errors.retain(|entry| subcode.is_none() || entry.subcode == subcode);
    if errors.is_empty() {
        // An unknown subcode falls back to the general entry of its code.
        errors = with_code;
        errors.retain(|entry| entry.subcode.is_none() && entry.message.is_none());
    }
    // A subcode means an error of Instagram, so the number is not an exit code.
    let is_exit = |kind: &Kind| subcode.is_none() && i64::from(kind.exit_code()) == code;
    (errors, Kind::ALL.iter().copied().filter(is_exit).collect())
}

fn find_text(query: &str) -> Found {
    // People paste whole messages, or only the words that they remember.
    let fits = |message: &str| query.contains(message) || message.contains(query);
    let errors = (CATALOGUE.iter()).filter(|entry| entry.message.is_some_and(fits));
    let kinds = Kind::ALL.iter().filter(|kind| kind.name() == query);
    (errors.collect(), kinds.copied().collect())
}

/// Returns `190/460`, or the text of an error without a code.
fn title(entry: &Explanation) -> String {
    let codes = entry.code.map(|code| match entry.subcode {
        Some(subcode) => format!("{code}/{subcode}"),
        None => code.to_string(),
    });
    let message = entry.message.map(|message| format!("\"{message}\""));
    let parts: Vec<_> = codes.into_iter().chain(message).collect();
    parts.join(" ")
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        for entry in &self.errors {
            let (title, cause, fix, link) = (title(entry), entry.cause, entry.fix, entry.link);
            writeln!(
                out,
                "{title}\n  why   {cause}\n  do    {fix}\n  more  {link}\n"
            )?;
        }
        for ExitCode { exit, code, about } in &self.exit_codes {
            writeln!(out, "exit code {exit} ({})\n  when  {about}\n", code.name())?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
