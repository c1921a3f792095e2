//! `faults.txt` names functions and tests that exist. `tests/mutants` breaks the ones and runs the others.

use std::fs;
use std::path::Path;

const ROWS_MIN: usize = 60;

#[test]
fn every_row_names_a_function_and_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut source, mut tests) = (String::new(), String::new());
    read_all(&root.join("src"), &mut source);
    read_all(&root.join("tests"), &mut tests);
    tests.push_str(&source);
    let rows = include_str!("faults.txt").lines();
    let rows: Vec<_> = rows
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert!(rows.len() >= ROWS_MIN, "{} rows", rows.len());
    for row in rows {
        let [place, names, fault] = row.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("not three columns: {row}");
        };
        assert!(!fault.is_empty(), "{row}");
        let is_file = place.contains('/') || place.contains(".rs");
        let file = place.split(".*").next().unwrap_or_default();
        let function = format!("fn {}", place.rsplit(['*', ':']).next().unwrap());
        assert!(
            if is_file {
                source.contains(&format!("{file}\n")) || source.contains(&format!("{file}.rs\n"))
            } else {
                source.contains(&function)
            },
            "nothing in src is called {place}"
        );
        for name in names.split(' ') {
            assert!(
                tests.contains(&format!("fn {name}()")),
                "no test is called {name}"
            );
        }
    }
}

/// Appends each file's path and content.
fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&format!("{}\n", path.display()));
            text.push_str(&fs::read_to_string(path).expect("a source file"));
        }
    }
}
