//! What a request or a paste means, implemented a second time. It shares no code with the real parser, and it
//! knows the one state, code alphabet and address of these tests by heart.

/// The only right `Host` of these tests.
pub(super) const AUTHORITY: &str = "localhost:8723";

/// The state of these tests: 32 bytes of 7, base64url.
pub(super) const STATE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// The random piece of the start address.
pub(super) const START: &str = "start-piece-canary";

/// What may follow from a request or a paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OracleAnswer {
    /// An answer with this code.
    Code(String),
    /// An answer that denies access.
    Denial,
    /// The start address.
    Start,
    /// Nothing, so nothing may change.
    Nothing,
}

/// What the first head in these bytes means.
pub(super) fn request(bytes: &[u8]) -> OracleAnswer {
    meaning_of_request(bytes).unwrap_or(OracleAnswer::Nothing)
}

fn meaning_of_request(bytes: &[u8]) -> Option<OracleAnswer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    if end + 4 > 256 * 1024 {
        return None;
    }
    // One character for each byte, so that other bytes than ASCII never match anything.
    let head: String = bytes[..end].iter().map(|byte| char::from(*byte)).collect();
    let mut lines = head.split("\r\n");
    let line = lines.next()?.strip_prefix("GET ")?;
    let target = line
        .strip_suffix(" HTTP/1.1")
        .or_else(|| line.strip_suffix(" HTTP/1.0"))?;
    let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
    if !head_is_right(target, &headers) {
        return None;
    }
    if target.strip_prefix("/start/") == Some(START) {
        return Some(OracleAnswer::Start);
    }
    query(target.strip_prefix("/callback?")?)
}

fn header(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let content = |c: char| c == '\t' || (c >= ' ' && c != '\u{7f}');
    let right = !name.is_empty() && name.chars().all(token) && value.chars().all(content);
    right.then(|| {
        (
            name.to_ascii_lowercase(),
            value.trim_matches([' ', '\t'].as_slice()),
        )
    })
}

fn head_is_right(target: &str, headers: &[(String, &str)]) -> bool {
    let all = |wanted: &str| -> Vec<&str> {
        let same = headers.iter().filter(|(name, _)| name == wanted);
        same.map(|(_, value)| *value).collect()
    };
    let none_or = |wanted: &str, value: &str| all(wanted).is_empty() || all(wanted) == [value];
    target.len() <= 4096
        && is_visible(target)
        && !target.contains('#')
        && headers.len() <= 256
        && all("host") == [AUTHORITY]
        && all("origin").is_empty()
        && all("purpose").is_empty()
        && all("sec-purpose").is_empty()
        && none_or("sec-fetch-mode", "navigate")
        && none_or("sec-fetch-dest", "document")
}

/// What the query of a callback or of a paste means.
fn query(text: &str) -> Option<OracleAnswer> {
    let pairs: Vec<_> = text.split('&').map(pair).collect();
    let all = |wanted: &str| -> Vec<&[u8]> {
        let same = pairs.iter().filter(|(name, _)| name == wanted.as_bytes());
        same.map(|(_, value)| value.as_slice()).collect()
    };
    let at_most_once = ["error_reason", "error_description"]
        .iter()
        .all(|name| all(name).len() <= 1);
    let issuer = all("iss").is_empty() || all("iss") == [b"https://www.instagram.com".as_slice()];
    if all("state") != [STATE.as_bytes()] || !at_most_once || !issuer {
        return None;
    }
    match (all("code").as_slice(), all("error").as_slice()) {
        ([code], []) => code_of(std::str::from_utf8(code).ok()?),
        ([], [_]) => Some(OracleAnswer::Denial),
        _ => None,
    }
}

fn pair(piece: &str) -> (Vec<u8>, Vec<u8>) {
    let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
    (unescaped(name), unescaped(value))
}

/// `%41` and `+`; a percent sign before anything else means itself.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest
            .get(1..3)
            .filter(|two| first == '%' && two.chars().all(|digit| digit.is_ascii_hexdigit()));
        match digits {
            Some(digits) => {
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = &rest[3..];
            }
            None => {
                bytes.push(if first == '+' { b' ' } else { first as u8 });
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    bytes
}

fn code_of(text: &str) -> Option<OracleAnswer> {
    let right = (1..=1024).contains(&text.len()) && is_visible(text);
    right.then(|| OracleAnswer::Code(text.to_owned()))
}

fn is_visible(text: &str) -> bool {
    text.chars().all(|c| ('!'..='~').contains(&c))
}

/// What a pasted text means.
pub(super) fn paste(text: &str) -> OracleAnswer {
    meaning_of_paste(text).unwrap_or(OracleAnswer::Nothing)
}

fn meaning_of_paste(text: &str) -> Option<OracleAnswer> {
    let text = cleaned(text);
    let text = text.strip_suffix("#_").unwrap_or(&text);
    if !is_visible(text) || text.contains('#') || text.len() > 4096 {
        return None;
    }
    if text.contains('?') {
        let forms = [
            "https://localhost:8723/callback?",
            "localhost:8723/callback?",
            "/callback?",
            "?",
        ];
        return query(forms.iter().find_map(|form| text.strip_prefix(form))?);
    }
    if let Some((name, _)) = text.split_once('=') {
        return (!name.contains("://")).then(|| query(text))?;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.len() < 16 || !text.chars().all(plain) {
        return None;
    }
    code_of(text)
}

/// A paste without what copying puts around, before and into an address.
fn cleaned(text: &str) -> String {
    let is_mark = |c: char| "\"'`<>()[]{}\u{201c}\u{201d}\u{2018}\u{2019}\u{ab}\u{bb}".contains(c);
    let is_unseen = |c: char| c.is_whitespace() || "\u{feff}\u{200b}\u{200c}\u{200d}".contains(c);
    let is_around = |c: &char| is_mark(*c) || is_unseen(*c);
    let mut letters: Vec<char> = text.chars().skip_while(is_around).collect();
    while letters.last().is_some_and(is_around) {
        letters.pop();
    }
    let mut text: String = letters.iter().collect();
    if !text.contains("code=") && !text.contains("error=") {
        return text;
    }
    if let Some(at) = text.find("https://")
        && text.find(['?', '&']).is_none_or(|begun| at < begun)
    {
        text.drain(..at);
    }
    text = text.chars().take_while(|c| !is_mark(*c)).collect();
    if let Some(at) = text.find("#_")
        && text[at + 2..]
            .chars()
            .next()
            .is_none_or(|c| " \t\r\n".contains(c))
    {
        text.truncate(at);
    }
    while text.ends_with(['.', ',', ';']) {
        text.pop();
    }
    text.retain(|c| !" \t\r\n".contains(c));
    text.replace("&amp;", "&")
}
