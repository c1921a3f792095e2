//! Each thing that can be wrong with a server, on the real one: its code, its sentence, nothing lost, and the commands
//! that need no store as before.

mod addresses;
mod server;
pub mod setup;
mod tokens;
