//! The words of everything that people read. Names in code are not among them.

use std::fs;

use super::lexer::{Kind, lex};
use super::tree::{files_below, root};

/// Words and phrases that have a plainer one. With each, how often it may still be used: in the program and its pages,
/// and in tests and benchmarks. A phrase with `*` goes on with any word but those of [`NOT_NOUNS`].
const BANNED: [(&str, usize, usize); 16] = [
    ("whoever", 0, 0),
    ("whom", 0, 0),
    ("nobody", 0, 0),
    ("anew", 0, 0),
    ("told", 0, 0),
    ("letter by letter", 0, 0),
    ("by itself", 0, 0),
    ("in the place of", 0, 0),
    ("is no *", 0, 0),
    ("are no *", 0, 0),
    ("none of ours", 0, 0),
    ("stands", 0, 0),
    ("dies", 0, 0),
    ("stand-in", 0, 0),
    ("stand-ins", 0, 0),
    ("where that is", 0, 0),
];

/// "Is no longer" has no noun.
const NOT_NOUNS: [&str; 7] = [
    "longer", "more", "less", "later", "earlier", "matter", "one",
];

/// The texts outside of Rust: a folder, and the end of their names. Generated ones are read too.
const TEXTS: [(&str, &str); 7] = [
    ("src", ".txt"),
    ("src", ".html"),
    ("docs", ".md"),
    ("tests", ".md"),
    ("man", ""),
    ("schemas", ""),
    ("completions", ""),
];

/// The texts at the top of the project.
const FRONT: [&str; 2] = ["README.md", "CHANGELOG.md"];

#[test]
fn words_that_have_a_plainer_one_are_not_used() {
    let texts = texts();
    let mut wrong = Vec::new();
    for (phrase, in_program, in_tests) in BANNED {
        for (part, limit) in [
            ("the program and its pages", in_program),
            ("tests", in_tests),
        ] {
            let of_part = (texts.iter())
                .filter(|(place, _)| is_test(place) == (part == "tests"))
                .map(|(place, words)| (place, occurrences(words, phrase)))
                .filter(|(_, count)| *count > 0);
            let found: Vec<_> = of_part.collect();
            let count: usize = found.iter().map(|(_, count)| count).sum();
            if count > limit {
                let lines = found
                    .iter()
                    .map(|(place, count)| format!("\n  {place}: {count}"));
                let lines: String = lines.collect();
                wrong.push(format!("{phrase:?} in {part}: {count}, not {limit}{lines}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_test(place: &str) -> bool {
    (place.starts_with("tests/") || place.starts_with("benches/")) && place.ends_with(".rs")
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
    let front = FRONT.iter().map(|name| root().join(name));
    let others = TEXTS
        .iter()
        .flat_map(|(folder, end)| files_below(&root().join(folder), end));
    for path in front.chain(others) {
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
