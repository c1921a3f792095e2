//! Machines that share a server: three homes, one sandbox, one OpenBao.

use std::fs;

use serde_json::Value;

use crate::harness::Output;
use crate::harness::accounts::PEOPLE;
use crate::harness::front::{Asked, Front, sandbox};
use crate::harness::keeper::read_entry;
use crate::harness::process::{Run, Running};
use crate::harness::{OpenBao, World};

/// Homes that share a server and an Instagram.
pub struct Team {
    pub homes: Vec<World>,
    pub server: OpenBao,
    pub front: Front,
    _sandbox: Running,
    /// Where what the homes share runs. It ends last.
    _ground: World,
}

impl Team {
    /// So many homes. `None` where the tests do without.
    #[track_caller]
    pub fn gather(
        start: impl FnOnce(&World) -> Option<OpenBao>,
        homes: usize,
        scenario: &str,
    ) -> Option<Self> {
        Self::meddled(start, homes, scenario, |_| false)
    }

    /// As [`Self::gather`], with something between the homes and their Instagram ([`Front::meddling`]).
    #[track_caller]
    pub fn meddled(
        start: impl FnOnce(&World) -> Option<OpenBao>,
        homes: usize,
        scenario: &str,
        meanwhile: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Option<Self> {
        let ground = World::new();
        let server = start(&ground)?;
        let (sandbox, port) = sandbox(&ground, scenario);
        let front = Front::meddling(port, meanwhile);
        let homes = (0..homes).map(|number| {
            let world = World::new();
            server.serve(&world);
            world.set_env(
                "IGCONNECT_INSTAGRAM",
                format!("http://127.0.0.1:{}", front.port()),
            );
            for name in ["IGCONNECT_SANDBOX_APP_ID", "IGCONNECT_SANDBOX_APP_SECRET"] {
                world.set_env(name, ground.value(name));
            }
            let data = world.data();
            fs::create_dir_all(&data).unwrap();
            let config = format!("[openbao]\nwriter = \"machine-{number}\"\n");
            fs::write(data.join("config.toml"), config).unwrap();
            world
        });
        Some(Self {
            homes: homes.collect(),
            server,
            front,
            _sandbox: sandbox,
            _ground: ground,
        })
    }

    /// The folder of the server in which the team's secrets are.
    pub fn folder(&self) -> String {
        format!("igconnect-127.0.0.1-{}", self.front.port())
    }

    /// Connects this person from a home, and returns the token.
    #[track_caller]
    pub fn connect(&self, home: &World, name: &str) -> String {
        home.connect_person(name);
        let (id, _) = PEOPLE.iter().find(|(_, known)| *known == name).unwrap();
        self.tokens(id).remove(0)
    }

    /// The tokens of an account that the server has, by any slot.
    #[track_caller]
    pub fn tokens(&self, id: &str) -> Vec<String> {
        let slots = ["a", "b"].map(|slot| format!("acct/{id}/{slot}"));
        let entries = slots
            .iter()
            .filter_map(|name| self.server.lookup(&self.folder(), name));
        let token = |entry: String| read_entry(&entry)["token"].as_str().unwrap().to_owned();
        entries.map(token).collect()
    }

    /// The renewals that Instagram was asked for.
    pub fn renewals(&self) -> Vec<Asked> {
        self.front.asked_for("GET /refresh_access_token")
    }
}

/// The first account of a JSON document.
#[track_caller]
pub fn first(output: &Output) -> Value {
    output.json()["accounts"][0].clone()
}

/// The program in a home, with JSON.
pub fn with_json(home: &World, arguments: &[&str]) -> Run {
    home.command(&[arguments, &["--json"]].concat())
}
