//! How people name an error when they do not have its text.

/// Words without a subject of their own.
const MEANINGLESS: &[&str] = &[
    "a",
    "again",
    "all",
    "an",
    "and",
    "another",
    "any",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "did",
    "do",
    "does",
    "error",
    "errors",
    "everywhere",
    "failed",
    "for",
    "from",
    "get",
    "getting",
    "got",
    "had",
    "has",
    "have",
    "help",
    "how",
    "i",
    "if",
    "igconnect",
    "in",
    "instead",
    "is",
    "isn't",
    "it",
    "its",
    "just",
    "me",
    "my",
    "not",
    "now",
    "of",
    "on",
    "or",
    "our",
    "please",
    "says",
    "set",
    "should",
    "so",
    "some",
    "something",
    "than",
    "that",
    "the",
    "their",
    "them",
    "there",
    "they",
    "this",
    "to",
    "up",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "why",
    "will",
    "with",
    "work",
    "you",
    "your",
];

/// Words for the same thing.
const SYNONYMS: &[(&str, &str)] = &[
    ("address", "uri"),
    ("blocked", "block"),
    ("callback", "redirect"),
    ("cert", "certificate"),
    ("certs", "certificate"),
    ("incorrect", "wrong"),
    ("keychain", "keyring"),
    ("mismatch", "match"),
    ("perm", "permission"),
    ("perms", "permission"),
    ("pw", "password"),
    ("rights", "permission"),
    ("ssl", "tls"),
    ("url", "uri"),
    ("wallet", "keyring"),
];

/// Splits into words, without endings, and in one word for each thing. Names and ids are left out.
pub(super) fn stems(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '@'));
    let words = words.map(|word| word.trim_matches('\'').to_lowercase());
    let is_id = |word: &str| word.len() > 5 && word.bytes().all(|b| b.is_ascii_digit());
    let words = words.filter(move |word| {
        let is_name = word.starts_with('@') || is_id(word);
        !word.is_empty() && !is_name && !MEANINGLESS.contains(&word.as_str())
    });
    words.map(|word| {
        let synonym = SYNONYMS.iter().find(|(other, _)| *other == word);
        let word = synonym.map_or(word.as_str(), |(_, word)| word);
        // "expired", "expires" and "expire" are one word; what is left must still say something.
        let stem = |ending| word.strip_suffix(ending).filter(|stem| stem.len() >= 4);
        let stem = ["ed", "es", "e", "s"].into_iter().find_map(stem);
        stem.unwrap_or(word).to_owned()
    })
}

/// For each title, phrases beside the message and the cause of its entry. A text and not a table of strings: each string
/// of a table costs every start of the program a relocation.
pub(super) fn phrases() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut entries: Vec<(_, Vec<_>)> = Vec::new();
    let lines = include_str!("phrases.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match (line.strip_prefix("  "), entries.last_mut()) {
            (Some(phrase), Some((_, phrases))) => phrases.push(phrase),
            _ => entries.push((line, Vec::new())),
        }
    }
    entries
}
