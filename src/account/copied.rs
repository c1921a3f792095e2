//! A secret as people copy it: with blanks, quotation marks or a name around it.

use zeroize::Zeroizing;

use super::secret::InvalidSecret;

/// Returns the text without what copying adds at both ends: blanks, line ends and the byte order mark.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Reads a secret that a person copied. What else was copied is named and not guessed: the wrong part could be stored.
pub(super) fn copied(text: String) -> Result<String, InvalidSecret> {
    let text = Zeroizing::new(text);
    let text = trimmed(&text);
    let quotes = [
        '"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '<', '>',
    ];
    let name = text.split_once('=').map(|(name, _)| name);
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            || name.starts_with("IGCONNECT_")
            || name.starts_with("INSTAGRAM_")
    };
    if text.starts_with(quotes) || text.ends_with(quotes) {
        Err(InvalidSecret::Quoted)
    } else if text.contains(['{', '}', '[', ']']) {
        Err(InvalidSecret::Braces)
    } else if text.contains("://") {
        Err(InvalidSecret::Address)
    } else if name.is_some_and(is_name) {
        Err(InvalidSecret::Named)
    } else if text.to_ascii_lowercase().contains("bearer ") {
        Err(InvalidSecret::Header)
    } else if text.contains('#') {
        Err(InvalidSecret::Fragment)
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::secret::LongToken;
    use super::*;

    #[test]
    fn what_copying_adds_is_left_out_or_named() {
        let read =
            |text: String| LongToken::from_input(text).map(|token| token.expose().to_owned());
        for around in [
            "",
            " ",
            "\n",
            "\r\n",
            "\t ",
            "\u{feff}",
            "\u{a0}",
            "\u{2003}\n",
        ] {
            let text = format!("{around}IGAAx-_{around}");
            assert_eq!(read(text).as_deref(), Ok("IGAAx-_"), "{around:?}");
        }
        use InvalidSecret::{Address, Braces, Characters, Empty, Fragment, Header, Named, Quoted};
        for (text, error) in [
            ("", Empty),
            (" \n", Empty),
            ("\"IGAAx\"", Quoted),
            ("'IGAAx'", Quoted),
            ("\u{201c}IGAAx\u{201d}", Quoted),
            ("<IGAAx>", Quoted),
            ("access_token=IGAAx", Named),
            ("IGCONNECT_TOKEN=IGAAx", Named),
            ("Bearer IGAAx", Header),
            ("Authorization: Bearer IGAAx", Header),
            ("IGAAx#_", Fragment),
            ("{IGAAx}", Braces),
            ("{\"access_token\":\"IGAAx\"}", Braces),
            ("https://localhost/?code=IGAAx#_", Address),
            ("IGAA x", Characters),
            ("IGAA\nx", Characters),
        ] {
            assert_eq!(read(text.into()), Err(error), "{text}");
        }
    }
}
