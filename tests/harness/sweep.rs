//! Many similar attempts: a sample in the normal run, all of them on request.

use std::env;
use std::fmt::Debug;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

/// How many attempts each sweep makes; without it a sample.
const SWEEP: &str = "IGCONNECT_TESTS_SWEEP";

/// A prime larger than any sweep.
const STEP: usize = 1_000_003;

/// How many attempts this run makes.
pub fn size(sample: usize) -> usize {
    let asked = env::var(SWEEP).ok();
    asked.map_or(sample, |size| size.parse().expect("a number of points"))
}

/// `size` of them, evenly spread.
pub fn spread<T: Clone>(all: &[T], size: usize) -> Vec<T> {
    let size = size.min(all.len());
    let places = (0..size).map(|number| number * all.len() / size);
    places.map(|place| all[place].clone()).collect()
}

/// Makes all attempts on several threads, says how many went well, and fails with what was wrong, if anything. An attempt
/// is wrong when it says so or panics.
pub fn try_all<T: Sync + Debug>(
    what: &str,
    all: &[T],
    attempt: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let is_full = env::var_os(SWEEP).is_some();
    let processors = thread::available_parallelism().map_or(2, usize::from);
    let wrong = Mutex::new(Vec::new());
    // Early numbers tell of every kind of attempt: a prime step makes each of them once.
    let order: Vec<_> = (0..all.len())
        .map(|place| place * STEP % all.len())
        .collect();
    in_parallel(&order, processors * if is_full { 4 } else { 2 }, |place| {
        let one = &all[*place];
        let done = catch_unwind(AssertUnwindSafe(|| attempt(one)));
        let done = done.unwrap_or_else(|panic| Err(words_of(&*panic)));
        if let Err(why) = done {
            wrong.lock().unwrap().push(format!("{one:?}: {why}"));
        }
    });
    let wrong = wrong.into_inner().unwrap();
    // Past the test runner, which swallows what a passing test prints: the count is the result.
    let good = all.len() - wrong.len();
    let _ = writeln!(io::stderr(), "{what}: {good} of {}", all.len());
    let shown: Vec<_> = wrong.iter().take(40).map(String::as_str).collect();
    let count = wrong.len();
    assert!(
        wrong.is_empty(),
        "{what}: {count} wrong\n{}",
        shown.join("\n")
    );
}

/// Does this with each of them, on so many threads.
pub fn in_parallel<T: Sync>(all: &[T], threads: usize, act: impl Fn(&T) + Sync) {
    let next = Mutex::new(all.iter());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    // Not in the condition of a `while let`, which would hold the lock.
                    let Some(one) = next.lock().unwrap().next() else {
                        return;
                    };
                    act(one);
                }
            });
        }
    });
}

/// What a panic said.
pub fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    let words = words.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    words.unwrap_or_default()
}
