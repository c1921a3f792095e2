//! `completions`: keys typed in real shells, and what the program offers them.

mod install;
mod names;
mod shells;
mod typist;
