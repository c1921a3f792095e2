//! From login to disconnect on the real program, store and database: once for each form that Instagram's answers
//! are known to take, and for each of its recorded errors that nothing is lost or guessed by it.

mod errors;
mod expected;
pub mod setup;
mod successes;
