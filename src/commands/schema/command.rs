//! The arguments of `schema`, and the shipped schema.

use std::io::{self, Write};

use serde_json::Value;

use crate::failure::{Failure, Kind, typed};
use crate::output::{Page, Render};

/// Generated from the types of the answers (see `tests`) and kept as a file, so that a change is noticed before it is
/// shipped. Tests compare every answer of every command with it.
const SCHEMA: &str = include_str!("../../../schemas/igconnect.json");

/// Print the JSON Schema of --json answers
///
/// The schema follows Draft 2020-12. Later versions may add fields, so let validators accept unknown ones. A command
/// that fails answers with the document named failure.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect schema > igconnect.schema.json
  igconnect schema status
  igconnect schema list > list.json
  igconnect list --json | check-jsonschema --schemafile list.json -")]
pub(crate) struct Args {
    /// The name of a command, or failure [default: all of them]
    name: Option<String>,
}

pub(crate) struct Report(Value);

pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let broken = |_| Failure::new(Kind::Failed, "the schema in this program is broken");
    let mut whole: Value = serde_json::from_str(SCHEMA).map_err(broken)?;
    let Some(name) = &args.name else {
        return Ok(Report(whole));
    };
    if whole.get("$defs").and_then(|defs| defs.get(name)).is_none() {
        let name = typed(name).shortened(60);
        return Err(
            Failure::new(Kind::Usage, format!("unknown document: {name}"))
                .hint("See all documents: igconnect schema"),
        );
    }
    if let Some(fields) = whole.as_object_mut() {
        // With it, an answer of any other command would be valid too.
        fields.remove("anyOf");
        fields.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
    }
    Ok(Report(whole))
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &self.0)?;
        writeln!(out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        Ok(serde_json::to_writer(out, &self.0)?)
    }
}
