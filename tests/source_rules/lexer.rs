//! Rust source as comments, strings and code.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Comment,
    /// A string literal, with its quotes.
    Text,
    /// A name, keyword, number, lifetime or character.
    Name,
    /// One character of punctuation.
    Mark,
}

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub line: usize,
}

impl Token<'_> {
    pub fn is(self, text: &str) -> bool {
        self.kind != Kind::Text && self.kind != Kind::Comment && self.text == text
    }
}

/// Splits source into tokens.
pub fn lex(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            _ if rest.starts_with("//") => (Some(Kind::Comment), line_end(rest)),
            _ if rest.starts_with("/*") => (Some(Kind::Comment), block_end(rest)),
            _ => match string_end(rest) {
                Some(end) => (Some(Kind::Text), end),
                None if first == '\'' => (Some(Kind::Name), quote_end(rest)),
                None if is_of_name(first) => (Some(Kind::Name), name_end(rest)),
                None => (Some(Kind::Mark), first.len_utf8()),
            },
        };
        let (text, after) = rest.split_at(length);
        tokens.extend(kind.map(|kind| Token { kind, text, line }));
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn name_end(text: &str) -> usize {
    text.find(|letter| !is_of_name(letter))
        .unwrap_or(text.len())
}

fn line_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Block comments nest.
fn block_end(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let next = |mark| text[at..].find(mark).map(|found| at + found);
        match (next("/*"), next("*/")) {
            (Some(open), Some(close)) if open < close => (depth, at) = (depth + 1, open + 2),
            (_, Some(close)) if depth > 1 => (depth, at) = (depth - 1, close + 2),
            (_, close) => return close.map_or(text.len(), |close| close + 2),
        }
    }
}

/// The end of a string literal, if one begins here: plain, byte, C or raw.
fn string_end(text: &str) -> Option<usize> {
    let letters = text.find(|letter: char| !"brc".contains(letter))?;
    let (prefix, after) = text.split_at(letters);
    if prefix.len() > 2 {
        return None;
    }
    let hashes = after.find(|letter| letter != '#').unwrap_or(0);
    if !after[hashes..].starts_with('"') || (hashes > 0 && !prefix.ends_with('r')) {
        return None;
    }
    let start = letters + hashes + 1;
    if prefix.ends_with('r') {
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(start + text[start..].find(&close)? + close.len());
    }
    Some(start + escaped_end(&text[start..], '"')?)
}

/// The end of a lifetime or of a character literal.
fn quote_end(text: &str) -> usize {
    let mut letters = text[1..].chars();
    let is_character = letters.next() == Some('\\') || letters.next() == Some('\'');
    if is_character {
        return 1 + escaped_end(&text[1..], '\'').unwrap_or(1);
    }
    1 + name_end(&text[1..])
}

/// Just behind the next quote that no backslash escapes.
fn escaped_end(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if letter == quote => return Some(at + quote.len_utf8()),
            _ => {}
        }
    }
    None
}

#[test]
fn comments_strings_and_code_are_distinguished() {
    let source = r##"fn a<'x>() { /* b /* c */ "d" */ let e = ("f \" // g", r#"h " i"#, '"', '\'', b"j"); } // k"##;
    let of = |kind| {
        let found = lex(source).into_iter().filter(|token| token.kind == kind);
        found.map(|token| token.text).collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::Comment), ["/* b /* c */ \"d\" */", "// k"]);
    assert_eq!(
        of(Kind::Text),
        ["\"f \\\" // g\"", "r#\"h \" i\"#", "b\"j\""]
    );
    let names = ["fn", "a", "'x", "let", "e", "'\"'", "'\\''"];
    assert_eq!(of(Kind::Name), names);
}
