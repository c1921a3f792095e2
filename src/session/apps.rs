//! Which Meta app a command uses, and where its secret is.

use std::rc::Rc;

use crate::account::AppSecret;
use crate::failure::{Failure, Kind};
use crate::sandbox;
use crate::settings::{App, RedirectUri, SecretSource, Settings, World, environment};
use crate::store::Store;

/// The Meta apps of this world.
pub(crate) struct Apps {
    settings: Rc<Settings>,
}

impl Apps {
    pub(super) fn new(settings: Rc<Settings>) -> Self {
        Self { settings }
    }

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
        let app = match find_configured()? {
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

    /// Returns the secret of `app`; from `store` if it is kept there.
    pub(crate) fn secret(&self, app: &App, store: &Store) -> Result<AppSecret, Failure> {
        let unusable = |error| Failure::secret("the App Secret", error);
        match app.secret {
            SecretSource::Sandbox => {
                AppSecret::new(sandbox::APP_SECRET.to_owned()).map_err(unusable)
            }
            SecretSource::Environment => match environment::secret("IGCONNECT_APP_SECRET")? {
                Some(text) => AppSecret::new(text).map_err(unusable),
                None => Err(Failure::new(
                    Kind::Usage,
                    "IGCONNECT_APP_ID is set, but its secret is not",
                )
                .hint("Set IGCONNECT_APP_SECRET, or IGCONNECT_APP_SECRET_FILE to a private file")),
            },
            SecretSource::Store => store.load_app_secret(app.id.as_str())?.ok_or_else(|| {
                Failure::new(
                    Kind::Login,
                    format!(
                        "the App Secret of app {} is missing from the store",
                        app.name
                    ),
                )
                .hint("Enter it again: igconnect app add")
            }),
        }
    }
}
