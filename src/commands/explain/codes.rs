//! Finds error codes and exit codes in what people type or paste.

/// Numbers that the text marks as codes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Codes {
    pub(super) code: Option<i64>,
    pub(super) subcode: Option<i64>,
    pub(super) exit: Option<i64>,
}

/// Reads `190/460`, `#190`, `code 190 subcode 460`, `"error_subcode":460`, `exit code 4`.
///
/// A number in a sentence is a code only if a word before it says so: "5 seconds" is none.
pub(super) fn find_codes(query: &str) -> Codes {
    let mut codes = Codes::default();
    let words = split(query);
    let only_numbers = words
        .iter()
        .all(|word| number(word).is_some() || is_mark(word) || *word == "/");
    let is_exit = words.iter().any(|word| word.starts_with("exit"));
    let mut before = "";
    let mut slash = false;
    for word in words {
        let Some(number) = number(word) else {
            slash = word == "/" && codes.code.is_some();
            if word != "/" {
                before = word;
            }
            continue;
        };
        let is_marked = only_numbers || slash || is_mark(before);
        let place = if is_exit {
            &mut codes.exit
        } else if slash || before.ends_with("subcode") || (only_numbers && codes.code.is_some()) {
            &mut codes.subcode
        } else {
            &mut codes.code
        };
        if is_exit || is_marked {
            place.get_or_insert(number);
        }
        before = "";
        slash = false;
    }
    // A subcode means much the same with every code, and people look it up on its own.
    if codes.code.is_none() {
        codes.code = codes.subcode.take();
    }
    codes
}

fn is_mark(word: &str) -> bool {
    matches!(
        word,
        "#" | "code"
            | "codes"
            | "error"
            | "errors"
            | "err"
            | "subcode"
            | "error_subcode"
            | "error_code"
            | "oauthexception"
    )
}

fn number(word: &str) -> Option<i64> {
    // Ids of accounts have 17 digits, codes at most 7.
    word.parse().ok().filter(|_| word.len() <= 8)
}

/// Splits into words, numbers (with their sign), `/` and `#`.
fn split(query: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = query;
    while let Some(c) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let is_sign = c == '-' && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        let length = match c {
            c if is_word(c) || is_sign => {
                let start = c.len_utf8();
                let tail = rest.get(start..).unwrap_or_default();
                start + tail.find(|c| !is_word(c)).unwrap_or(tail.len())
            }
            c => c.len_utf8(),
        };
        let (word, tail) = rest.split_at(length);
        if is_sign || is_word(c) || matches!(c, '/' | '#') {
            words.push(word);
        }
        rest = tail;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_where_a_word_marks_them() {
        let codes = |code, subcode, exit| Codes {
            code,
            subcode,
            exit,
        };
        for (query, expected) in [
            ("190", codes(Some(190), None, None)),
            ("190/460", codes(Some(190), Some(460), None)),
            ("190 / 460", codes(Some(190), Some(460), None)),
            ("190 460", codes(Some(190), Some(460), None)),
            ("-1/2207051", codes(Some(-1), Some(2_207_051), None)),
            ("#190", codes(Some(190), None, None)),
            ("(#10) application does not", codes(Some(10), None, None)),
            ("error code: 190", codes(Some(190), None, None)),
            ("code 190 subcode 460", codes(Some(190), Some(460), None)),
            ("error_subcode 460", codes(Some(460), None, None)),
            (
                r#"{"code":190,"error_subcode":463}"#,
                codes(Some(190), Some(463), None),
            ),
            ("oauthexception 190", codes(Some(190), None, None)),
            ("exit code 4", codes(None, None, Some(4))),
            ("exited with 6", codes(None, None, Some(6))),
            ("did not answer within 5 seconds", Codes::default()),
            ("port 8723 is taken", Codes::default()),
            ("@mara (17841400000000017)", Codes::default()),
            ("24 hours", Codes::default()),
            ("", Codes::default()),
        ] {
            assert_eq!(find_codes(query), expected, "{query}");
        }
    }
}
