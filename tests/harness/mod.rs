//! What the tests stand on: a world for the program to run in, and the real parts it meets there.
//!
//! Nothing here is shared between two tests: no port, folder, bus or browser is fixed, so all of them run at once.

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
pub mod keeper;
mod keyboard;
pub mod login;
mod machine;
mod needs;
pub mod openbao;
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
pub use scan::Canaries;
pub use secret_service::SecretService;
pub use snapshot::assert_snapshot;
pub use wait::{HANG, until, until_within};
pub use world::World;
