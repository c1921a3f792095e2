//! Scripts run as root, so an empty variable must not turn a folder of theirs into one of the system.

use std::fs;
use std::path::{Path, PathBuf};

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files_below(&path),
            false => vec![path],
        })
        .collect()
}

#[test]
fn a_folder_is_deleted_only_by_a_variable_that_is_set() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging");
    let is_careless =
        |line: &&str| line.contains("rm -r") && line.contains('$') && !line.contains(":?}");
    for file in files_below(&folder) {
        let text = fs::read_to_string(&file).unwrap();
        let found: Vec<_> = text.lines().filter(is_careless).collect();
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
}

/// A function of sh has no variables of its own. One that sets `root` for itself sets it for its callers too.
#[test]
fn shared_functions_set_no_variable_of_a_script() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/lib.sh");
    let text = fs::read_to_string(file).unwrap();
    let assigned = text.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("    ")?.split_once('=')?;
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_name.then_some(name)
    });
    // `zig` is what `ensure_zig` is called for.
    let found: Vec<_> = assigned
        .filter(|name| !name.starts_with('_') && *name != "zig")
        .collect();
    assert!(found.is_empty(), "{found:?}");
}
