//! What commands work with, each part made when it is first asked for: no runtime, client or keyring for `status`.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::signals::Signals;
use super::stores::Stores;
use crate::account::AppSecret;
use crate::cache::{Cache, CacheError};
use crate::failure::{Failure, Kind};
use crate::instagram::{Endpoints, Instagram};
use crate::output::{Console, words};
use crate::sandbox::{self, BackgroundSandbox, Scenario};
use crate::settings::{App, Config, RedirectUri, SecretSource, Settings, World, environment};
use crate::store::Store;

/// The flags that every command has.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// `--account`.
    pub account: Option<String>,
    /// `--scenario`.
    pub scenario: Option<String>,
}

/// The parts of one run.
pub(crate) struct Session {
    /// The world, the clock, the folders.
    pub settings: Settings,
    /// The terminal.
    pub console: Console,
    /// The common flags.
    pub options: Options,
    runtime: OnceCell<Runtime>,
    signals: OnceCell<Signals>,
    sandbox: OnceCell<BackgroundSandbox>,
    pub(crate) stores: Stores,
    clock_is_told: Cell<bool>,
}

/// A name that the system is still resolving must not hold the end of the program up.
impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    /// Nothing is opened here.
    pub(crate) fn new(settings: Settings, console: Console, options: Options) -> Self {
        Self {
            settings,
            console,
            options,
            runtime: OnceCell::new(),
            signals: OnceCell::new(),
            sandbox: OnceCell::new(),
            stores: Stores::default(),
            clock_is_told: Cell::new(false),
        }
    }

    /// Runs a story to its end, or until a signal comes. Whatever was stored by then stays stored.
    pub(crate) fn run<T>(
        &self,
        story: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let runtime = self.runtime()?;
        let done = runtime.block_on(self.signals()?.guard(story));
        self.tell_of_clock();
        done
    }

    /// As [`Self::run`], for a story of many parts, which a signal tells to `rest`: what is under way may end.
    pub(crate) fn run_parts<T>(
        &self,
        rest: impl FnOnce(),
        story: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let runtime = self.runtime()?;
        let done = runtime.block_on(self.signals()?.guard_parts(rest, story));
        self.tell_of_clock();
        done
    }

    /// A clock that a server has just proved wrong is told once.
    fn tell_of_clock(&self) {
        if let Some(ahead) = self.settings.clock.ahead()
            && !self.clock_is_told.replace(true)
        {
            self.console.warn(format!(
                "this machine's clock is {}: set it, for status believes it offline",
                words::skew(ahead)
            ));
        }
    }

    fn signals(&self) -> Result<&Signals, Failure> {
        if let Some(signals) = self.signals.get() {
            return Ok(signals);
        }
        let signals = Signals::listen()?;
        Ok(self.signals.get_or_init(|| signals))
    }

    fn runtime(&self) -> Result<&Runtime, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let made = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let made =
            made.map_err(|_| Failure::new(Kind::Failed, "the system gives no more resources"))?;
        Ok(self.runtime.get_or_init(|| made))
    }

    /// The cache to read; `None` where nothing was ever connected.
    pub(crate) fn cache_to_read(&self) -> Result<Option<Cache>, Failure> {
        Ok(Cache::open_to_read(&self.settings.paths.database()?)?)
    }

    /// The cache to write; one that is lost or damaged is made anew of what the store holds.
    pub(crate) fn cache_to_write(&self) -> Result<Cache, Failure> {
        match Cache::open_to_write(&self.settings.paths.database()?) {
            Ok(Some(cache)) => Ok(cache),
            Ok(None) | Err(CacheError::Damaged(_)) => self.rebuilt_cache(),
            Err(error) => Err(error.into()),
        }
    }

    /// The client of this world's Instagram. In the sandbox's world it is started with it.
    pub(crate) fn instagram(&self) -> Result<Instagram, Failure> {
        let stand_in = match &self.settings.world {
            World::Instagram => None,
            World::StandIn(url) => Some(url.clone()),
            World::Sandbox => Some(self.sandbox()?.base_url()),
        };
        Ok(Instagram::new(Endpoints::new(
            stand_in,
            self.settings.api_version()?,
        ))?)
    }

    fn sandbox(&self) -> Result<&BackgroundSandbox, Failure> {
        if let Some(sandbox) = self.sandbox.get() {
            return Ok(sandbox);
        }
        let started = BackgroundSandbox::start(0, self.scenario()?, self.sandbox_clock());
        let started =
            started.map_err(|_| Failure::new(Kind::State, "the sandbox cannot be started"))?;
        Ok(self.sandbox.get_or_init(|| started))
    }

    /// The time as the sandbox tells it.
    pub(crate) fn sandbox_clock(&self) -> sandbox::SandboxClock {
        let clock = self.settings.clock.clone();
        Arc::new(move || clock.now())
    }

    /// What is to happen in the sandbox: `--scenario`, `IGCONNECT_SCENARIO`, or that everybody agrees.
    pub(crate) fn scenario(&self) -> Result<Scenario, Failure> {
        let name = match &self.options.scenario {
            Some(name) => Some(name.clone()),
            None => environment::text("IGCONNECT_SCENARIO")?,
        };
        name.map_or(Ok(Scenario::Agrees), |name| {
            name.parse().map_err(|_| {
                Failure::new(Kind::Usage, "the sandbox knows no such scenario")
                    .hint("See all of them with igconnect sandbox --list")
            })
        })
    }

    /// The Meta app that is meant: by name, from the environment, or from the configuration.
    pub(crate) fn app(&self, name: Option<&str>) -> Result<Option<App>, Failure> {
        self.app_in(name, || Ok(self.settings.config()?))
    }

    /// As [`Self::app`], with a configuration that was read in another way.
    pub(crate) fn app_in(
        &self,
        name: Option<&str>,
        config: impl FnOnce() -> Result<Config, Failure>,
    ) -> Result<Option<App>, Failure> {
        let redirect_uri: Option<RedirectUri> = environment::text("IGCONNECT_REDIRECT_URI")?
            .map(|uri| uri.parse())
            .transpose()?;
        if name.is_none()
            && let Some(id) = environment::text("IGCONNECT_APP_ID")?
        {
            return Ok(Some(App {
                name: "environment".to_owned(),
                id: id.parse()?,
                redirect_uri: redirect_uri.map_or_else(RedirectUri::default_uri, Ok)?,
                secret: SecretSource::Environment,
            }));
        }
        let app = match config()?.app(name)? {
            None if self.settings.world == World::Sandbox => Some(App {
                name: "sandbox".to_owned(),
                id: sandbox::APP_ID.parse()?,
                redirect_uri: RedirectUri::default_uri()?,
                secret: SecretSource::Sandbox,
            }),
            configured => configured,
        };
        Ok(app.map(|app| App {
            redirect_uri: redirect_uri.unwrap_or(app.redirect_uri.clone()),
            ..app
        }))
    }

    /// The App Secret of `app`, out of `store` if that is where it is.
    pub(crate) fn app_secret(&self, app: &App, store: &Store) -> Result<AppSecret, Failure> {
        let unusable = |error| Failure::secret("the App Secret", error);
        match app.secret {
            SecretSource::Sandbox => {
                AppSecret::new(sandbox::APP_SECRET.to_owned()).map_err(unusable)
            }
            SecretSource::Environment => match environment::secret("IGCONNECT_APP_SECRET")? {
                Some(text) => AppSecret::new(text).map_err(unusable),
                None => Err(Failure::new(
                    Kind::Usage,
                    "IGCONNECT_APP_ID is set and its secret is not",
                )
                .hint("Set IGCONNECT_APP_SECRET, or IGCONNECT_APP_SECRET_FILE to a private file")),
            },
            SecretSource::Store => store.app_secret(app.id.as_str())?.ok_or_else(|| {
                Failure::new(
                    Kind::Login,
                    format!("the App Secret of app {} is gone from the store", app.name),
                )
                .hint("Enter it again: igconnect app add")
            }),
        }
    }
}
