//! The tests of the commands once more over each store for real tokens, with that store's real programs.

mod left_out;
mod runs;
