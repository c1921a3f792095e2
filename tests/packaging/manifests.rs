//! What `packaging/render` writes: one version, one address, the right checksum beside each archive, and what the
//! registries' schemas want.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use boon::{Compiler, Schemas};
use serde_json::Value;
use tempfile::TempDir;

use super::yaml;
use crate::harness::need;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The archives of a release, each with a checksum that no other has.
fn archives() -> Vec<(String, String)> {
    let endings = [
        "aarch64-apple-darwin.tar.gz",
        "x86_64-apple-darwin.tar.gz",
        "aarch64-unknown-linux-musl.tar.gz",
        "x86_64-unknown-linux-musl.tar.gz",
        "x86_64-pc-windows-gnu.zip",
    ];
    let named = endings.iter().zip(10..);
    named
        .map(|(ending, number)| {
            (
                format!("igconnect-{VERSION}-{ending}"),
                format!("{number:064}"),
            )
        })
        .collect()
}

fn render(sums: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("SHA256SUMS"), sums).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/render");
    let output = Command::new(script).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    folder
}

fn rendered() -> TempDir {
    let sums: String = archives()
        .iter()
        .map(|(name, sum)| format!("{sum}  {name}\n"))
        .collect();
    render(&sums)
}

fn manifests(folder: &TempDir) -> Vec<(PathBuf, String)> {
    let top = folder.path().join("manifests");
    let names = [
        "PKGBUILD",
        "igconnect.rb",
        "igconnect.json",
        "winget/igconnect.igconnect.yaml",
        "winget/igconnect.igconnect.installer.yaml",
        "winget/igconnect.igconnect.locale.en-US.yaml",
    ];
    let read = |name: &str| (top.join(name), fs::read_to_string(top.join(name)).unwrap());
    names.iter().map(|name| read(name)).collect()
}

#[test]
fn every_manifest_has_the_version_and_the_address_of_cargo_toml() {
    let folder = rendered();
    for (file, text) in manifests(&folder) {
        assert!(text.contains(VERSION), "{}", file.display());
        assert!(
            !text.contains("@VERSION@") && !text.contains("@SHA256"),
            "{text}"
        );
        for line in text
            .lines()
            .filter(|line| line.contains("https://example.org"))
        {
            assert!(line.contains(env!("CARGO_PKG_REPOSITORY")), "{line}");
        }
    }
}

/// The checksum of an archive is in the line of its address or below it.
#[test]
fn each_archive_has_its_checksum() {
    let folder = rendered();
    for (file, text) in manifests(&folder) {
        // The variables of the shell, which only this file has.
        let text = text.replace("$pkgver", VERSION);
        let mut found = 0;
        for (name, sum) in archives()
            .iter()
            .filter(|(name, _)| text.contains(name.as_str()))
        {
            let rest = &text[text.find(name.as_str()).unwrap()..];
            let first = |sum: &str| rest.find(sum).unwrap_or(usize::MAX);
            assert!(rest.contains(sum.as_str()), "{name} in {}", file.display());
            if !file.ends_with("PKGBUILD") {
                let nearest = archives()
                    .into_iter()
                    .map(|(_, sum)| sum)
                    .min_by_key(|sum| first(sum));
                assert_eq!(nearest.as_ref(), Some(sum), "{name} in {}", file.display());
            }
            found += 1;
        }
        let expected = match file.file_name().and_then(|name| name.to_str()).unwrap() {
            "PKGBUILD" => 2,
            "igconnect.rb" => 4,
            "igconnect.json" | "igconnect.igconnect.installer.yaml" => 1,
            _ => 0,
        };
        assert_eq!(found, expected, "archives in {}", file.display());
    }
}

#[test]
fn without_a_checksum_no_download_matches() {
    let folder = render("");
    let formula = fs::read_to_string(folder.path().join("manifests/igconnect.rb")).unwrap();
    assert_eq!(formula.matches(ZEROS).count(), 4);
}

#[test]
fn scoop_and_winget_accept_their_manifests() {
    if !need("ruby") {
        return;
    }
    let folder = rendered();
    let top = folder.path().join("manifests");
    for (schema, manifest) in [
        ("scoop", "igconnect.json"),
        ("winget-version", "winget/igconnect.igconnect.yaml"),
        (
            "winget-installer",
            "winget/igconnect.igconnect.installer.yaml",
        ),
        (
            "winget-defaultLocale",
            "winget/igconnect.igconnect.locale.en-US.yaml",
        ),
    ] {
        // YAML contains JSON.
        validate(schema, &yaml::read(&top.join(manifest)));
    }
}

#[track_caller]
fn validate(schema: &str, manifest: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/packaging/schemas/{schema}.json"));
    let mut text: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    // The address would be looked up.
    let _ = text.as_object_mut().unwrap().remove("$id");
    let mut compiler = Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", text).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(manifest, index) {
        panic!("{schema}: {error:#}");
    }
}

#[test]
fn the_formula_is_ruby() {
    if !need("ruby") {
        return;
    }
    let folder = rendered();
    let formula = folder.path().join("manifests/igconnect.rb");
    let output = Command::new("ruby")
        .arg("-c")
        .arg(formula)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}
