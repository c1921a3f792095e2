//! The client of this world's Instagram; in the sandbox, the server that it talks to.

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::runtime::require_descriptors;
use crate::account;
use crate::failure::{Failure, Kind, typed};
use crate::http::HttpError;
use crate::instagram::{Endpoints, Instagram};
use crate::private_files;
use crate::sandbox::{self, BackgroundSandbox, Scenario};
use crate::settings::{Settings, World, environment, proxies};

pub(crate) struct InstagramAccess {
    pub(super) settings: Rc<Settings>,
    pub(super) scenario: Option<String>,
    pub(super) sandbox: OnceCell<BackgroundSandbox>,
    /// Whether this run has talked to the real Instagram.
    pub(super) is_real_in_use: Cell<bool>,
}

/// Variables that replace the authorities of the system. The TLS of Windows and macOS knows none.
pub(crate) const TRUST_VARIABLES: &[&str] = if cfg!(all(unix, not(target_os = "macos"))) {
    &["SSL_CERT_FILE", "SSL_CERT_DIR"]
} else {
    &[]
};

/// A list of all public authorities has 250 KB.
const AUTHORITIES_MAX_BYTES: u64 = 16 * 1024 * 1024;

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
        Instagram::new(Endpoints::new(test_server, version)).map_err(explain_setup)
    }

    /// Returns the variables that decided which certificates this run trusted for real tokens.
    pub(crate) fn trust_variables(&self) -> Vec<&'static str> {
        let is_set = |name: &&str| self.is_real_in_use.get() && environment::raw(name).is_some();
        TRUST_VARIABLES.iter().copied().filter(is_set).collect()
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

/// Names the variable that leads to no trusted certificate.
fn explain_setup(error: HttpError) -> Failure {
    let set = |name: &'static str| Some((name, PathBuf::from(environment::raw(name)?)));
    let Some((name, path)) = TRUST_VARIABLES.iter().copied().find_map(set) else {
        return error.into();
    };
    let cause = match private_files::read_entrusted(&path, AUTHORITIES_MAX_BYTES) {
        Err(unreadable) if name == "SSL_CERT_FILE" => unreadable.to_string(),
        _ => format!("{} contains no certificate", path.display()),
    };
    let message = format!("cannot use the trusted certificates that {name} names");
    Failure {
        message,
        ..error.into()
    }
    .cause(cause)
    .hint(format!(
        "Correct {name}, or unset it to trust the certificates of this system"
    ))
}
