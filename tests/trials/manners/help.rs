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

#[test]
fn paragraphs_of_a_topic_fill_the_lines_of_a_narrow_terminal() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    let run = world
        .on_a_terminal(&["help", "exit-codes"], &[])
        .env("COLUMNS", "40");
    let output = run.env("NO_COLOR", "1").run().assert_code(0);
    let text = output.stdout().replace('\r', "");
    let expected = "3 says nothing about the token. Try\nagain later, and never delete or replace\na token because of it.\n";
    assert!(text.contains(expected), "{}", output.report());
}
