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
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            || name.starts_with("IGCONNECT_")
            || name.starts_with("INSTAGRAM_")
    };
    // A bearer token has '=' only at its end (RFC 6750, 2.1).
    let is_named = text.trim_end_matches('=').contains('=')
        || text.split_once('=').is_some_and(|(name, _)| is_name(name));
    // Instagram's tokens have letters, digits, '-' and '_' so far; RFC 6750 allows a few more, and Facebook's had '|'.
    let may_belong = |c: char| c.is_ascii_alphanumeric() || "-._~+/|=".contains(c);
    if text.starts_with(quotes) || text.ends_with(quotes) {
        Err(InvalidSecret::Quoted)
    } else if text.contains(['{', '}', '[', ']']) {
        Err(InvalidSecret::Braces)
    } else if text.contains("://") {
        Err(InvalidSecret::Address)
    } else if is_named {
        Err(InvalidSecret::Named)
    } else if text.to_ascii_lowercase().contains("bearer ") {
        Err(InvalidSecret::Header)
    } else if text.contains('#') {
        Err(InvalidSecret::Fragment)
    } else if !text.chars().all(may_belong) {
        Err(InvalidSecret::Characters)
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
            ("IGAA\u{200b}x", Characters),
            ("TOKEN=IGAAx", Named),
            ("export TOKEN=IGAAx", Named),
            ("?access_token=IGAAx&expires_in=60", Named),
            ("access_token=", Named),
            ("IGCONNECT_TOKEN=", Named),
            ("access_token:IGAAx", Characters),
            ("$IGCONNECT_TOKEN", Characters),
            ("***", Characters),
            ("IGAAx,", Characters),
            ("IGAAx;", Characters),
        ] {
            assert_eq!(read(text.into()), Err(error), "{text}");
        }
    }
}
