//! An answer as text: what may be in its query, and a pasted one without what copying wraps around it.

use url::form_urlencoded;

use super::Ignored;

/// The longest request target that is looked at, in bytes. Real ones have a few hundred.
pub(super) const TARGET_MAX_BYTES: usize = 4096;

/// The parameters that matter, each at most once.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) error: Option<String>,
    pub(super) error_reason: Option<String>,
    pub(super) error_description: Option<String>,
    pub(super) iss: Option<String>,
}

impl Parameters {
    pub(super) fn parse(query: &str) -> Result<Self, Ignored> {
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "code" => &mut found.code,
                "state" => &mut found.state,
                "error" => &mut found.error,
                "error_reason" => &mut found.error_reason,
                "error_description" => &mut found.error_description,
                "iss" => &mut found.iss,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(Ignored::Parameters);
            }
        }
        Ok(found)
    }
}

/// A pasted text without what copying wraps around it: blanks, quotes, and the fragment `#_` that Instagram appends.
pub(super) fn unwrapped(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(|c| c == '"' || c == '\'');
    let text = text.strip_suffix("#_").unwrap_or(text);
    let visible = text.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    let fits = text.len() <= TARGET_MAX_BYTES && visible;
    fits.then_some(text)
}
