//! How files are cut and named.

use std::fs;

use super::assert_none;
use super::lexer::{Token, lex};
use super::tree::{Source, files_below, program, root, sources};

/// A longer file is more than one concern.
const LINES: usize = 300;

/// Names that say nothing about what is inside.
const JUNK_DRAWERS: [&str; 9] = [
    "common", "helper", "helpers", "manager", "misc", "shared", "types", "util", "utils",
];

#[test]
fn a_mod_rs_declares_and_re_exports_only() {
    let defines = |source: &Source| {
        let is_mod = source.name.ends_with("/mod.rs") || source.name == "lib.rs";
        is_mod && !source.definitions().is_empty()
    };
    let found = program().into_iter().filter(defines);
    let found: Vec<_> = found.map(|source| source.name).collect();
    assert_none("a mod.rs that defines something", &found);
}

#[test]
fn a_folder_has_a_mod_rs_and_no_file_beside_it() {
    let beside = |source: &Source| {
        let path = root().join("src").join(&source.name);
        path.with_extension("").is_dir()
    };
    let found = sources().into_iter().filter(beside);
    let found: Vec<_> = found.map(|source| source.name).collect();
    assert_none("a file beside a folder of its name", &found);
}

#[test]
fn no_file_is_a_junk_drawer() {
    let is_junk = |source: &Source| {
        let names = &source.module;
        names
            .iter()
            .any(|name| JUNK_DRAWERS.contains(&name.as_str()))
    };
    let found = sources().into_iter().filter(is_junk);
    let found: Vec<_> = found.map(|source| source.name).collect();
    assert_none("a name that says nothing", &found);
}

#[test]
fn a_file_is_read_at_once() {
    let is_long = |source: &Source| source.text.lines().count() > LINES;
    let found = program().into_iter().filter(is_long);
    let found: Vec<_> = found.map(|source| source.name).collect();
    let rule = format!("a file of more than {LINES} lines");
    assert_none(&rule, &found);
}

#[test]
fn no_test_is_ignored_without_a_reason() {
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for path in files_below(&root().join(folder), ".rs") {
            let text = fs::read_to_string(&path).unwrap();
            let tokens = lex(&text);
            let ignores = |tokens: &&[Token<'_>]| {
                let words = ["#", "[", "ignore", "]"];
                tokens.iter().zip(words).all(|(token, word)| token.is(word))
            };
            let ignored = tokens.windows(4).filter(ignores);
            let name = path.strip_prefix(root()).unwrap().display();
            found.extend(ignored.map(|tokens| format!("{name}:{}", tokens[0].line)));
        }
    }
    assert_none("#[ignore] without a reason", &found);
}
