//! The points at which a command can be disturbed.

use std::collections::HashMap;
use std::env;
use std::fmt::{self, Debug, Display};
use std::path::Path;

use super::scene::Scene;
use crate::harness::World;

/// Parts of the names of the scenes to take, apart by commas; without it all are taken.
const SCENES: &str = "IGCONNECT_TESTS_SCENES";

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

/// Scenes, each with the world that its runs begin with.
pub struct Stage(Vec<(Scene, World)>);

/// A run of a scene, and how it is disturbed.
#[derive(Clone)]
pub struct Attempt<'a, How> {
    pub scene: &'a Scene,
    pub template: &'a World,
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
    pub fn attempts<How>(
        &self,
        ways: impl Fn(&Scene, &World) -> Vec<How>,
    ) -> Vec<Attempt<'_, How>> {
        let attempts = self.0.iter().flat_map(|(scene, template)| {
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

/// Every call of the main thread from the first that concerns the program's data, in their order.
///
/// strace counts calls for each thread and each name. A point is thus one that the main thread reaches; another thread
/// that comes to the same number first is hit in its stead, which is a point too.
pub fn points(scene: &Scene, template: &World) -> Vec<Point> {
    let world = scene.world(template);
    let trace = world.root().join("trace");
    let traced = world.traced(&["-o", trace.to_str().unwrap()], scene.command);
    let _ = traced.run().assert_code(0);
    of_trace(&trace, &world.folder("XDG_DATA_HOME"))
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
