//! The arguments of `schema`, and the shipped schema.

use std::io::{self, Write};

use serde_json::Value;

use crate::account;
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
    #[arg(value_name = "DOCUMENT")]
    name: Option<String>,
}

pub(crate) struct Report(Value);

/// Returns the names of all documents.
pub(crate) fn offers() -> impl Iterator<Item = (String, String)> {
    let whole = read().unwrap_or_default();
    let describe = |(name, document): (&String, &Value)| {
        let about = document.get("description").and_then(Value::as_str);
        (name.clone(), about.unwrap_or_default().to_owned())
    };
    let documents = whole.get("$defs").and_then(Value::as_object);
    let offers: Vec<_> = documents.into_iter().flatten().map(describe).collect();
    offers.into_iter()
}

fn read() -> Result<Value, Failure> {
    let broken = |_| Failure::new(Kind::Failed, "the schema in this program is broken");
    serde_json::from_str(SCHEMA).map_err(broken)
}

pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let mut whole = read()?;
    let Some(name) = &args.name else {
        return Ok(Report(whole));
    };
    if whole.get("$defs").and_then(|defs| defs.get(name)).is_none() {
        let unknown = format!("unknown document: {}", typed(name).shortened(60));
        let names: Vec<_> = offers().map(|(name, _)| name).collect();
        let hint = match account::most_similar(name, names.iter().map(String::as_str)) {
            Some(known) => format!("Did you mean igconnect schema {known}?"),
            None => "See all documents: igconnect schema".to_owned(),
        };
        return Err(Failure::new(Kind::Usage, unknown).hint(hint));
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
