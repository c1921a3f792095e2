//! Broken, unrelated and unsafe files: reported in a sentence, with code 7, and left as they are.

mod database;
mod folders;
mod setup;
