//! The head of a request to the callback: whether it can be Instagram's answer at all.

/// The longest request target that is accepted, in bytes. Real ones have a few hundred.
pub(super) const TARGET_MAX_BYTES: usize = 4096;

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct RequestHead<'a> {
    pub(crate) method: &'a str,
    /// The request target as sent; origin form is `/path?query`.
    pub(crate) target: &'a str,
    pub(crate) hosts: &'a [&'a str],
    /// Whether there is an `Origin` header, which a navigation to us never has.
    pub(crate) has_origin: bool,
    pub(crate) fetch_mode: Option<&'a str>,
    pub(crate) fetch_dest: Option<&'a str>,
    /// `Sec-Purpose` or `Purpose`, which marks a prefetch.
    pub(crate) purpose: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IgnoreReason {
    Method,
    /// Not `/path?query`, or too long.
    Target,
    /// No `Host`, several, or a wrong one.
    Host,
    /// From another site's script, or for an embedded resource.
    CrossSite,
    Prefetch,
    /// A parameter twice, or neither `code` nor `error`, or both.
    Parameters,
    /// No `state`, or a wrong one.
    State,
    /// A code of the wrong form.
    Code,
    /// An `iss` other than Instagram.
    Issuer,
    /// A pasted text that is neither an address nor a query nor a code of this login.
    NotAnAnswer,
}

/// Checks everything but the query, and returns path and query. `authority` is the expected `Host`, such as
/// `localhost:8723`.
pub(crate) fn check_head<'a>(
    head: &RequestHead<'a>,
    authority: &str,
) -> Result<(&'a str, Option<&'a str>), IgnoreReason> {
    if head.method != "GET" {
        return Err(IgnoreReason::Method);
    }
    let target = head.target;
    // Browsers do not send the fragment. If one came, it would become part of the last parameter.
    let is_visible = target.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    if !target.starts_with('/') || target.len() > TARGET_MAX_BYTES || !is_visible {
        return Err(IgnoreReason::Target);
    }
    // Another Host comes from DNS rebinding: a site's own name that leads to this machine.
    if head.hosts != [authority] {
        return Err(IgnoreReason::Host);
    }
    // A prefetch would use up the code before the person sees the page.
    if head.purpose.is_some() {
        return Err(IgnoreReason::Prefetch);
    }
    // Browsers that do not send these headers are accepted.
    let is_navigation = head.fetch_mode.is_none_or(|mode| mode == "navigate");
    let is_document = head.fetch_dest.is_none_or(|dest| dest == "document");
    if head.has_origin || !is_navigation || !is_document {
        return Err(IgnoreReason::CrossSite);
    }
    let parts = target.split_once('?');
    Ok(parts.map_or((target, None), |(path, query)| (path, Some(query))))
}
