//! Which Instagram a run talks to. Worlds share nothing: data, store names and locks are separate.

use url::{Host, Url};

use super::environment;
use super::error::SettingsError;

// The variables of the real Instagram and of test worlds: no secret of the former is sent to a test server.
const WORLD_TOKEN: [&str; 2] = ["IGCONNECT_TOKEN", "IGCONNECT_SANDBOX_TOKEN"];
const WORLD_APP_ID: [&str; 2] = ["IGCONNECT_APP_ID", "IGCONNECT_SANDBOX_APP_ID"];
const WORLD_APP_SECRET: [&str; 2] = ["IGCONNECT_APP_SECRET", "IGCONNECT_SANDBOX_APP_SECRET"];
const REAL_SECRETS: [&str; 4] = [
    "IGCONNECT_TOKEN",
    "IGCONNECT_TOKEN_FILE",
    "IGCONNECT_APP_SECRET",
    "IGCONNECT_APP_SECRET_FILE",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum World {
    Instagram,
    /// A test server at a loopback address, instead of all of Instagram's hosts.
    TestServer(Url),
    /// The built-in imitation, started in this process when a command needs it.
    Sandbox,
}

impl World {
    /// Reads `IGCONNECT_SANDBOX` and `IGCONNECT_INSTAGRAM`. `sandbox` is the flag `--sandbox`.
    pub(crate) fn from_environment(sandbox: bool) -> Result<Self, SettingsError> {
        let test_server = environment::text("IGCONNECT_INSTAGRAM")?;
        if sandbox || environment::switch("IGCONNECT_SANDBOX")? {
            return match test_server {
                Some(_) if !sandbox => Err(SettingsError::Conflict(
                    "IGCONNECT_SANDBOX and IGCONNECT_INSTAGRAM cannot be used together",
                )),
                _ => Ok(Self::Sandbox),
            };
        }
        test_server.map_or(Ok(Self::Instagram), |address| Self::test_server(&address))
    }

    fn test_server(address: &str) -> Result<Self, SettingsError> {
        let wrong = |problem| SettingsError::value("IGCONNECT_INSTAGRAM", problem);
        let url = Url::parse(address)
            .map_err(|_| wrong("is not an address such as http://127.0.0.1:8080"))?;
        if !is_loopback(&url) {
            return Err(wrong(
                "must name a loopback address, such as http://127.0.0.1:8080",
            ));
        }
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        if url.scheme() != "http" || !is_bare || !is_anonymous {
            return Err(wrong("must be http://ADDRESS:PORT and nothing more"));
        }
        Ok(Self::TestServer(url))
    }

    /// Returns what separates this world's data and store names; `None` for the real Instagram.
    pub(crate) fn key(&self) -> Option<String> {
        match self {
            Self::Instagram => None,
            Self::Sandbox => Some("sandbox".to_owned()),
            Self::TestServer(url) => {
                // Windows allows no colon in a file name.
                let host = url.host_str().unwrap_or_default();
                let host = host.trim_matches(['[', ']']).replace(':', "_");
                let port = url.port_or_known_default().unwrap_or_default();
                Some(format!("{host}-{port}"))
            }
        }
    }

    /// Returns the variable of the environment token.
    pub(crate) fn token_variable(&self) -> &'static str {
        self.choose(WORLD_TOKEN)
    }

    pub(crate) fn app_id_variable(&self) -> &'static str {
        self.choose(WORLD_APP_ID)
    }

    pub(crate) fn app_secret_variable(&self) -> &'static str {
        self.choose(WORLD_APP_SECRET)
    }

    fn choose(&self, [real, test]: [&'static str; 2]) -> &'static str {
        if self.is_real() { real } else { test }
    }

    /// Returns the secrets of the real Instagram that are set and that this world ignores.
    pub(crate) fn ignored_secrets(&self) -> Vec<&'static str> {
        let is_ignored = |name: &&str| !self.is_real() && environment::raw(name).is_some();
        REAL_SECRETS.into_iter().filter(is_ignored).collect()
    }

    pub(crate) fn is_real(&self) -> bool {
        *self == Self::Instagram
    }

    /// Makes a name different in each world. The real Instagram has it as it is.
    pub(crate) fn qualify(&self, name: &str) -> String {
        let key = self.key().map(|key| format!("-{key}"));
        format!("{name}{}", key.unwrap_or_default())
    }

    /// Returns the service name of this world in the keyring.
    pub(crate) fn service(&self) -> String {
        self.qualify("igconnect")
    }
}

/// Whether the host is a loopback address. A name such as `localhost` is not: DNS may resolve it to another machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_loopback_address_is_a_test_server() {
        for good in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9:1/",
            "http://[::1]:8080",
        ] {
            assert!(World::test_server(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "127.0.0.1:80",
            "http://localhost:80",
            "http://10.0.0.1:80",
            "http://graph.instagram.com",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
            "http://user@127.0.0.1:80",
            "http://127.0.0.1:80/path",
            "https://127.0.0.1:80",
            "file:///etc/passwd",
        ] {
            assert!(World::test_server(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn worlds_have_different_keys_and_services() {
        let worlds = [
            World::Instagram,
            World::Sandbox,
            World::test_server("http://127.0.0.1:1").unwrap(),
            World::test_server("http://127.0.0.1:2").unwrap(),
            World::test_server("http://[::1]:2").unwrap(),
        ];
        for (i, a) in worlds.iter().enumerate() {
            for b in &worlds[i + 1..] {
                assert_ne!(a.key(), b.key());
                assert_ne!(a.service(), b.service());
            }
        }
    }
}
