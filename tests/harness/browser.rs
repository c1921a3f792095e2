//! A real browser without a window: Chromium, driven through its WebDriver server.
//!
//! It trusts what a person's browser trusts, so a self-signed listener shows the warning page. Its home, profile and
//! port are its own. The protocol is JSON over HTTP on loopback, which needs no client library.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::group::Group;
use super::http;
use super::mode::private_folder;
use super::needs::installed;
use super::wait::until_ok;
use super::{World, need, until};

/// A page of ours is there in a tenth of a second; a loaded machine may need long.
const LIMIT: Duration = Duration::from_secs(30);

/// The name under which WebDriver hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser with one window, closed when this is dropped.
pub struct Browser {
    driver: Group,
    port: u16,
    session: String,
}

/// An answer other than yes, by WebDriver's own word for it, e.g. `no such element`.
#[derive(Debug)]
struct Refusal {
    error: String,
    message: String,
}

impl Browser {
    /// Opens a browser that has never been used. `None` where the tests do without.
    #[track_caller]
    pub fn start(world: &World) -> Option<Self> {
        need("chromium").then(|| Self::launch(world, |_| {}))
    }

    /// Opens a browser for which the person has marked this authority (PEM) as one to trust.
    #[track_caller]
    pub fn start_trusting(world: &World, certificate: &Path) -> Option<Self> {
        Self::start_prepared(world, |home| trust(home, certificate))
    }

    /// Opens a browser after `prepare` has done to its home what a person did, by means of certutil.
    #[track_caller]
    pub fn start_prepared(world: &World, prepare: impl FnOnce(&Path)) -> Option<Self> {
        (need("chromium") && need("certutil")).then(|| Self::launch(world, prepare))
    }

