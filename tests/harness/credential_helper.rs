//! A real docker-credential helper in use: `pass` with a key of its own, or the one of the Secret Service.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::keeper::SANDBOX;
use super::{SecretService, World, need};

/// A helper, and the programs behind it.
pub struct Helper {
    /// The word of the contract.
    pub word: &'static str,
    program: String,
    #[expect(dead_code, reason = "it runs as long as its helper is used")]
    keyring: Option<SecretService>,
    #[expect(dead_code, reason = "it ends with its helper")]
    agent: Option<Agent>,
}

impl Helper {
    /// The world's programs use it from now on. `None` where the tests do without.
    #[track_caller]
    pub fn start(world: &World, name: &'static str) -> Option<Self> {
        if !need("credential-helpers") {
            return None;
        }
        let (word, keyring, agent) = match name {
            "pass" => ("command:pass", None, Some(Agent::with_a_key(world))),
            _ => (
                "command:secretservice",
                Some(SecretService::start(world)?),
                None,
            ),
        };
        world.set_env("IGCONNECT_STORE", word);
        let program = format!("docker-credential-{name}");
        Some(Self {
            word,
            program,
            keyring,
            agent,
        })
    }

    /// The names of what it keeps for the sandbox or the real world.
    #[track_caller]
    pub fn names(&self, world: &World, whose: &str) -> Vec<String> {
        let list = world.program(&self.program, &["list"]).run();
        let list = list.assert_code(0).json();
        let all = list.as_object().expect("addresses").keys();
        let names = all.filter_map(|url| url.strip_prefix(&address(whose, "")));
        names.map(str::to_owned).collect()
    }

    #[track_caller]
    pub fn secret(&self, world: &World, whose: &str, name: &str) -> Option<String> {
        let get = world
            .program(&self.program, &["get"])
            .stdin(address(whose, name));
        let got = get.prints_a_secret().run();
        if got.code() != 0 {
            return None;
        }
        let Value::String(secret) = got.json()["Secret"].take() else {
            panic!("no secret\n{}", got.report());
        };
        Some(secret).filter(|secret| !secret.is_empty())
    }

    /// Takes one of the sandbox's away.
    #[track_caller]
    pub fn erase(&self, world: &World, name: &str) {
        let erase = world
            .program(&self.program, &["erase"])
            .stdin(address(SANDBOX, name));
        let _ = erase.run().assert_code(0);
    }
}

fn address(whose: &str, name: &str) -> String {
    format!("https://{whose}.invalid/{name}")
}

/// What `gpg` leaves running in a world's home, ended with this.
pub struct Agent(BTreeMap<OsString, OsString>);

impl Agent {
    /// A key without a passphrase, and a `pass` that encrypts to it.
    #[track_caller]
    pub fn with_a_key(world: &World) -> Self {
        let agent = Self(world.env());
        let key = "--batch --quiet --passphrase= --quick-gen-key tests@igconnect.invalid future-default default never";
        let key: Vec<_> = key.split(' ').collect();
        let _ = world.program("gpg", &key).run().assert_code(0);
        let init = ["init", "tests@igconnect.invalid"];
        let _ = world.program("pass", &init).run().assert_code(0);
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let mut kill = Command::new("gpgconf");
        kill.args(["--kill", "all"]).env_clear().envs(&self.0);
        let _ = kill
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}
