//! `schema`: the JSON Schema of what every command answers with `--json`.

#[cfg(test)]
mod made;

use std::io::{self, Write};

use serde_json::Value;

use crate::failure::{Failure, Kind, typed};
use crate::output::{Page, Render};

/// The contract. It is made from the types of the answers (see `made`) and kept as a file, so that a change of it is seen
/// before it is shipped. Tests hold every answer of every command against it.
const SCHEMA: &str = include_str!("../../../schemas/igconnect.json");

/// Print the JSON Schema of the answers, or of one command's
///
/// Draft 2020-12. Fields are only ever added, so validators must let unknown ones pass. Every command that fails
/// answers with the document named failure.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect schema > igconnect.schema.json
  igconnect schema status
  igconnect schema list > list.json
  igconnect list --json | check-jsonschema --schemafile list.json -")]
pub(crate) struct Args {
    /// The document: the name of a command, or failure
    name: Option<String>,
}

/// A schema.
pub(crate) struct Report(Value);

/// Looks it up.
pub(crate) fn run(args: &Args) -> Result<Report, Failure> {
    let broken = |_| Failure::new(Kind::Failed, "the schema in this program is broken");
    let mut whole: Value = serde_json::from_str(SCHEMA).map_err(broken)?;
    let Some(name) = &args.name else {
        return Ok(Report(whole));
    };
    if whole.get("$defs").and_then(|defs| defs.get(name)).is_none() {
        let name = typed(name).shortened(60);
        return Err(
            Failure::new(Kind::Usage, format!("no document is called {name}"))
                .hint("See all of them with igconnect schema"),
        );
    }
    if let Some(fields) = whole.as_object_mut() {
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
    fn is_data(&self) -> bool {
        true
    }
}
