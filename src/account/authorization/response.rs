//! The authorization response (RFC 6749, section 4.1.2): the query of a callback.

use url::form_urlencoded;

use super::request::IgnoreReason;
use super::secrets::{AuthorizationCode, OAuthState};
use crate::account::untrusted::Untrusted;

#[derive(Debug)]
pub(crate) enum AuthorizationResponse {
    Code(AuthorizationCode),
    Denied(Denial),
}

/// What Instagram sent instead of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// `error`, as in RFC 6749 section 4.1.2.1.
    pub(crate) error: Untrusted,
    /// `error_reason`, such as `user_denied`.
    pub(crate) reason: Option<Untrusted>,
    pub(crate) description: Option<Untrusted>,
}

impl Denial {
    /// Whether the person denied access, rather than Instagram.
    pub(crate) fn is_by_person(&self) -> bool {
        let reason = self.reason.as_ref().map(Untrusted::raw);
        let description = self.description.as_ref().map(Untrusted::raw);
        // A person without a role on the app is refused with the same error.
        reason == Some("user_denied")
            || (self.error.raw() == "access_denied"
                && description.is_none_or(|text| !text.contains("developer role")))
    }
}

/// The parameters that matter, each at most once.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_reason: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

impl Parameters {
    pub(super) fn parse(query: &str) -> Result<Self, IgnoreReason> {
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
            // Which of two would count is a guess that an attacker could make use of.
            if place.replace(value.into_owned()).is_some() {
                return Err(IgnoreReason::Parameters);
            }
        }
        Ok(found)
    }
}

/// Parses the query of a request whose head was checked.
pub(crate) fn parse_query(
    query: &str,
    state: &OAuthState,
) -> Result<AuthorizationResponse, IgnoreReason> {
    let parameters = Parameters::parse(query)?;
    if !parameters.state.is_some_and(|found| state.matches(&found)) {
        return Err(IgnoreReason::State);
    }
    // RFC 9207: if the response names an issuer, it must be the one that was asked.
    let issuer = parameters.iss.as_deref();
    if issuer.is_some_and(|issuer| issuer != "https://www.instagram.com") {
        return Err(IgnoreReason::Issuer);
    }
    match (parameters.code, parameters.error) {
        (Some(code), None) => parse_code(&code),
        (None, Some(error)) => Ok(AuthorizationResponse::Denied(Denial {
            error: Untrusted::new(error),
            reason: parameters.error_reason.map(Untrusted::new),
            description: parameters.error_description.map(Untrusted::new),
        })),
        _ => Err(IgnoreReason::Parameters),
    }
}

pub(super) fn parse_code(code: &str) -> Result<AuthorizationResponse, IgnoreReason> {
    AuthorizationCode::new(code)
        .map(AuthorizationResponse::Code)
        .map_err(|_| IgnoreReason::Code)
}