    #[track_caller]
    fn launch(world: &World, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("browser-")
            .tempdir_in(world.root())
            .expect("a folder")
            .keep();
        for name in ["home", "tmp", "run", "profile"] {
            private_folder(&folder.join(name));
        }
        prepare(&folder.join("home"));
        // The port that it finds free for one family of addresses may be taken in the other; then it ends.
        let started = (0..5).find_map(|_| driver(&folder));
        let (driver, port) = started.expect("a chromedriver that tells its port");
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
        };
        let binary = installed("chromium|chromium-browser|google-chrome").expect("chromium");
        let arguments = [
            "--headless",
            // It opens only pages of the tests, and its sandbox starts neither for root nor in most containers.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            "--window-size=900,700",
            &format!("--user-data-dir={}", folder.join("profile").display()),
        ];
        let wishes = json!({
            "acceptInsecureCerts": false,
            "goog:chromeOptions": { "binary": binary, "args": arguments },
        });
        let opened = browser.ask(
            "POST",
            "/session",
            Some(&json!({ "capabilities": { "alwaysMatch": wishes } })),
        );
        let opened = opened.unwrap_or_else(|refusal| panic!("no browser: {refusal:?}"));
        browser.session = opened["sessionId"].as_str().expect("a session").to_owned();
        browser
    }

    /// Goes to an address and waits until something is shown, be it the warning about its certificate.
    #[track_caller]
    pub fn open(&self, url: &str) {
        match self.command("POST", "/url", Some(&json!({ "url": url }))) {
            Ok(_) => {}
            Err(refusal)
                if refusal.error == "insecure certificate"
                    || refusal.message.contains("ERR_CERT_") => {}
            Err(refusal) => panic!("{url} was not opened: {refusal:?}"),
        }
    }

    #[track_caller]
    pub fn find(&self, css: &str) {
        self.with_element(css, "be there", |_| Ok(()));
    }

    #[track_caller]
    pub fn click(&self, css: &str) {
        self.with_element(css, "be clicked", |element| {
            self.command(
                "POST",
                &format!("/element/{element}/click"),
                Some(&json!({})),
            )
            .map(drop)
        });
    }

    #[track_caller]
    pub fn type_into(&self, css: &str, text: &str) {
        self.with_element(css, "be typed into", |element| {
            self.command(
                "POST",
                &format!("/element/{element}/value"),
                Some(&json!({ "text": text })),
            )
            .map(drop)
        });
    }

    /// Waits for an element and reads what a person sees of it.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.with_element(css, "be read", |element| {
            self.words("GET", &format!("/element/{element}/text"))
        })
    }

    #[track_caller]
    pub fn title(&self) -> String {
        self.words("GET", "/title").expect("a title")
    }

    #[track_caller]
    pub fn url(&self) -> String {
        self.words("GET", "/url").expect("an address")
    }

    /// Waits until the address bar shows a wanted address.
    #[track_caller]
    pub fn wait_for_url(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        until(what, || Some(self.url()).filter(|url| wanted(url)))
    }

    /// Takes a picture (PNG) of what is shown.
    #[track_caller]
    pub fn screenshot(&self, file: &Path) {
        let picture = self.words("GET", "/screenshot").expect("a picture");
        let picture = data_encoding::BASE64
            .decode(picture.as_bytes())
            .expect("a picture in base64");
        std::fs::write(file, picture).expect("a file for the picture");
    }

    /// Makes the window this large, in pixels.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height });
        let _ = self
            .command("POST", "/window/rect", Some(&size))
            .expect("a window of this size");
    }

    /// Does what a person does on "Your connection is not private": Advanced, then Proceed.
    #[track_caller]
    pub fn pass_certificate_warning(&self) {
        self.click("#details-button");
        self.click("#proceed-link");
        until("the page behind the warning", || {
            self.element("#proceed-link").is_err().then_some(())
        });
    }

    /// An element may go while it is asked about, as its page goes: then the next one is asked.
    #[track_caller]
    fn with_element<T>(
        &self,
        css: &str,
        what: &str,
        act: impl Fn(&str) -> Result<T, Refusal>,
    ) -> T {
        let ask = || {
            let done = self.element(css).and_then(|element| act(&element));
            done.map_err(|refusal| (refusal, self.words("GET", "/url")))
        };
        until_ok(&format!("{css} to {what}"), LIMIT, ask)
    }

    fn element(&self, css: &str) -> Result<String, Refusal> {
        let found = self.command(
            "POST",
            "/element",
            Some(&json!({ "using": "css selector", "value": css })),
        )?;
        Ok(found[ELEMENT].as_str().expect("an element").to_owned())
    }

    fn words(&self, method: &str, path: &str) -> Result<String, Refusal> {
        self.command(method, path, None)
            .map(|answer| answer.as_str().expect("words").to_owned())
    }

    fn command(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refusal> {
        self.ask(method, &format!("/session/{}{path}", self.session), body)
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refusal> {
        let line = format!("{method} {path}");
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = http::ask(self.port, &line, "", &body);
        let answer = answer.unwrap_or_else(|error| panic!("chromedriver: {line}: {error}"));
        let mut answer: Value = serde_json::from_str(&answer.body).expect("an answer in JSON");
        let value = answer["value"].take();
        let word = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        match word("error") {
            Some(error) => Err(Refusal {
                error,
                message: word("message").unwrap_or_default(),
            }),
            None => Ok(value),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to end first: the browser is not in its driver's process group.
        let _ = http::ask(
            self.port,
            &format!("DELETE /session/{}", self.session),
            "",
            "",
        );
        self.driver.end();
    }
}

/// A chromedriver and its port; `None` where it ended without one.
fn driver(folder: &Path) -> Option<(Group, u16)> {
    let mut driver = Command::new(installed("chromedriver").expect("chromedriver"));
    driver
        .arg("--port=0")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .env("HOME", folder.join("home"))
        .env("TMPDIR", folder.join("tmp"))
        .env("XDG_RUNTIME_DIR", folder.join("run"));
    driver
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(folder.join("driver.log")).expect("a log"));
    let mut driver = Group::start(&mut driver).expect("chromedriver");
    let (_, stdout, _) = driver.pipes();
    let mut said = BufReader::new(stdout.expect("a pipe"))
        .lines()
        .map_while(Result::ok);
    let port = said.find_map(|line| {
        line.strip_suffix('.')?
            .rsplit_once("on port ")?
            .1
            .parse()
            .ok()
    });
    Some((driver, port?))
}

fn trust(home: &Path, certificate: &Path) {
    let store = private_folder(&home.join(".pki/nssdb"));
    let store = format!("sql:{}", store.display());
    let certificate = certificate.to_str().expect("a path in UTF-8");
    for arguments in [
        &["-N", "-d", &store, "--empty-password"][..],
        &[
            "-A",
            "-d",
            &store,
            "-n",
            "igconnect",
            "-t",
            "C,,",
            "-i",
            certificate,
        ],
    ] {
        let done = Command::new("certutil")
            .args(arguments)
            .status()
            .expect("certutil");
        assert!(done.success(), "certutil {arguments:?}: {done}");
    }
}
