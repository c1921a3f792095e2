//! Broken on purpose: each of the program's protections is taken away, one at a time, and a test must notice.
//!
//! A normal run checks that every sabotage still fits the source. With `IGCONNECT_TESTS_SABOTAGE` each is built too, which
//! takes minutes (see README.md).

mod list;
mod workshop;

use std::collections::BTreeSet;
use std::env;
use std::path::Path;

use list::{Sabotage, TestName};
use workshop::{Outcome, Workshop};

/// `all`, or words in the names of those that are wanted, separated by commas.
const SABOTAGE: &str = "IGCONNECT_TESTS_SABOTAGE";

/// The bar; the list holds more.
const SABOTAGES_MIN: usize = 20;

#[test]
fn every_sabotage_is_noticed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sabotages = list::all();
    assert!(sabotages.len() >= SABOTAGES_MIN);
    for sabotage in &sabotages {
        sabotage.assert_fits(root);
    }
    let Ok(wanted) = env::var(SABOTAGE) else {
        return;
    };
    let chosen: Vec<_> = (sabotages.iter())
        .filter(|sabotage| {
            wanted == "all" || wanted.split(',').any(|words| sabotage.name.contains(words))
        })
        .collect();
    assert!(!chosen.is_empty(), "no sabotage has {wanted:?} in its name");

    let workshop = Workshop::open(root);
    let tests: BTreeSet<&TestName> = chosen.iter().flat_map(|chosen| &chosen.tests).collect();
    assert_all_pass(&workshop, tests.into_iter().collect());
    let unnoticed: Vec<_> = (chosen.iter().enumerate())
        .filter(|(at, sabotage)| !is_noticed(&workshop, sabotage, at + 1, chosen.len()))
        .map(|(_, sabotage)| &sabotage.name)
        .collect();
    println!(
        "sabotages noticed: {} of {}",
        chosen.len() - unnoticed.len(),
        chosen.len()
    );
    assert!(unnoticed.is_empty(), "not noticed: {unnoticed:#?}");
}

/// Without a sabotage nothing fails; otherwise a failure would prove nothing.
fn assert_all_pass(workshop: &Workshop, tests: Vec<&TestName>) {
    println!("as it is: {} tests", tests.len());
    for test in tests {
        let outcome = workshop.run(test);
        assert!(
            matches!(outcome, Outcome::Passed),
            "{test} without any sabotage: {outcome}"
        );
    }
}

fn is_noticed(workshop: &Workshop, sabotage: &Sabotage, at: usize, of: usize) -> bool {
    let _sabotaged = match workshop.sabotage(sabotage) {
        Ok(sabotaged) => sabotaged,
        Err(why) => {
            println!(
                "{at} of {of}, {}: a mistake in the list: {why}",
                sabotage.name
            );
            return false;
        }
    };
    let mut noticed = true;
    for test in &sabotage.tests {
        let outcome = workshop.run(test);
        println!("{at} of {of}, {}: {test}: {outcome}", sabotage.name);
        noticed &= matches!(outcome, Outcome::Failed(_));
    }
    noticed
}
