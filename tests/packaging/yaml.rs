//! Reads YAML by Ruby, which has a parser in its standard library.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const PROGRAM: &str =
    "puts JSON.generate(YAML.load(File.read(ARGV[0]), permitted_classes: [Date]))";

/// Needs the part `ruby`.
pub(super) fn read(file: &Path) -> Value {
    let output = Command::new("ruby")
        .args(["-rdate", "-ryaml", "-rjson", "-e", PROGRAM])
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {output:?}", file.display());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// All values of a field, wherever it is.
pub(super) fn fields<'a>(document: &'a Value, name: &str) -> Vec<&'a Value> {
    match document {
        Value::Object(map) => {
            let here = map.get(name).into_iter();
            here.chain(map.values().flat_map(|value| fields(value, name)))
                .collect()
        }
        Value::Array(values) => values
            .iter()
            .flat_map(|value| fields(value, name))
            .collect(),
        _ => Vec::new(),
    }
}
