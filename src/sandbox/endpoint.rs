//! The endpoints of the sandbox. Instagram spreads them over three hosts; no two share a path.

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
    Revoke,
}

impl Endpoint {
    /// Skips a version such as `/v25.0` before a Graph path.
    pub(super) fn find(method: &str, path: &str) -> Option<Self> {
        Some(match (method, strip_version(path)) {
            ("GET" | "HEAD", "/") => Self::Home,
            ("GET", "/oauth/authorize") => Self::Authorize,
            ("GET", "/oauth/consent") => Self::Consent,
            ("POST", "/oauth/access_token") => Self::Exchange,
            ("GET", "/access_token") => Self::Extend,
            ("GET", "/refresh_access_token") => Self::Refresh,
            ("GET", "/me") => Self::Me,
            ("DELETE", "/me/permissions") => Self::Revoke,
            _ => return None,
        })
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
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_version = |version: &str| {
        (version.split_once('.')).is_some_and(|(major, minor)| is_number(major) && is_number(minor))
    };
    // The path after the version keeps its slash.
    let split = path
        .strip_prefix("/v")
        .and_then(|rest| rest.split_at_checked(rest.find('/')?));
    match split {
        Some((version, graph_path)) if is_version(version) => graph_path,
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
