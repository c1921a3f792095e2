//! Help fits the terminal: nothing of a table or an example is continued in the margin.

use crate::harness::{World, need};

#[test]
fn examples_and_tables_of_the_help_stay_out_of_the_margin() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    for page in [
        &["--help"][..],
        &["login", "-h"],
        &["help", "refresh"],
        &["store", "--help"],
        &["completions", "-h"],
    ] {
        for columns in [40, 60, 80] {
            let run = world
                .on_a_terminal(page, &[])
                .env("COLUMNS", columns.to_string());
            let output = run.env("NO_COLOR", "1").run().assert_code(0);
            let tables = ["Topics", "Examples:", "Learn more:"];
            let lines = output.stdout().lines();
            let lines =
                lines.skip_while(|line| !tables.iter().any(|table| line.starts_with(table)));
            for line in lines.map(str::trim_end) {
                let is_heading =
                    line.is_empty() || tables.iter().any(|table| line.starts_with(table));
                assert!(
                    is_heading || line.starts_with("  "),
                    "{page:?} at {columns}: {line}"
                );
                assert!(
                    line.chars().count() <= columns,
                    "{page:?} at {columns}: {line}"
                );
            }
        }
    }
}
