//! A login that waits for its answer, and what the person at the other end knows of it.

use std::path::PathBuf;
use std::sync::OnceLock;

use url::Url;

use super::Output;
use super::process::{Run, Running};
use super::visitor::{Reply, Visitor, get, parameter};
use super::{World, until};

/// A browser that opens at once and shows nothing: the person goes to the printed address instead.
pub const NO_WINDOW: &str = "true";

const WAITS: &str = "Waiting for the answer";

/// The one-use address of the listener, or that of the consent page.
fn is_address(line: &str) -> bool {
    line.trim_start().starts_with("http")
        && (line.contains("/start/") || line.contains("/oauth/authorize?"))
}

/// A running `login` that has said where to go.
pub struct Login {
    certificate: PathBuf,
    running: Running,
    /// The address that the terminal shows.
    pub shown: Url,
    authorize: OnceLock<Url>,
}

impl Login {
    /// `igconnect --sandbox login` on any port, with more arguments.
    #[track_caller]
    pub fn in_sandbox(world: &World, more: &[&str]) -> Self {
        let arguments = ["--sandbox", "login", "--port", "0", "--browser", NO_WINDOW];
        Self::waiting(world, world.command(&[&arguments, more].concat()))
    }

    /// Starts it and waits until it says where to go.
    #[track_caller]
    pub fn waiting(world: &World, run: Run) -> Self {
        let mut running = run.spawn();
        let line = running.stderr_line("where to go", is_address);
        running.stderr_line("that it waits", |line| line.starts_with(WAITS));
        Self::at(world, running, &line)
    }

    /// The same on a terminal, which has one stream for all.
    #[track_caller]
    pub fn at_a_keyboard(world: &World, run: Run) -> Self {
        let mut running = run.spawn();
        let line = running.stdout_line("where to go", is_address);
        running.stdout_line("that it waits", |line| line.starts_with(WAITS));
        Self::at(world, running, &line)
    }

    fn at(world: &World, running: Running, line: &str) -> Self {
        Self {
            certificate: certificate(world),
            running,
            shown: Url::parse(line.trim()).expect("an address"),
            authorize: OnceLock::new(),
        }
    }

    /// Instagram's consent page. Where the one-use address was shown it is used up by this.
    #[track_caller]
    pub fn authorize(&self) -> &Url {
        self.authorize.get_or_init(|| {
            if !self.shown.path().starts_with("/start/") {
                return self.shown.clone();
            }
            let reply = match self.shown.scheme() {
                "https" => self.visitor().get(&self.shown),
                _ => get(&self.shown),
            };
            let location = reply.header("location");
            Url::parse(location.unwrap_or_else(|| panic!("{}", reply.text()))).expect("an address")
        })
    }

    /// The redirect URI that Instagram was given.
    pub fn redirect_uri(&self) -> Url {
        Url::parse(&parameter(self.authorize(), "redirect_uri")).expect("an address")
    }

    pub fn port(&self) -> u16 {
        self.redirect_uri().port_or_known_default().expect("a port")
    }

    pub fn state(&self) -> String {
        parameter(self.authorize(), "state")
    }

    /// A visitor who trusts the listener.
    #[track_caller]
    pub fn visitor(&self) -> Visitor {
        Visitor::trusting(&self.certificate)
    }

    /// What a person does: agrees, and comes back with the answer to the last page.
    #[track_caller]
    pub fn agree(&self) -> Reply {
        let visitor = self.visitor();
        visitor.visit(&visitor.consent(self.authorize()))
    }

    /// The same, as another of the sandbox's people.
    #[track_caller]
    pub fn agree_as(&self, username: &str) -> Reply {
        let visitor = self.visitor();
        visitor.visit(&visitor.consent_as(self.authorize(), Some(username)))
    }

    /// The address that the browser is sent back to when the person has answered.
    #[track_caller]
    pub fn answer(&self) -> Url {
        self.visitor().consent(self.authorize())
    }

    pub fn running(&mut self) -> &mut Running {
        &mut self.running
    }

    #[track_caller]
    pub fn finish(self) -> Output {
        self.running.finish()
    }
}

/// The file of the listener's certificate.
pub fn certificate(world: &World) -> PathBuf {
    world
        .folder("XDG_DATA_HOME")
        .join("igconnect/certificate/listener-certificate.pem")
}

/// Fails unless this port becomes free, in both families, within a second.
#[track_caller]
pub fn assert_port_gets_free(port: u16) {
    until("a free port", || {
        let free = |address: &str| std::net::TcpListener::bind((address, port)).is_ok();
        (free("127.0.0.1") && free("::1")).then_some(())
    });
}
