//! The real Instagram, or one stand-in of it. Worlds share nothing: data, store names and locks are apart.

use url::{Host, Url};

use super::{SettingsError, environment};

/// Which Instagram a run talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum World {
    /// The real one, at its pinned hosts.
    Instagram,
    /// A server at a loopback address, in the place of all of Instagram's hosts.
    StandIn(Url),
    /// The built-in stand-in, started inside the process when a command needs it.
    Sandbox,
}

impl World {
    /// The world by `--sandbox`, `IGCONNECT_SANDBOX` or `IGCONNECT_INSTAGRAM`.
    pub fn from_environment(sandbox: bool) -> Result<Self, SettingsError> {
        let stand_in = environment::text("IGCONNECT_INSTAGRAM")?;
        if sandbox || environment::switch("IGCONNECT_SANDBOX")? {
            return match stand_in {
                Some(_) if !sandbox => Err(SettingsError::Conflict(
                    "IGCONNECT_SANDBOX and IGCONNECT_INSTAGRAM exclude each other",
                )),
                _ => Ok(Self::Sandbox),
            };
        }
        stand_in.map_or(Ok(Self::Instagram), |address| Self::stand_in(&address))
    }

    fn stand_in(address: &str) -> Result<Self, SettingsError> {
        let wrong = |problem| SettingsError::value("IGCONNECT_INSTAGRAM", problem);
        let url = Url::parse(address)
            .map_err(|_| wrong("is not an address such as http://127.0.0.1:8080"))?;
        let loopback = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        };
        if !loopback {
            return Err(wrong(
                "must name a loopback address, such as http://127.0.0.1:8080",
            ));
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if url.scheme() != "http" || !bare || !anonymous {
            return Err(wrong("must be http://ADDRESS:PORT and nothing more"));
        }
        Ok(Self::StandIn(url))
    }

    /// What keeps this world's data and store names apart; nothing for the real Instagram.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Instagram => None,
            Self::Sandbox => Some("sandbox".to_owned()),
            Self::StandIn(url) => {
                let host = url
                    .host_str()
                    .unwrap_or_default()
                    .trim_matches(['[', ']'])
                    .replace(':', "_");
                Some(format!(
                    "{host}-{}",
                    url.port_or_known_default().unwrap_or_default()
                ))
            }
        }
    }

    /// Whether real tokens live here.
    pub fn is_real(&self) -> bool {
        *self == Self::Instagram
    }

    /// How a person calls this program in this world.
    pub fn command(&self) -> &'static str {
        if *self == Self::Sandbox {
            "igconnect --sandbox"
        } else {
            "igconnect"
        }
    }

    /// The name under which the operating system's store keeps this world's secrets.
    pub fn service(&self) -> String {
        self.key()
            .map_or_else(|| "igconnect".to_owned(), |key| format!("igconnect-{key}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_loopback_address_stands_in() {
        for good in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9:1/",
            "http://[::1]:8080",
        ] {
            assert!(World::stand_in(good).is_ok(), "{good}");
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
            assert!(World::stand_in(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn worlds_have_different_keys_and_services() {
        let worlds = [
            World::Instagram,
            World::Sandbox,
            World::stand_in("http://127.0.0.1:1").unwrap(),
            World::stand_in("http://127.0.0.1:2").unwrap(),
            World::stand_in("http://[::1]:2").unwrap(),
        ];
        for (i, a) in worlds.iter().enumerate() {
            for b in &worlds[i + 1..] {
                assert_ne!(a.key(), b.key());
                assert_ne!(a.service(), b.service());
            }
        }
    }
}
