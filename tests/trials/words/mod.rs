//! Words that people type: errors, names, topics.

use crate::harness::World;

/// The ways to ask, each with a part of its first answer.
fn ways_to_ask() -> Vec<(&'static str, &'static str)> {
    let mut answer = "";
    let mut ways = Vec::new();
    for line in include_str!("asked.txt").lines() {
        match line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            Some(part) => answer = part,
            None if line.is_empty() || line.starts_with("# ") => {}
            None => ways.push((line, answer)),
        }
    }
    ways
}

#[test]
fn explain_understands_what_people_type() {
    let world = World::new();
    let ways = ways_to_ask();
    assert!(ways.len() > 250);
    let mut misses = Vec::new();
    for (asked, expected) in &ways {
        let output = world.command(&["explain", "--", asked]).run();
        let answer = output.stdout();
        let (first, _) = answer.split_once("\n\n").unwrap_or((answer, ""));
        if !first.contains(expected) {
            misses.push(format!("{asked}\n  expected {expected}\n  got {first}"));
        }
    }
    let (missed, all) = (misses.len(), ways.len());
    assert!(
        misses.is_empty(),
        "{missed} of {all} missed:\n{}",
        misses.join("\n")
    );
}

#[test]
fn an_unsure_answer_is_a_question_with_at_most_three_answers() {
    let world = World::new();
    for asked in ["token", "redirect app", "the account"] {
        let output = world
            .command(&["explain", asked, "--json"])
            .run()
            .assert_code(0);
        let answer = output.json();
        assert_eq!(answer["sure"], false, "{}", output.report());
        let count = answer["errors"].as_array().unwrap().len();
        assert!((1..=3).contains(&count), "{}", output.report());
    }
    for asked in [
        "pizza",
        "hello",
        "a soup without salt",
        "987654",
        "not an error at all",
    ] {
        let output = world.command(&["explain", asked]).run().assert_fails(1);
        let _ = output.assert_says("no explanation found");
    }
}
