//! The points at which a command can be disturbed, and a way to try many of them at once.

use std::collections::HashMap;
use std::env;
use std::fmt::{self, Debug, Display};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use tempfile::TempDir;

use super::scene::Scene;

/// How many points each sweep takes; without it a sample for the normal run.
const SWEEP: &str = "IGCONNECT_TESTS_SWEEP";

/// Parts of the names of the scenes to take, apart by commas; without it all are taken.
const SCENES: &str = "IGCONNECT_TESTS_SCENES";

/// A prime larger than any sweep has points.
const STEP: usize = 1_000_003;

/// A system call of the main thread: its name, and which one of that name it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    pub call: String,
    pub number: usize,
}

impl Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call, self.number)
    }
}

/// Scenes, each with the folder that its runs begin with.
pub struct Stage(Vec<(Scene, TempDir)>);

/// A run of a scene, and how it is disturbed.
#[derive(Clone)]
pub struct Attempt<'a, How> {
    pub scene: &'a Scene,
    pub template: &'a Path,
    pub how: How,
}

impl<How: Display> Debug for Attempt<'_, How> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} over {} {}",
            self.scene.name, self.scene.store, self.how
        )
    }
}

impl Stage {
    /// With those of the scenes that were asked for.
    pub fn new(scenes: impl Iterator<Item = Scene>) -> Self {
        let asked = env::var(SCENES).unwrap_or_default();
        let scenes = scenes.filter(|scene| asked.split(',').any(|part| scene.name.contains(part)));
        Self(scenes.map(|scene| (scene, scene.template())).collect())
    }

    /// Every disturbance of each scene that there is, one scene after the other.
    pub fn attempts<How>(&self, ways: impl Fn(&Scene, &Path) -> Vec<How>) -> Vec<Attempt<'_, How>> {
        let attempts = self.0.iter().flat_map(|(scene, template)| {
            let template = template.path();
            let ways = ways(scene, template).into_iter();
            ways.map(move |how| Attempt {
                scene,
                template,
                how,
            })
        });
        attempts.collect()
    }
}

/// Whether more than the sample was asked for.
fn is_full() -> bool {
    env::var_os(SWEEP).is_some()
}

/// How many points this run takes.
pub fn size(sample: usize) -> usize {
    env::var(SWEEP)
        .ok()
        .map_or(sample, |size| size.parse().expect("a number of points"))
}

/// Every call of the main thread from the first that concerns the program's data, in their order.
///
/// strace counts calls for each thread and each name. A point is thus one that the main thread reaches; another thread
/// that comes to the same number first is hit in its stead, which is a point too.
pub fn points(scene: &Scene, template: &Path) -> Vec<Point> {
    let place = scene.place(template);
    let trace = place.root().join("trace");
    let ended = place.traced(&["-o", trace.to_str().unwrap()], scene.command);
    assert_eq!(ended.code, 0, "{}: {}", scene.name, ended.said);
    of_trace(&trace, &place.root().join("data"))
}

/// The calls of the main thread in a trace, from the first that names this folder.
pub fn of_trace(trace: &Path, data: &Path) -> Vec<Point> {
    let text = String::from_utf8_lossy(&std::fs::read(trace).unwrap()).into_owned();
    let mut numbers = HashMap::<String, usize>::new();
    let mut main = None;
    let mut begun = false;
    let mut points = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        if *main.get_or_insert(thread) != thread {
            continue;
        }
        let rest = rest.trim_start();
        let call = rest.split('(').next().unwrap_or_default();
        if call.is_empty() || !call.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let number = numbers.entry(call.to_owned()).or_default();
        *number += 1;
        begun |= rest.contains(data.to_str().unwrap()) && call != "execve";
        if begun && !matches!(call, "exit" | "exit_group") {
            points.push(Point {
                call: call.to_owned(),
                number: *number,
            });
        }
    }
    points
}

/// `size` of them, evenly spread.
pub fn spread<T: Clone>(all: &[T], size: usize) -> Vec<T> {
    let size = size.min(all.len());
    (0..size)
        .map(|place| all[place * all.len() / size].clone())
        .collect()
}

/// Tries all on as many threads as help, says how many went well, and fails with what was wrong, if anything.
pub fn try_all<T: Sync + Debug>(
    what: &str,
    all: &[T],
    attempt: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let next = Mutex::new(0);
    let wrong = Mutex::new(Vec::new());
    let threads =
        thread::available_parallelism().map_or(2, usize::from) * if is_full() { 4 } else { 2 };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let place = {
                        let mut next = next.lock().unwrap();
                        *next += 1;
                        *next - 1
                    };
                    if place >= all.len() {
                        return;
                    }
                    // Early numbers tell of every scene: a prime step visits each point once.
                    let one = &all[place * STEP % all.len()];
                    if place > 0 && place % 500 == 0 {
                        let wrong = wrong.lock().unwrap();
                        let (so_far, first) = (wrong.len(), wrong.first());
                        let _ =
                            writeln!(io::stderr(), "{what}: at {place}, {so_far} wrong {first:?}");
                    }
                    if let Err(why) = attempt(one) {
                        wrong.lock().unwrap().push(format!("{one:?}: {why}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    // Past the test runner, which swallows what a passing test prints: the count is the result.
    let good = all.len() - wrong.len();
    let _ = writeln!(io::stderr(), "{what}: {good} of {}", all.len());
    let shown: Vec<_> = wrong.iter().take(40).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{what}: {} wrong\n{}",
        wrong.len(),
        shown.join("\n")
    );
}
