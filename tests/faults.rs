//! `faults.txt` names functions and tests that exist. `tests/mutants` breaks the ones and runs the others.

use std::fs;
use std::path::Path;

const ROWS_MIN: usize = 60;

#[test]
fn every_row_names_a_function_and_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    read_all(&root.join("src"), &mut source);
    read_all(&root.join("tests"), &mut source);
    let rows = include_str!("faults.txt").lines();
    let rows: Vec<_> = rows
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert!(rows.len() >= ROWS_MIN, "{} rows", rows.len());
    for row in rows {
        let [place, tests, _fault] = row.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("not three columns: {row}");
        };
        let (file, function) = place.split_once(' ').expect("a file and a function");
        let text = fs::read_to_string(root.join("src").join(file));
        let text = text.unwrap_or_else(|error| panic!("{file}: {error}"));
        let is_there = function == "*" || text.contains(&format!("fn {function}"));
        assert!(is_there, "{file} has no function {function}");
        for test in tests.split(' ') {
            let is_there = source.contains(&format!("fn {test}()"));
            assert!(is_there, "no test is called {test}");
        }
    }
}

/// Appends the content of each source file.
fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&fs::read_to_string(path).expect("a source file"));
        }
    }
}
