//! The authorization response as a person pastes it: the address that the browser ended on, its query, or the code.

use url::Url;
use zeroize::Zeroizing;

use super::request::{IgnoreReason, TARGET_MAX_BYTES};
use super::response::{AuthorizationResponse, parse_code, parse_query};
use super::secrets::OAuthState;

/// Marks that people and programs put around an address. None of them is part of one.
const MARKS: [char; 17] = [
    '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', '\u{201c}', '\u{201d}', '\u{2018}',
    '\u{2019}', '\u{ab}', '\u{bb}',
];

/// Parses what a person pasted.
///
/// A bare code has no `state`. That the person carried it here themselves replaces the check.
pub(crate) fn parse_pasted(
    text: &str,
    redirect_uri: &Url,
    state: &OAuthState,
) -> Result<AuthorizationResponse, IgnoreReason> {
    let text = without_copied_marks(text).ok_or(IgnoreReason::NotAnAnswer)?;
    if let Some((address, query)) = text.split_once('?') {
        // Browsers show an address in one normal form, some without the scheme. Any other spelling, or a user@, is refused.
        let uri = redirect_uri.as_str();
        let forms = [
            "",
            uri,
            uri.trim_start_matches("https://"),
            redirect_uri.path(),
        ];
        return match forms.contains(&address) {
            true => parse_query(query, state),
            false => Err(IgnoreReason::NotAnAnswer),
        };
    }
    let first = text.split('=').next();
    if first.is_some_and(|name| name.contains("://")) {
        return Err(IgnoreReason::NotAnAnswer);
    }
    if text.contains('=') {
        return parse_query(&text, state);
    }
    let is_code_byte = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if text.len() >= 16 && text.bytes().all(is_code_byte) {
        return parse_code(&text);
    }
    Err(IgnoreReason::NotAnAnswer)
}

/// Removes what copying adds to a text: blanks, marks, words before the address, line breaks in it, and the fragment `#_`
/// that Instagram appends.
pub(super) fn without_copied_marks(text: &str) -> Option<Zeroizing<String>> {
    let is_invisible =
        |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}');
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let is_mark = |c: char| MARKS.contains(&c);
    let text = text.trim_matches(|c| is_invisible(c) || is_mark(c));
    let mut clean = Zeroizing::new(text.to_owned());
    // A word with "code=" or "error=" in it cannot be a bare code, so nothing else can be meant.
    if text.contains("code=") || text.contains("error=") {
        let from = text
            .find("https://")
            .filter(|from| !text[..*from].contains(['?', '&']));
        let text = &text[from.unwrap_or_default()..];
        let text = text.split(is_mark).next().unwrap_or_default();
        let text = match text.split_once("#_") {
            Some((address, rest)) if rest.is_empty() || rest.starts_with(is_blank) => address,
            _ => text,
        };
        let text = text.trim_end_matches(['.', ',', ';']);
        clean = Zeroizing::new(text.chars().filter(|c| !is_blank(*c)).collect());
        clean = Zeroizing::new(clean.replace("&amp;", "&"));
    }
    let length = clean.strip_suffix("#_").unwrap_or(&clean).len();
    clean.truncate(length);
    let is_visible = clean.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    (clean.len() <= TARGET_MAX_BYTES && is_visible).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "AQ_a-code-of-some-length";

    fn state() -> OAuthState {
        OAuthState::from_random([7; 32]).unwrap()
    }

    fn judged(text: &str) -> Result<AuthorizationResponse, IgnoreReason> {
        let uri = Url::parse("https://localhost:8723/callback").unwrap();
        parse_pasted(text, &uri, &state())
    }

    #[test]
    fn an_address_is_taken_in_every_form_that_copying_gives_it() {
        let query = format!("code={CODE}&state={}", state().expose());
        let address = format!("https://localhost:8723/callback?{query}");
        let (first, second) = address.split_at(60);
        for text in [
            address.clone(),
            format!("{address}#_"),
            format!("  \"{address}\"\n"),
            format!("'{address}#_'"),
            format!("<{address}>"),
            format!("({address}#_)."),
            format!("\u{201c}{address}\u{201d}"),
            format!("`{address}`"),
            format!("[{address}]({address})"),
            format!("<a href=\"{}\">", address.replace('&', "&amp;")),
            format!("\u{feff}{address}\u{200b}"),
            format!("Here it is: {address}#_"),
            format!("{address}#_ thank you"),
            format!("{address},"),
            format!("{first}\n{second}"),
            format!("{first}\r\n  {second}#_\r\n"),
            address.replace("https://", ""),
            address.replace("https://localhost:8723", ""),
            format!("?{query}#_"),
            query.clone(),
            format!("{query}&iss=https://www.instagram.com"),
            CODE.to_owned(),
            format!("{CODE}#_"),
            format!("<{CODE}>"),
        ] {
            match judged(&text) {
                Ok(AuthorizationResponse::Code(code)) => assert_eq!(code.expose(), CODE, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn any_other_text_is_refused() {
        let query = format!("code={CODE}&state={}", state().expose());
        let good = format!("https://localhost:8723/callback?{query}");
        for text in [
            "",
            "yes",
            "https://evil.example/callback?code=a",
            "https://localhost:8723/other?code=a",
            &good.replace("https://localhost", "https://localhost.evil.example"),
            &good.replace("https:", "http:"),
            &good.replace("https:", "javascript:"),
            &good.replace("localhost", "LOCALHOST"),
            &good.replace("localhost", "user@localhost"),
            &good.replace("/callback", "/x/../callback"),
            &good.replace("callback", "callback/"),
            &good.replace("state=", "state=A"),
            &format!("{good}#_=_"),
            &format!("{good} {good}"),
            &format!("{query}&x={}", "x".repeat(TARGET_MAX_BYTES)),
            "AQ_a-code-of-some-length#fragment",
            "AQ_a.code.of.some.length",
            "two words of text here",
            "\u{1b}[31mAQ_a-code-of-some-length",
            &format!("{good}\u{1b}[0m"),
        ] {
            assert!(judged(text).is_err(), "{text}");
        }
    }
}
