//! Every command's tests once more over each store for real tokens, with that store's real parts: the same tests, which
//! take the store from their world.

use std::env;
use std::io::{self, Write};
use std::process::Command;

use super::left_out::LEFT_OUT;
use crate::harness::World;
use crate::harness::group::Group;
use crate::harness::keeper::{EACH, Keeps, STORE};
use crate::harness::sweep::{size, spread};

/// The tests of the commands that use a store.
const ROOMS: [&str; 12] = [
    "login::",
    "status::",
    "list::",
    "refresh::",
    "disconnect::",
    "token::",
    "run::",
    "use_account::",
    "history::",
    "app::",
    "doctor::",
    "journey::",
];

/// How many of them a normal run takes for each store.
const SAMPLE: usize = 8;

#[test]
fn the_store_of_a_run_is_where_the_secrets_are() {
    let world = World::new();
    world.connect();
    let status = world.sandbox(&["status", "--json"]).run().assert_code(0);
    let store = &status.json()["accounts"][0]["token"]["store"];
    assert_eq!(*store, world.keeper().word());
    assert_eq!(world.secret_names().len(), 1);
    let secret = String::from_utf8(world.secret(&world.secret_names()[0]).unwrap()).unwrap();
    assert!(secret.contains(&world.token("@wreckshop.records")));
    let is_plain = Keeps::asked_for().is_none();
    assert_eq!(world.plain_folder().exists(), is_plain, "in plain text");
}

#[test]
fn every_command_does_the_same_over_each_store() {
    if Keeps::asked_for().is_some() {
        return; // this run is over one of them
    }
    let mut tests = tests_of_commands();
    let count = size(SAMPLE).min(tests.len());
    // Each store takes others than its neighbour, so that together they take many.
    let shift = tests.len() / count / EACH.len();
    let mut failed = Vec::new();
    for (store, keeps) in EACH {
        tests.rotate_left(shift);
        if World::keeping(*keeps).is_some() {
            failed.extend(run_over(store, &spread(&tests, count)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// Every test of the commands that has to do the same over each store.
fn tests_of_commands() -> Vec<String> {
    let list = Group::output(&mut this_program(&["--list", "--format", "terse"])).unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let all = list.lines().filter_map(|line| line.strip_suffix(": test"));
    let mut tests: Vec<_> = all
        .filter(|test| ROOMS.iter().any(|room| test.starts_with(room)))
        .map(str::to_owned)
        .collect();
    for (name, _) in LEFT_OUT {
        let place = tests.iter().position(|test| test == name);
        tests.remove(place.unwrap_or_else(|| panic!("no test is called {name}")));
    }
    tests
}

/// What a run of these tests over a store has to say for itself, if they did not all pass.
fn run_over(store: &str, tests: &[String]) -> Option<String> {
    let proof = "over_each_store::runs::the_store_of_a_run_is_where_the_secrets_are";
    let count = tests.len() + 1;
    let mut run = this_program(&["--exact", proof]);
    let run = Group::output(run.args(tests).env(STORE, store)).unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let words = String::from_utf8_lossy(&run.stderr);
    // Where the person accepted that parts are missing.
    let skipped = words
        .lines()
        .filter(|line| line.starts_with("SKIPPED"))
        .count();
    let passed = said.contains(&format!(
        "test result: ok. {count} passed; 0 failed; 0 ignored"
    ));
    let _ = writeln!(
        io::stderr(),
        "over {store}: {} of {count}{}",
        match passed {
            true => "all",
            false => "not all",
        },
        match skipped {
            0 => String::new(),
            _ => format!(", {skipped} of them skipped"),
        }
    );
    (!passed).then(|| format!("over {store}\n{said}\n{words}"))
}

fn this_program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env::current_exe().unwrap());
    program.args(arguments);
    program
}
