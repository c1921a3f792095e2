//! What the tests of this folder start from.

use std::path::PathBuf;

use crate::harness::keeper::Keeps;
use crate::harness::{Canaries, World};

pub const ID: &str = "1234567890123456";

pub const ADD: [&str; 4] = ["app", "add", "--id", ID];

pub const NOTHING: [&str; 0] = [];

pub const DEFAULT_URI: &str = "https://localhost:8723/callback";

/// A world with a keyring, or the store of this run, and a secret to look out for.
pub fn begin() -> Option<(World, Canaries, String)> {
    let world = World::keeping(Keeps::REAL)?;
    let mut canaries = Canaries::new();
    let secret = canaries.make_app_secret();
    Some((world, canaries, secret))
}

pub fn config(world: &World) -> PathBuf {
    world
        .folder("XDG_CONFIG_HOME")
        .join("igconnect/config.toml")
}
