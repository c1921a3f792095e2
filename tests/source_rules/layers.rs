//! Which module may import which: only what lies below it.

use std::collections::BTreeSet;

use super::assert_none;
use super::tree::program;

/// The modules from top to bottom. Those of one line never import each other; `main` starts the program.
const LAYERS: [&[&str]; 8] = [
    &["cli"],
    &["commands"],
    &["session", "answers"],
    &["failure"],
    &["flows"],
    &[
        "instagram",
        "callback",
        "store",
        "cache",
        "schedule",
        "sandbox",
        "settings",
        "output",
    ],
    &["html", "http", "child", "private_files", "private_database"],
    &["account"],
];

/// What `cli` needs of the layers below it.
const FOR_CLI: [&str; 8] = [
    "commands", "session", "answers", "failure", "output", "settings", "sandbox", "account",
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn may_import(module: &str, other: &str) -> bool {
    match module {
        _ if module == other => true,
        "cli" => FOR_CLI.contains(&other),
        _ => layer(module) < layer(other),
    }
}

/// The imports of the program that are `wrong`, as file and path, each once.
fn imports(wrong: impl Fn(&[String], &[String]) -> bool) -> Vec<String> {
    let mut found = BTreeSet::new();
    for source in program() {
        let paths = source.paths();
        let wrong = paths.iter().filter(|path| wrong(&source.module, path));
        found.extend(wrong.map(|path| format!("{}: {}", source.name, path.join("::"))));
    }
    found.into_iter().collect()
}

#[test]
fn every_module_has_its_layer() {
    let mut modules = BTreeSet::new();
    for source in program() {
        modules.extend(source.module.first().cloned());
    }
    modules.remove("main");
    // A macro.
    modules.remove("document");
    let layered = LAYERS.iter().flat_map(|layer| layer.iter());
    let layered: BTreeSet<_> = layered.map(|module| (*module).to_owned()).collect();
    assert_eq!(modules, layered);
}

#[test]
fn a_module_imports_only_from_the_layers_below_it() {
    let found = imports(|module, path| {
        let module = module.first().map_or("", String::as_str);
        let other = path.first().map_or("", String::as_str);
        layer(module).is_some() && layer(other).is_some() && !may_import(module, other)
    });
    assert_none("an import against the layers", &found);
}

#[test]
fn commands_never_import_each_other() {
    let found = imports(|module, path| match (module, path) {
        ([first, command, ..], [other, next, ..]) => {
            first == "commands" && other == "commands" && command != next
        }
        _ => false,
    });
    assert_none("a command that imports another one", &found);
}

#[test]
fn a_file_imports_its_siblings_and_not_its_own_mod_rs() {
    let modules: BTreeSet<_> = program().into_iter().map(|source| source.module).collect();
    let found = imports(|module, path| {
        // The closest folder that both are in.
        let common = module.iter().zip(path).take_while(|(a, b)| a == b).count();
        let is_below = common > 0 && common < module.len() && common < path.len();
        is_below && !modules.contains(&path[..=common])
    });
    assert_none(
        "an import from the mod.rs of a folder around the file",
        &found,
    );
}
