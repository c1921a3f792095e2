//! Rules that neither the compiler nor a lint holds: words, files, and what a module may import.
//!
//! They read the source as text. `lexer` finds comments, strings and code, `tree` finds modules and paths.

mod files;
mod layers;
mod lexer;
mod tree;
mod types;
mod words;

/// Fails unless everything found is allowed. Each line of `allowed` is a debt: shorten it, never extend it.
#[track_caller]
fn assert_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}
