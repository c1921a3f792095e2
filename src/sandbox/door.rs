//! The doors of the stand-in: which of Instagram's endpoints a method and a path mean.
//! Instagram spreads them over three hosts; here one host has them all, and no two share a path.

/// One endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The page that says what this is.
    Home,
    /// Where the browser is sent: the consent page.
    Authorize,
    /// Where the consent page's answer goes. Only the sandbox has it.
    Consent,
    /// Code for a short token.
    Exchange,
    /// Short token for a long one.
    Extend,
    /// A long token for a fresh one.
    Refresh,
    /// The profile.
    Me,
    /// Taking the permissions back.
    Revoke,
}

impl Door {
    /// The door at `path`; a version such as `/v25.0` before a Graph path is skipped.
    pub(super) fn at(method: &str, path: &str) -> Option<Self> {
        let door = match (method, unversioned(path)) {
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
        Some(door)
    }

    /// Whether a program stands at this door rather than a browser.
    pub(super) fn is_api(self) -> bool {
        !matches!(self, Self::Home | Self::Authorize | Self::Consent)
    }

    /// Whether it is on Instagram's Graph host, where a token is what one shows.
    pub(super) fn is_graph(self) -> bool {
        self.is_api() && self != Self::Exchange
    }

    /// Whether a long token is what one shows here, so that its life decides.
    pub(super) fn takes_long_token(self) -> bool {
        matches!(self, Self::Refresh | Self::Me | Self::Revoke)
    }
}

fn unversioned(path: &str) -> &str {
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
            assert_eq!(Door::at("GET", path), Some(Door::Me));
        }
        for path in ["/v25/me", "/v25.0", "/v.0/me", "/vx.y/me", "/me/", "/you"] {
            assert_eq!(Door::at("GET", path), None, "{path}");
        }
    }
}
