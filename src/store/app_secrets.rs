//! App Secrets in a store, each under the Instagram App ID of its app.

use super::{Store, StoreError};
use crate::account::{AppSecret, Secret};

pub(super) const START: &str = "app/";

impl Store {
    /// The App Secret of the app with this Instagram App ID.
    pub fn app_secret(&self, app_id: &str) -> Result<Option<AppSecret>, StoreError> {
        let secret = self.backend.read(&name(app_id))?;
        Ok(secret.and_then(|secret| AppSecret::new(secret.expose().to_owned()).ok()))
    }

    /// Keeps an App Secret and compares what comes back.
    pub fn put_app_secret(&self, app_id: &str, secret: &AppSecret) -> Result<(), StoreError> {
        let text = Secret::new(secret.expose().to_owned()).map_err(|_| StoreError::Failed)?;
        let label = format!("igconnect: App Secret of Instagram app {app_id}");
        self.write_proved(&name(app_id), &label, &text)
    }

    /// Whether the App Secret in this store is `secret`.
    pub fn has_app_secret(&self, app_id: &str, secret: &AppSecret) -> Result<bool, StoreError> {
        let kept = self.app_secret(app_id)?;
        Ok(kept.is_some_and(|kept| kept.expose() == secret.expose()))
    }

    /// Forgets an App Secret.
    pub fn remove_app_secret(&self, app_id: &str) -> Result<(), StoreError> {
        self.backend.delete(&name(app_id))
    }
}

fn name(app_id: &str) -> String {
    format!("{START}{app_id}")
}
