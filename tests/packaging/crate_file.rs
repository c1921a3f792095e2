//! The crate has what a build and its readers need, and no tests.

use std::process::Command;

#[test]
fn the_crate_has_the_program_and_its_documents_only() {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--offline", "--allow-dirty"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("warning: manifest"), "{said}");
    let list = String::from_utf8(output.stdout).unwrap();
    let files: Vec<_> = list.lines().collect();
    for file in [
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "src/main.rs",
        "man/igconnect.1",
        "completions/_igconnect",
        ".cargo/config.toml",
        "docs/terminal.svg",
    ] {
        assert!(files.contains(&file), "{file} is not in the crate");
    }
    let elsewhere = ["tests/", "benches/", "packaging/", ".ci/", ".github/"];
    let strange = files
        .iter()
        .filter(|file| elsewhere.iter().any(|folder| file.starts_with(folder)));
    assert_eq!(strange.count(), 0, "{list}");
}
