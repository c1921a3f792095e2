//! What a test needs: a world for the program to run in, and the real programs and servers that it meets there.
//!
//! ```ignore
//! #[test]
//! fn an_expired_token_is_not_printed() {
//!     let world = World::new(); // an empty home, gone when the test ends
//!     world.connect(); // @wreckshop.records, by the program itself in its sandbox
//!     world.database().expire_in(-60);
//!     let output = world.sandbox(&["token"]).run().assert_fails(4);
//!     let _ = output.assert_says("igconnect --sandbox login");
//! }
//! ```
//!
//! Tests share nothing, so all of them run at once. [tests/README.md](../README.md) lists what is here.

pub mod accounts;
pub mod authority;
mod browser;
mod clock;
pub mod credential_helper;
pub mod database;
pub mod faulty;
pub mod faulty_keyring;
mod faulty_objects;
mod file_helper;
pub mod files;
pub mod front;
pub mod group;
pub mod http;
pub mod keeper;
mod keyboard;
pub mod login;
mod machine;
mod needs;
pub mod openbao;
mod output;
pub mod process;
mod provider;
pub mod random;
pub mod scan;
pub mod sealed_file;
mod secret_service;
pub mod snapshot;
pub mod sweep;
mod terminal;
pub mod user_manager;
pub mod visitor;
mod wait;
mod watcher;
pub mod world;

pub use browser::Browser;
pub use machine::on_a_machine_of_its_own;
pub use needs::{installed, need};
pub use openbao::OpenBao;
pub use output::Output;
pub use scan::Canaries;
pub use secret_service::SecretService;
pub use snapshot::assert_snapshot;
pub use wait::{HANG, until, until_within};
pub use world::World;
