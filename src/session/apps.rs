//! Which Meta app a command uses, and where its secret is.

use std::rc::Rc;

use crate::account::{self, AppSecret};
use crate::failure::{Failure, Kind};
use crate::sandbox;
use crate::settings::{
    App, RedirectUri, SecretSource, Settings, SettingsError, World, environment,
};
use crate::store::Store;

/// The name of the app that the sandbox brings.
const SANDBOX_APP: &str = "sandbox";

pub(crate) struct Apps {
    pub(super) settings: Rc<Settings>,
}

impl Apps {
    /// Finds an app: by name, else from the environment, the configuration or the sandbox.
    pub(crate) fn find(&self, name: Option<&str>) -> Result<Option<App>, Failure> {
        self.find_in(name, || Ok(self.settings.config()?.app(name)?))
    }

    /// Like [`Self::find`], with another way to find the app in the configuration.
    pub(crate) fn find_in(
        &self,
        name: Option<&str>,
        find_configured: impl FnOnce() -> Result<Option<App>, Failure>,
    ) -> Result<Option<App>, Failure> {
        let redirect_uri = environment::text("IGCONNECT_REDIRECT_URI")?;
        let redirect_uri = redirect_uri.map(|uri| uri.parse()).transpose()?;
        let app_of = |name: &str, id: &str, secret| {
            Ok::<_, SettingsError>(App {
                name: name.to_owned(),
                id: id.parse()?,
                redirect_uri: RedirectUri::parse_or_default(None)?,
                secret,
            })
        };
        // A name on the command line is more specific than the environment of a whole session.
        let app_id = match name {
            Some(_) => None,
            None => environment::text(self.settings.world.app_id_variable())?,
        };
        let mut app = match app_id {
            Some(id) => Some(app_of("environment", &id, SecretSource::Environment)?),
            None => find_configured()?,
        };
        // A name that is neither configured nor the sandbox's own is a typo there too.
        let is_sandboxes = name.is_none_or(|name| matches!(name, SANDBOX_APP | "default"));
        if app.is_none() && is_sandboxes && self.is_sandbox() {
            app = Some(app_of(SANDBOX_APP, sandbox::APP_ID, SecretSource::Sandbox)?);
        }
        if let (Some(app), Some(redirect_uri)) = (&mut app, redirect_uri) {
            app.redirect_uri = redirect_uri;
        }
        Ok(app)
    }

    fn is_sandbox(&self) -> bool {
        self.settings.world == World::Sandbox
    }

    /// The failure that no app, or none with this name, is set up.
    pub(crate) fn not_found(&self, name: Option<&str>) -> Failure {
        let failure = Failure::no_app(name);
        let config = self.settings.config().unwrap_or_default();
        let own = self.is_sandbox().then_some(SANDBOX_APP);
        let names = config.app_names().into_iter().chain(own);
        match name.and_then(|name| account::most_similar(name, names)) {
            Some(known) => failure.hint(format!(
                "Did you mean {known}? See all apps: igconnect app list"
            )),
            None => failure,
        }
    }

    /// Returns the secret of `app`; from `store` if it is kept there.
    pub(crate) fn secret(&self, app: &App, store: &Store) -> Result<AppSecret, Failure> {
        let text = match app.secret {
            SecretSource::Sandbox => sandbox::APP_SECRET.to_owned(),
            SecretSource::Environment => {
                let world = &self.settings.world;
                let (id, secret) = (world.app_id_variable(), world.app_secret_variable());
                let missing = || {
                    let hint = format!("Set {secret}, or {secret}_FILE to a file that contains it");
                    let message = format!("{id} is set, but its secret is not");
                    Failure::new(Kind::Usage, message).hint(hint)
                };
                environment::secret(secret)?.ok_or_else(missing)?
            }
            SecretSource::Store => {
                let missing = || {
                    let name = &app.name;
                    let message = format!("the App Secret of app {name} is missing from the store");
                    Failure::new(Kind::Login, message).hint("Enter it again: igconnect app add")
                };
                return store.load_app_secret(app.id.as_str())?.ok_or_else(missing);
            }
        };
        AppSecret::from_input(text).map_err(|error| Failure::secret("the App Secret", error))
    }
}
