//! The endpoints of the sandbox. Instagram spreads them over three hosts; no two share a path.

/// One of Instagram's endpoints, or a page of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Home,
    Authorize,
    /// Where the form of the consent page goes. Only the sandbox has it.
    Consent,
    /// Exchanges a code for a short-lived token.
    Exchange,
    /// Exchanges a short-lived token for a long-lived one.
    Extend,
    Refresh,
    Me,
    /// Takes the permissions back.
    Revoke,
}

impl Endpoint {
    /// Skips a version such as `/v25.0` before a Graph path.
    pub(super) fn find(method: &str, path: &str) -> Option<Self> {
        let endpoint = match (method, strip_version(path)) {
            ("GET" | "HEAD", "/") => Self::Home,
            ("GET", "/oauth/authorize") => Self::Authorize,
            ("GET", "/oauth/consent") => Self::Consent,
            ("POST", "/oauth/access_token") => Self::Exchange,
            ("GET", "/access_token") => Self::Extend,
            ("GET", "/refresh_access_token") => Self::Refresh,
            ("GET", "/me") => Self::Me,
            ("DELETE", "/me/permissions") => Self::Revoke,
            _ => return None,
        };
        Some(endpoint)
    }

    /// Whether programs rather than browsers call it.
    pub(super) fn is_api(self) -> bool {
        !matches!(self, Self::Home | Self::Authorize | Self::Consent)
    }

    /// Whether it is on Instagram's Graph host, which takes tokens.
    pub(super) fn is_graph(self) -> bool {
        self.is_api() && self != Self::Exchange
    }

    pub(super) fn takes_long_token(self) -> bool {
        matches!(self, Self::Refresh | Self::Me | Self::Revoke)
    }
}

fn strip_version(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/v") else {
        return path;
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (version, graph_path) = rest.split_at(end);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match version.split_once('.') {
        Some((major, minor)) if digits(major) && digits(minor) => graph_path,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_before_a_graph_path_makes_no_difference() {
        for path in ["/me", "/v25.0/me", "/v9.1/me"] {
            assert_eq!(Endpoint::find("GET", path), Some(Endpoint::Me));
        }
        for path in ["/v25/me", "/v25.0", "/v.0/me", "/vx.y/me", "/me/", "/you"] {
            assert_eq!(Endpoint::find("GET", path), None, "{path}");
        }
    }
}
