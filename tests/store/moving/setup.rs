//! What the tests of this folder start from.

use crate::harness::Output;
use crate::harness::World;

/// The name of the sandbox's entries.
pub const SERVICE: &str = "igconnect-sandbox";

impl World {
    /// `store move` with `--yes` and these arguments. Instagram would not answer.
    #[track_caller]
    pub fn moves(&self, to: &str, arguments: &[&str]) -> Output {
        let line = [&["store", "move", "--yes", "--to", to], arguments].concat();
        let run = self.sandbox(&line).env("IGCONNECT_SCENARIO", "down");
        run.run()
    }

    /// What `store show` finds.
    #[track_caller]
    pub fn shows(&self) -> serde_json::Value {
        let line = ["store", "show", "--json"];
        self.sandbox(&line).run().assert_code(0).json()
    }

    /// The first account as `status` has it.
    #[track_caller]
    pub fn account_json(&self) -> serde_json::Value {
        let status = self.sandbox(&["status", "--json"]).run();
        status.json()["accounts"][0].clone()
    }

    /// A sealed file with a key file of this world.
    pub fn seals(&self) {
        let key = self.folder("XDG_CONFIG_HOME").join("seal.key");
        self.set_env("IGCONNECT_SEAL_KEY_FILE", key);
    }
}
