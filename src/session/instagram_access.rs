//! The client of this world's Instagram; in the sandbox, the server that it talks to.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

use super::runtime::require_descriptors;
use crate::account;
use crate::failure::{Failure, Kind, typed};
use crate::instagram::{Endpoints, Instagram};
use crate::sandbox::{self, BackgroundSandbox, Scenario};
use crate::settings::{Settings, World, environment, proxies};

pub(crate) struct InstagramAccess {
    pub(super) settings: Rc<Settings>,
    pub(super) scenario: Option<String>,
    pub(super) sandbox: OnceCell<BackgroundSandbox>,
    /// Whether this run has talked to the real Instagram.
    pub(super) is_real_in_use: Cell<bool>,
}

/// Variables that replace the authorities of the system.
const TRUST: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

impl InstagramAccess {
    /// Returns a new client. Starts the sandbox first if that is this run's world.
    pub(crate) fn client(&self) -> Result<Instagram, Failure> {
        require_descriptors()?;
        let test_server = match &self.settings.world {
            World::Instagram => {
                proxies()?;
                self.is_real_in_use.set(true);
                None
            }
            World::TestServer(url) => Some(url.clone()),
            World::Sandbox => Some(self.sandbox()?.address.clone()),
        };
        let version = self.settings.api_version()?;
        Ok(Instagram::new(Endpoints::new(test_server, version))?)
    }

    /// Returns the variables that decided which certificates this run trusted for real tokens.
    pub(crate) fn trust_variables(&self) -> Vec<&'static str> {
        let is_set = |name: &&str| self.is_real_in_use.get() && environment::raw(name).is_some();
        TRUST.into_iter().filter(is_set).collect()
    }

    fn sandbox(&self) -> Result<&BackgroundSandbox, Failure> {
        if let Some(sandbox) = self.sandbox.get() {
            return Ok(sandbox);
        }
        // Any free port, because several runs may have a sandbox at once.
        let sandbox = BackgroundSandbox::start(0, self.scenario()?, self.sandbox_clock())
            .map_err(|_| Failure::new(Kind::State, "the sandbox cannot be started"))?;
        Ok(self.sandbox.get_or_init(|| sandbox))
    }

    pub(crate) fn sandbox_clock(&self) -> sandbox::SandboxClock {
        let clock = self.settings.clock.clone();
        Arc::new(move || clock.now())
    }

    /// Returns what happens in the sandbox: `--scenario`, `IGCONNECT_SCENARIO`, or a login that succeeds.
    pub(crate) fn scenario(&self) -> Result<Scenario, Failure> {
        let name = match &self.scenario {
            Some(name) => Some(name.clone()),
            None => environment::text("IGCONNECT_SCENARIO")?,
        };
        let Some(name) = name else {
            return Ok(Scenario::Agrees);
        };
        name.parse().map_err(|_| {
            let message = format!("the sandbox has no such scenario: {}", typed(&name));
            let known = account::most_similar(&name, Scenario::all().map(Scenario::name));
            Failure::new(Kind::Usage, message).hint(match known {
                Some(known) => format!("Did you mean {known}? See all: igconnect sandbox --list"),
                None => "See all scenarios: igconnect sandbox --list".to_owned(),
            })
        })
    }
}
