//! A login that waits for its answer, and what the person at the other end knows of it.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use url::Url;

use super::Output;
use super::process::{Run, Running};
use super::visitor::{Reply, Visitor, get, parameter};
use super::{World, until};

/// A browser that opens at once and shows nothing: the person goes to the printed address instead.
#[cfg(unix)]
pub const NO_WINDOW: &str = "true";
#[cfg(windows)]
pub const NO_WINDOW: &str = "cmd /c rem";

const WAITS: &str = "Waiting for the answer";

/// The one-use address of the listener, or that of the consent page.
pub fn is_address(line: &str) -> bool {
    line.trim_start().starts_with("http")
        && (line.contains("/start/") || line.contains("/oauth/authorize?"))
}

/// A running `login` that has said where to go.
pub struct Login {
    certificate: PathBuf,
    running: Running,
    /// The address that the browser or the person is given.
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

    /// Starts it and waits until it says where to go, or until its browser can read that.
    #[track_caller]
    pub fn waiting(world: &World, run: Run) -> Self {
        let before = start_pages(world);
        let mut running = run.spawn();
        running.stderr_line("that it waits", |line| line.contains(WAITS));
        let shown = new_start_page(world, &before)
            .unwrap_or_else(|| running.stderr_line("where to go", is_address));
        Self::at(world, running, &shown)
    }

    /// The same on a terminal, which has one stream for all.
    #[track_caller]
    pub fn at_a_keyboard(world: &World, run: Run) -> Self {
        let before = start_pages(world);
        let mut running = run.spawn();
        running.stdout_line("that it waits", |line| line.contains(WAITS));
        let shown = new_start_page(world, &before)
            .unwrap_or_else(|| running.stdout_line("where to go", is_address));
        Self::at(world, running, &shown)
    }

    fn at(world: &World, running: Running, shown: &str) -> Self {
        Self {
            certificate: certificate(world),
            running,
            shown: Url::parse(shown.trim()).expect("an address"),
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

/// The pages that browsers are given, in whichever world of igconnect.
pub fn start_pages(world: &World) -> Vec<PathBuf> {
    let name = |file: &PathBuf| file.file_name()?.to_str().map(str::to_owned);
    let is_page = |name: String| name.starts_with("login-") && name.ends_with(".html");
    let mut folders = vec![world.folder("XDG_DATA_HOME")];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            match file.path() {
                path if path.is_dir() => folders.push(path),
                path if name(&path).is_some_and(is_page) => pages.push(path),
                _ => {}
            }
        }
    }
    pages
}

/// The address that the new page leads to.
fn new_start_page(world: &World, before: &[PathBuf]) -> Option<String> {
    let page = start_pages(world)
        .into_iter()
        .find(|page| !before.contains(page))?;
    Some(address_in(&fs::read_to_string(page).ok()?))
}

/// The address that a start page leads to.
#[track_caller]
pub fn address_in(page: &str) -> String {
    let address = page.split_once("href=\"").map(|(_, rest)| rest);
    let address = address.and_then(|rest| rest.split_once('"'));
    address.expect("a page with a link").0.to_owned()
}

/// The file of the authority that signed the listener's certificate.
pub fn certificate(world: &World) -> PathBuf {
    world
        .folder("XDG_DATA_HOME")
        .join("igconnect/certificate/listener-authority.pem")
}

/// Fails unless this port becomes free, in both families, within a second.
#[track_caller]
pub fn assert_port_gets_free(port: u16) {
    until("a free port", || {
        let free = |address: &str| std::net::TcpListener::bind((address, port)).is_ok();
        (free("127.0.0.1") && free("::1")).then_some(())
    });
}
