//! The judge of what comes back from Instagram's consent page: one exact request or nothing.
//!
//! Invariant: only a GET of the exact path, in origin form, with the one right Host, no sign of another site's
//! script, and exactly one `state` that matches can accept or refuse. Everything else is ignored and changes nothing.

mod answer;
mod secrets;
#[cfg(test)]
mod tests;

use url::Url;

use super::Untrusted;
use answer::{Parameters, TARGET_MAX_BYTES, unwrapped};

pub use secrets::{AuthorizationCode, OAuthState};

/// What a request says before its body: all that the judge needs, borrowed from the parser.
#[derive(Debug, Default, Clone, Copy)]
pub struct CallbackHead<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The request target, as sent: origin form is `/path?query`.
    pub target: &'a str,
    /// Every `Host` header.
    pub hosts: &'a [&'a str],
    /// Whether there is an `Origin` header, which a navigation to us never has.
    pub has_origin: bool,
    /// `Sec-Fetch-Mode`, where sent.
    pub fetch_mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`, where sent.
    pub fetch_dest: Option<&'a str>,
    /// `Sec-Purpose` or `Purpose`, where sent: a prefetch, not a person.
    pub purpose: Option<&'a str>,
}

/// Why a request was ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// Not a GET.
    Method,
    /// Not `/path?query`, or too long.
    Target,
    /// No `Host`, several, or another one.
    Host,
    /// Another site's script or an embedded resource.
    CrossSite,
    /// The browser only wanted to be early.
    Prefetch,
    /// A parameter twice, or neither `code` nor `error`, or both.
    Parameters,
    /// No `state`, or not ours.
    State,
    /// A code of the wrong form.
    Code,
    /// An `iss` that is not Instagram.
    Issuer,
    /// A pasted text that is no address, query or code of this login.
    NotAnAnswer,
}

/// What Instagram said instead of giving a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// `error`, as in RFC 6749 section 4.1.2.1.
    pub error: Untrusted,
    /// `error_reason`, such as `user_denied`.
    pub reason: Option<Untrusted>,
    /// `error_description`.
    pub description: Option<Untrusted>,
}

impl Denial {
    /// Whether the person said no, rather than Instagram.
    pub fn by_person(&self) -> bool {
        let told = self
            .reason
            .as_ref()
            .is_some_and(|reason| reason.raw() == "user_denied");
        told || (self.error.raw() == "access_denied"
            && self
                .description
                .as_ref()
                .is_none_or(|text| !text.raw().contains("developer role")))
    }
}

/// The judgement.
#[derive(Debug)]
pub enum Verdict {
    /// The answer of this login: a code, to be exchanged once.
    Accept(AuthorizationCode),
    /// The answer of this login: no.
    Refuse(Denial),
    /// Not the answer; the wait goes on.
    Ignore(Ignored),
}

/// Checks everything about a request but its query; returns path and query.
/// `authority` is the only right `Host`, such as `localhost:8723`.
pub fn judge_head<'a>(
    head: &CallbackHead<'a>,
    authority: &str,
) -> Result<(&'a str, Option<&'a str>), Ignored> {
    if head.method != "GET" {
        return Err(Ignored::Method);
    }
    let target = head.target;
    // A browser keeps the fragment to itself; sent along, it would end up in the last parameter.
    let visible = target.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    if !target.starts_with('/') || target.len() > TARGET_MAX_BYTES || !visible {
        return Err(Ignored::Target);
    }
    match head.hosts {
        [host] if *host == authority => {}
        _ => return Err(Ignored::Host),
    }
    if head.purpose.is_some() {
        return Err(Ignored::Prefetch);
    }
    let navigates = head.fetch_mode.is_none_or(|mode| mode == "navigate");
    let to_document = head.fetch_dest.is_none_or(|dest| dest == "document");
    if head.has_origin || !navigates || !to_document {
        return Err(Ignored::CrossSite);
    }
    Ok(target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query))))
}

/// Judges the query of a request whose head was right.
pub fn judge_query(query: &str, state: &OAuthState) -> Verdict {
    let parameters = match Parameters::parse(query) {
        Ok(parameters) => parameters,
        Err(ignored) => return Verdict::Ignore(ignored),
    };
    if !parameters
        .state
        .is_some_and(|candidate| state.matches(&candidate))
    {
        return Verdict::Ignore(Ignored::State);
    }
    // RFC 9207: where an issuer is named it must be the one that was asked.
    if parameters
        .iss
        .is_some_and(|iss| iss != "https://www.instagram.com")
    {
        return Verdict::Ignore(Ignored::Issuer);
    }
    match (parameters.code, parameters.error) {
        (Some(code), None) => accept(&code),
        (None, Some(error)) => Verdict::Refuse(Denial {
            error: Untrusted::new(error),
            reason: parameters.error_reason.map(Untrusted::new),
            description: parameters.error_description.map(Untrusted::new),
        }),
        _ => Verdict::Ignore(Ignored::Parameters),
    }
}

/// Judges what a person pasted: the whole address they landed on, its query, or the bare code.
/// A bare code has no `state`; that the person carried it here themselves stands in for it.
pub fn judge_pasted(text: &str, redirect_uri: &Url, state: &OAuthState) -> Verdict {
    let Some(text) = unwrapped(text) else {
        return Verdict::Ignore(Ignored::NotAnAnswer);
    };
    if text.contains("://") {
        // A browser shows addresses in their one plain form, so letter by letter: no other spelling, no user@.
        let query = text.strip_prefix(redirect_uri.as_str());
        return query
            .and_then(|query| query.strip_prefix('?'))
            .map_or(Verdict::Ignore(Ignored::NotAnAnswer), |query| {
                judge_query(query, state)
            });
    }
    if text.contains('=') {
        return judge_query(text.strip_prefix('?').unwrap_or(text), state);
    }
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if text.len() >= 16 && text.bytes().all(alphabet) {
        return accept(text);
    }
    Verdict::Ignore(Ignored::NotAnAnswer)
}

fn accept(code: &str) -> Verdict {
    AuthorizationCode::new(code).map_or(Verdict::Ignore(Ignored::Code), Verdict::Accept)
}
