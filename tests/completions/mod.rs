//! `completions`: the scripts in the real shells, typed at, and what they are told.

mod names;
mod shells;
mod typist;
