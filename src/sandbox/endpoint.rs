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
    /// `/me`, or an id.
    Me,
    /// Several at once: `?ids=`.
    Objects,
    Revoke,
}

impl Endpoint {
    /// Skips a version such as `/v25.0` before a Graph path. A doubled slash and one at the end make no difference.
    pub(super) fn find(method: &str, path: &str) -> Option<Self> {
        let (is_versioned, parts) = split(path);
        Some(match (method, parts.as_slice()) {
            ("GET" | "HEAD", []) if !is_versioned => Self::Home,
            ("GET", []) => Self::Objects,
            ("GET", ["oauth", "authorize"]) => Self::Authorize,
            ("GET", ["oauth", "consent"]) => Self::Consent,
            ("POST", ["oauth", "access_token"]) => Self::Exchange,
            ("GET", ["access_token"]) => Self::Extend,
            ("GET", ["refresh_access_token"]) => Self::Refresh,
            ("GET", [object]) if is_object(object) => Self::Me,
            ("DELETE", [object, "permissions"]) if is_object(object) => Self::Revoke,
            _ => return None,
        })
    }

    /// Returns the object that a Graph path names, unless it is `me`.
    pub(super) fn object(path: &str) -> Option<String> {
        let (_, parts) = split(path);
        let first = parts
            .first()
            .filter(|part| **part != "me" && is_object(part));
        first.map(|part| (*part).to_owned())
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
        matches!(
            self,
            Self::Refresh | Self::Me | Self::Objects | Self::Revoke
        )
    }
}

/// The versions that Instagram answers today (Graph API changelog). Others are unknown paths.
const VERSIONS: std::ops::RangeInclusive<u32> = 17..=27;

/// Returns whether the path begins with a version, and its other parts.
fn split(path: &str) -> (bool, Vec<&str>) {
    let mut parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_versioned = parts.first().is_some_and(|part| is_version(part));
    if is_versioned {
        parts.remove(0);
    }
    (is_versioned, parts)
}

fn is_version(part: &str) -> bool {
    let major = part
        .strip_prefix('v')
        .and_then(|part| part.strip_suffix(".0"));
    major
        .and_then(|major| major.parse().ok())
        .is_some_and(|major| VERSIONS.contains(&major))
}

fn is_object(part: &str) -> bool {
    part == "me" || part.bytes().all(|b| b.is_ascii_digit())
}

/// Returns the parts of a Graph path behind its object, as Instagram quotes them.
pub(super) fn unknown_components(path: &str) -> String {
    let (_, parts) = split(path);
    let rest = parts
        .get(1..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(&parts);
    format!("/{}", rest.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_slashes_of_a_graph_path_make_no_difference() {
        for path in [
            "/me",
            "/v25.0/me",
            "/v17.0/me",
            "/v27.0/me",
            "/me/",
            "//v25.0//me",
            "/17841400000000017",
        ] {
            assert_eq!(Endpoint::find("GET", path), Some(Endpoint::Me), "{path}");
        }
        for path in [
            "/v25/me",
            "/v16.0/me",
            "/v28.0/me",
            "/v25.1/me",
            "/vx.y/me",
            "/you",
            "/me/media",
        ] {
            assert_eq!(Endpoint::find("GET", path), None, "{path}");
        }
        assert_eq!(Endpoint::find("GET", "/"), Some(Endpoint::Home));
        assert_eq!(Endpoint::find("GET", "/v25.0/"), Some(Endpoint::Objects));
        assert_eq!(
            Endpoint::find("GET", "/oauth/authorize/"),
            Some(Endpoint::Authorize)
        );
        assert_eq!(unknown_components("/v25.0/me/nope/x"), "/nope/x");
    }
}
