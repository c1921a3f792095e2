//! The files of the crate as modules: what each one defines at its top level, and which paths it names.

use std::fs;
use std::path::{Path, PathBuf};

use super::lexer::{Kind, Token, lex};

/// A file of `src/`.
pub struct Source {
    /// Below `src/`, with slashes.
    pub name: String,
    /// The names of its module, from the root of the crate. Empty for `lib.rs`.
    pub module: Vec<String>,
    pub text: String,
}

/// Every Rust file of `src/`, test code included, in order.
pub fn sources() -> Vec<Source> {
    let root = root().join("src");
    let files = files_below(&root, ".rs");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let name = name.replace('\\', "/");
        let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
        let module = module.split('/').filter(|part| *part != "lib");
        Source {
            module: module.map(str::to_owned).collect(),
            text: fs::read_to_string(&path).unwrap(),
            name,
        }
    };
    files.into_iter().map(read).collect()
}

/// Those that are not test code as a whole.
pub fn program() -> Vec<Source> {
    let mut sources = sources();
    let tests: Vec<Vec<String>> = sources.iter().flat_map(Source::test_modules).collect();
    sources.retain(|source| {
        let module = &source.module;
        !module.iter().any(|part| part == "tests")
            && !tests.iter().any(|test| module.starts_with(test))
    });
    sources
}

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder whose names end so, in order.
pub fn files_below(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, end));
        } else if path.to_str().unwrap().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

const ONLY_IN_TESTS: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

/// What makes an item that has a name.
const ITEMS: [&str; 8] = [
    "fn", "struct", "enum", "union", "trait", "type", "const", "static",
];

impl Source {
    /// The code, without comments and what is compiled for tests alone.
    pub fn code(&self) -> Vec<Token<'_>> {
        let mut tokens = lex(&self.text);
        tokens.retain(|token| token.kind != Kind::Comment);
        let mut code = Vec::new();
        let mut rest = &tokens[..];
        while let Some(token) = rest.first() {
            let length = match begins(rest, &ONLY_IN_TESTS) {
                true => ONLY_IN_TESTS.len() + item_length(&rest[ONLY_IN_TESTS.len()..]),
                false => {
                    code.push(*token);
                    1
                }
            };
            rest = &rest[length..];
        }
        code
    }

    /// The modules in other files that are compiled for tests alone.
    fn test_modules(&self) -> Vec<Vec<String>> {
        let tokens = lex(&self.text);
        let attributes = (tokens.windows(10)).filter(|tokens| begins(tokens, &ONLY_IN_TESTS));
        let modules = attributes.filter(|tokens| tokens[7].is("mod") && tokens[9].is(";"));
        let module = |tokens: &[Token<'_>]| {
            let mut module = self.module.clone();
            module.push(tokens[8].text.to_owned());
            module
        };
        modules.map(module).collect()
    }

    /// What it defines at its top level: kind and name, such as `struct Token`. An `impl` has no name.
    pub fn definitions(&self) -> Vec<(&str, &str)> {
        let (code, mut depth) = (self.code(), 0_usize);
        let mut found = Vec::new();
        for (at, token) in code.iter().enumerate() {
            let next = code.get(at + 1).map_or("", |next| next.text);
            match token.text {
                _ if token.kind == Kind::Text => {}
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                "impl" => found.push(("impl", "")),
                "macro_rules" => found.push(("macro_rules", code[at + 2].text)),
                // `const fn` is a function.
                item if ITEMS.contains(&item) && !ITEMS.contains(&next) => found.push((item, next)),
                _ => {}
            }
        }
        found
    }

    /// The paths that begin at `crate`, `self` or `super`, from the root of the crate.
    pub fn paths(&self) -> Vec<Vec<String>> {
        let code = self.code();
        let mut found = Vec::new();
        let mut at = 0;
        while at < code.len() {
            let is_use = code[at].is("use");
            let is_path = ["crate", "self", "super"]
                .iter()
                .any(|root| code[at].is(root))
                && code.get(at + 1).is_some_and(|next| next.is(":"))
                && !(at > 0 && code[at - 1].is(":"));
            let start = at + usize::from(is_use);
            at = match is_use || is_path {
                true => collect(&code, start, &[], &mut found),
                false => at + 1,
            };
        }
        let resolved = found.into_iter().filter_map(|path| {
            let names: Vec<_> = path.iter().map(String::as_str).collect();
            let below = |up: usize, names: &[&str]| {
                let base = &self.module[..self.module.len().checked_sub(up)?];
                let names = names.iter().map(|name| (*name).to_owned());
                Some(base.iter().cloned().chain(names).collect())
            };
            match names.as_slice() {
                ["crate", names @ ..] => below(self.module.len(), names),
                ["self", names @ ..] => below(0, names),
                ["super", "super", "super", names @ ..] => below(3, names),
                ["super", "super", names @ ..] => below(2, names),
                ["super", names @ ..] => below(1, names),
                _ => None,
            }
        });
        resolved.collect()
    }
}

fn begins(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word))
}

/// How many tokens an item has: up to its semicolon or the brace that closes it.
fn item_length(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            _ if token.kind == Kind::Text => {}
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (token.is("}") || token.is(";")) {
            return at + 1;
        }
    }
    tokens.len()
}

/// Adds the paths of a use tree, or of an expression, that begins here. Returns where it ends.
fn collect(
    code: &[Token<'_>],
    mut at: usize,
    before: &[String],
    found: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = before.to_vec();
    while let Some(token) = code.get(at) {
        if token.is("{") {
            at += 1;
            while code.get(at).is_some_and(|token| !token.is("}")) {
                at = collect(code, at, &path, found).max(at + 1);
                at += usize::from(code.get(at).is_some_and(|token| token.is(",")));
            }
            return at + 1;
        }
        if token.kind == Kind::Name || token.is("*") {
            path.push(token.text.to_owned());
            at += 1;
        }
        let goes_on = [at, at + 1].map(|at| code.get(at).is_some_and(|token| token.is(":")));
        if goes_on != [true, true] {
            break;
        }
        at += 2;
    }
    if code.get(at).is_some_and(|token| token.is("as")) {
        at += 2;
    }
    found.push(path);
    at
}

#[test]
fn paths_are_found_from_the_root_of_the_crate() {
    let source = Source {
        name: "a/b.rs".to_owned(),
        module: vec!["a".to_owned(), "b".to_owned()],
        text: "use crate::{c::D, e::{self, F as G}}; use std::fmt; #[cfg(test)] use crate::h;
               fn i() { super::j(self::k::L); self.m::<u8>(); }"
            .to_owned(),
    };
    let found: Vec<_> = (source.paths().iter())
        .map(|path| path.join("::"))
        .collect();
    assert_eq!(found, ["c::D", "e::self", "e::F", "a::j", "a::b::k::L"]);
    assert_eq!(source.definitions(), [("fn", "i")]);
}
