//! The sealed file: one account from login to disconnect with a key from each source, and every way in which key or
//! file can be wrong.

mod faults;
mod sources;
mod vectors;
