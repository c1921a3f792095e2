//! `explain`: looks up errors of Instagram and exit codes of igconnect, offline.

use std::io::{self, Write};

use super::search::search;
use crate::failure::{Failure, Kind, typed};
use crate::instagram::explanation::Explanation;
use crate::output::{Page, Render, json, pasteable};

/// Explain an error: why it happens and what to do
///
/// Takes a code with or without a subcode, the text of a message of Instagram, a browser or igconnect, or your own words
/// for it. Also takes the number or name of an exit code. Without an argument, lists everything. Works offline.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect explain 190/460
  igconnect explain \"my password changed\"
  igconnect explain NET::ERR_CERT_AUTHORITY_INVALID
  igconnect explain store")]
pub(crate) struct Args {
    /// An error code, CODE/SUBCODE, or a text
    #[arg(value_name = "CODE|TEXT", num_args = 0..)]
    words: Vec<String>,
}

document! {
    pub(crate) struct Report {
        schema: json::Version,
        /// False if nothing fits well, and these are the most similar ones.
        sure: bool,
        errors: Vec<&'static Explanation>,
        exit_codes: Vec<ExitCode>,
    }

    struct ExitCode {
        exit: u8,
        code: Kind,
        about: &'static str,
    }
}

pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let query = args.words.join(" ");
    let found = search(&query);
    if found.errors.is_empty() && found.exits.is_empty() {
        let message = format!(
            "no explanation found for {}",
            typed(query.trim()).shortened(200)
        );
        let hint = "List everything with igconnect explain, or search the web for the message";
        return Err(Failure::new(Kind::Failed, message).hint(hint));
    }
    let exit_codes = found.exits.into_iter().map(|code| ExitCode {
        exit: code.exit_code(),
        code,
        about: code.about(),
    });
    Ok(Report {
        schema: json::SCHEMA,
        sure: found.is_sure,
        errors: found.errors,
        exit_codes: exit_codes.collect(),
    })
}

/// Returns the codes and the names of exit codes, each with its meaning.
pub(crate) fn offers() -> impl Iterator<Item = (String, String)> {
    let all = search("");
    let errors = all
        .errors
        .into_iter()
        .map(|entry| (title(entry), entry.cause.to_owned()));
    let exits = all
        .exits
        .into_iter()
        .map(|kind| (kind.name().to_owned(), kind.about().to_owned()));
    errors.chain(exits)
}

/// Returns `190/460`, `2207051`, or the text of an error without a code.
pub(super) fn title(entry: &Explanation) -> String {
    let codes = match (entry.code, entry.subcode) {
        (Some(code), Some(subcode)) => Some(format!("{code}/{subcode}")),
        (code, subcode) => code.or(subcode).map(|number| number.to_string()),
    };
    let message = entry.message.map(|message| format!("\"{message}\""));
    let parts: Vec<_> = codes.into_iter().chain(message).collect();
    parts.join(" ")
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if !self.sure {
            writeln!(out, "Did you mean one of these?\n")?;
        }
        for entry in &self.errors {
            let (title, cause, link) = (title(entry), entry.cause, entry.link);
            let fix = pasteable(entry.fix);
            let text = format!("{title}\n  why   {cause}\n  do    {fix}\n  more  {link}\n");
            writeln!(out, "{}", page.fitted(&text))?;
        }
        for ExitCode { exit, code, about } in &self.exit_codes {
            let text = format!("exit code {exit} ({})\n  when  {about}\n", code.name());
            writeln!(out, "{}", page.fitted(&text))?;
        }
        Ok(())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
