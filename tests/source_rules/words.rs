//! The words of everything that people read. Names in code are not among them.

use std::fs;

use super::assert_none;
use super::lexer::{Kind, lex};
use super::tree::{files_below, root};

/// Words and phrases that have a plainer one. A phrase with `*` goes on with any word but those of [`NOT_NOUNS`].
const BANNED: [&str; 16] = [
    "whoever",
    "whom",
    "nobody",
    "anew",
    "told",
    "letter by letter",
    "by itself",
    "in the place of",
    "is no *",
    "are no *",
    "none of ours",
    "stands",
    "dies",
    "stand-in",
    "stand-ins",
    "where that is",
];

/// "Is no longer" has no noun.
const NOT_NOUNS: [&str; 7] = [
    "longer", "more", "less", "later", "earlier", "matter", "one",
];

/// The texts outside of Rust: a folder, and the end of their names. Generated ones are read too.
const TEXTS: [(&str, &str); 8] = [
    ("src", ".txt"),
    ("src", ".html"),
    ("docs", ".md"),
    ("tests", ".md"),
    ("tests", ".txt"),
    ("man", ""),
    ("schemas", ""),
    ("completions", ""),
];

/// Single files: texts, scripts and settings with their comments.
const FILES: [&str; 8] = [
    "README.md",
    "CHANGELOG.md",
    "Cargo.toml",
    "clippy.toml",
    ".cargo/mutants.toml",
    ".ci/run",
    "tests/run",
    "tests/mutants",
];

#[test]
fn words_that_have_a_plainer_one_are_not_used() {
    let mut found = Vec::new();
    for (place, words) in texts() {
        for phrase in BANNED {
            if occurrences(&words, phrase) > 0 {
                found.push(format!("{phrase:?} in {place}"));
            }
        }
    }
    assert_none("a word that has a plainer one", &found);
}

/// Everything that people read, as words, with the name of its file.
fn texts() -> Vec<(String, Vec<String>)> {
    let mut texts = Vec::new();
    let name = |path: &std::path::Path| path.strip_prefix(root()).unwrap().display().to_string();
    for folder in ["src", "tests", "benches"] {
        for path in files_below(&root().join(folder), ".rs") {
            // This folder has the words themselves.
            if !path.starts_with(root().join("tests/source_rules")) {
                let source = fs::read_to_string(&path).unwrap();
                texts.push((name(&path), words(&prose(&source))));
            }
        }
    }
    let files = FILES.iter().map(|name| root().join(name));
    let others = TEXTS
        .iter()
        .flat_map(|(folder, end)| files_below(&root().join(folder), end));
    for path in files.chain(others) {
        let text = fs::read_to_string(&path).unwrap();
        texts.push((name(&path), words(&text)));
    }
    texts
}

/// The comments and strings of a source, each string for itself.
fn prose(source: &str) -> String {
    let mut prose = String::new();
    let mut last = Kind::Mark;
    for token in lex(source) {
        match token.kind {
            Kind::Comment => {
                let text = token.text.trim_start_matches(['/', '!', '*']);
                prose.push_str(text);
                prose.push('\n');
            }
            // A line that goes on, and a full stop between two strings.
            Kind::Text => prose.push_str(&format!(
                ". {}. ",
                token.text.replace("\\n", " . ").replace('\\', " ")
            )),
            _ if last == Kind::Comment => prose.push_str(". "),
            _ => {}
        }
        last = token.kind;
    }
    prose
}

/// Words in lower case, and punctuation. What has a hyphen or an underscore is one word: a name such as
/// `old-token-dies` has none of the words in it.
fn words(text: &str) -> Vec<String> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match is_of_word(first) {
            true => rest
                .find(|letter| !is_of_word(letter))
                .unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        words.push(rest[..length].to_lowercase());
        rest = rest[length..].trim_start();
    }
    words
}

fn occurrences(words: &[String], phrase: &str) -> usize {
    let phrase: Vec<_> = phrase.split(' ').collect();
    let matches = |words: &&[String]| {
        (words.iter().zip(&phrase)).all(|(word, wanted)| match *wanted {
            "*" => {
                let is_word = word.chars().all(char::is_alphanumeric);
                is_word && !NOT_NOUNS.contains(&word.as_str())
            }
            wanted => word == wanted,
        })
    };
    words.windows(phrase.len()).filter(matches).count()
}

#[test]
fn words_are_counted_in_comments_and_strings_and_not_in_names() {
    let source = "/// Nobody\n/// is told by\n// itself.\nfn nobody() { f(\"old-token-dies, it dies\\n\\\n anew\"); } // is no longer, is no file";
    let words = words(&prose(source));
    let count = |phrase| occurrences(&words, phrase);
    let found = ["nobody", "by itself", "dies", "anew", "is no *", "told by"].map(count);
    assert_eq!(found, [1, 1, 1, 1, 1, 1]);
}
