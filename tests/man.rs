//! The files that are generated and kept in the repository: manual pages and completions.
//!
//! `SNAPSHOTS=overwrite cargo test --test igconnect man::` writes them, as it does for the snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::World;
#[cfg(unix)]
use crate::harness::need;

const UPDATE: &str = "SNAPSHOTS";

fn kept(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

#[track_caller]
fn assert_fresh(folder: &str, made: &BTreeMap<String, String>) {
    let kept = kept(folder);
    if std::env::var(UPDATE).is_ok_and(|word| word == "overwrite") {
        for name in files(&kept).keys().filter(|name| !made.contains_key(*name)) {
            fs::remove_file(kept.join(name)).unwrap();
        }
        for (name, text) in made {
            fs::write(kept.join(name), text).unwrap();
        }
    }
    let stale = files(&kept);
    let differs = |name: &&String| stale.get(*name) != made.get(*name);
    let all = stale.keys().chain(made.keys());
    let differing: std::collections::BTreeSet<_> = all.filter(differs).collect();
    assert!(
        differing.is_empty(),
        "{folder}/ is not what the program makes now: {differing:?}; {UPDATE}=overwrite with this test writes it"
    );
}

#[test]
fn the_manual_pages_are_fresh() {
    let world = World::new();
    let dir = world.folder("TMPDIR").join("man");
    let output = world
        .command(&["man", "--dir"])
        .arg(&dir)
        .run()
        .assert_code(0);
    let made = files(&dir);
    assert_eq!(output.stdout().lines().count(), made.len());
    assert_fresh("man", &made);
}

#[test]
fn the_completions_are_fresh() {
    let world = World::new();
    let names = [
        ("bash", "igconnect.bash"),
        ("zsh", "_igconnect"),
        ("fish", "igconnect.fish"),
        ("elvish", "igconnect.elv"),
        ("powershell", "_igconnect.ps1"),
        ("nushell", "igconnect.nu"),
    ];
    let script = |shell: &str| {
        let output = world.command(&["completions", shell]).run().assert_code(0);
        output.stdout().to_owned()
    };
    let made = names.map(|(shell, name)| (name.to_owned(), script(shell)));
    assert_fresh("completions", &made.into());
}

#[cfg(unix)]
#[test]
fn the_main_page_is_printed_and_every_user_may_read_the_written_ones() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let main = fs::read_to_string(kept("man").join("igconnect.1")).unwrap();
    assert_eq!(world.command(&["man"]).run().assert_code(0).stdout(), main);
    let output = world.command(&["man", "--json"]).run().assert_code(0);
    assert_eq!(output.json()["text"], main);
    let dir = world.folder("TMPDIR").join("a/b");
    let _ = world
        .command(&["man", "--dir"])
        .arg(&dir)
        .run()
        .assert_code(0);
    let mode = dir
        .join("igconnect-login.1")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o644);
    let file = world.given("file", "");
    let _ = world
        .command(&["man", "--dir"])
        .arg(file)
        .run()
        .assert_code(2);
}

#[cfg(unix)]
#[test]
fn mandoc_and_groff_find_nothing_wrong_with_a_page() {
    if !need("mandoc") || !need("groff") {
        return;
    }
    let world = World::new();
    for name in files(&kept("man")).keys() {
        let page = kept("man").join(name);
        let lint = world
            .program("mandoc", &["-T", "lint", "-W", "warning"])
            .arg(&page)
            .run();
        assert!(lint.code() == 0, "{}", lint.report());
        let groff = world
            .program("groff", &["-man", "-ww", "-Tutf8", "-z"])
            .arg(&page)
            .run()
            .assert_code(0);
        assert!(groff.stderr().is_empty(), "{}", groff.report());
    }
}

#[test]
fn every_variable_that_the_program_reads_is_in_the_manual() {
    fn read(folder: &Path, names: &mut std::collections::BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            // What only tests read is none of the manual's.
            if entry.file_name() == "tests" || entry.file_name() == "tests.rs" {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                read(&entry.path(), names);
                continue;
            }
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            for part in text.split("\"IGCONNECT_").skip(1) {
                let (name, _) = part.split_once('"').unwrap();
                if name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
                    names.insert(format!("IGCONNECT_{}", name.trim_end_matches("_FILE")));
                }
            }
        }
    }
    let mut names = std::collections::BTreeSet::new();
    read(&kept("src"), &mut names);
    assert!(names.len() > 10);
    // The tests' own are for those who work on the program.
    names.retain(|name| !name.starts_with("IGCONNECT_TESTS_"));
    let page = fs::read_to_string(kept("man").join("igconnect-environment.7")).unwrap();
    let missing: Vec<_> = names.iter().filter(|name| !page.contains(*name)).collect();
    assert!(
        missing.is_empty(),
        "not in igconnect help environment: {missing:?}"
    );
}
