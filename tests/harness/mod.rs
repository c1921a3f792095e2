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
pub mod database;
pub mod faulty;
pub mod files;
pub mod front;
#[cfg_attr(windows, path = "group_on_windows.rs")]
pub mod group;
pub mod http;
pub mod keeper;
pub mod login;
pub mod mode;
mod output;
mod platform;
pub mod process;
pub mod random;
pub mod scan;
pub mod sealed_file;
pub mod snapshot;
pub mod sweep;
pub mod visitor;
mod wait;
pub mod world;

// Programs and servers of Unix: a terminal, a keyring, a browser, another clock, other stores.
#[cfg(unix)]
mod browser;
#[cfg(unix)]
mod clock;
#[cfg(unix)]
pub mod credential_helper;
#[cfg(unix)]
pub mod faulty_keyring;
#[cfg(unix)]
mod faulty_objects;
#[cfg(unix)]
mod file_helper;
#[cfg(unix)]
mod keyboard;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod needs;
#[cfg(unix)]
pub mod openbao;
#[cfg(unix)]
mod provider;
#[cfg(unix)]
mod secret_service;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
pub mod user_manager;
#[cfg(unix)]
mod watcher;

#[cfg(unix)]
pub use browser::Browser;
#[cfg(unix)]
pub use machine::on_a_machine_of_its_own;
#[cfg(unix)]
pub use needs::{installed, need};
#[cfg(unix)]
pub use openbao::OpenBao;
pub use output::Output;
pub use scan::Canaries;
#[cfg(unix)]
pub use secret_service::SecretService;
pub use snapshot::assert_snapshot;
pub use wait::{HANG, until, until_within};
pub use world::World;
