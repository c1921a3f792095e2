//! `store`: what is where, whether it is whole, and from one store to another without losing a secret or leaving one.

mod checks;
mod ends;
mod journey;
mod lost;

use crate::harness::World;
use crate::harness::process::Output;

/// The name of the sandbox's entries.
const SERVICE: &str = "igconnect-sandbox";

impl World {
    /// `store move` with `--yes` and these arguments. Nobody at Instagram would answer.
    #[track_caller]
    fn moves(&self, to: &str, arguments: &[&str]) -> Output {
        let line = [&["store", "move", "--yes", "--to", to], arguments].concat();
        let run = self.sandbox(&line).env("IGCONNECT_SCENARIO", "down");
        run.run()
    }

    /// What `store show` finds.
    #[track_caller]
    fn shows(&self) -> serde_json::Value {
        let line = ["store", "show", "--json"];
        self.sandbox(&line).run().assert_code(0).json()
    }

    /// The first account as `status` has it.
    #[track_caller]
    fn account_json(&self) -> serde_json::Value {
        let status = self.sandbox(&["status", "--json"]).run();
        status.json()["accounts"][0].clone()
    }

    /// A sealed file with a key file of this world.
    fn seals(&self) {
        let key = self.folder("XDG_CONFIG_HOME").join("seal.key");
        self.set_env("IGCONNECT_SEAL_KEY_FILE", key);
    }
}
