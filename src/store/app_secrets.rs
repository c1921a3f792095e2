//! App Secrets in a store, each under the Instagram App ID of its app.

use super::error::{StoreError, StoreResult};
use super::open::Store;
use crate::account::{AppSecret, Secret};

pub(super) const NAME_PREFIX: &str = "app/";

impl Store {
    pub(crate) fn load_app_secret(&self, app_id: &str) -> StoreResult<Option<AppSecret>> {
        let secret = self.backend.read(&entry_name(app_id))?;
        Ok(secret.and_then(|secret| AppSecret::new(secret.expose().to_owned()).ok()))
    }

    /// Writes an App Secret and reads it back.
    pub(crate) fn write_app_secret(&self, app_id: &str, secret: &AppSecret) -> StoreResult<()> {
        let text = Secret::new(secret.expose().to_owned())
            .map_err(|_| StoreError::Failed(self.kind().clone()))?;
        let label = format!("igconnect: App Secret of Instagram app {app_id}");
        self.write_and_compare(&entry_name(app_id), &label, &text)
    }

    /// Whether the App Secret in this store is `secret`.
    pub(crate) fn has_app_secret(&self, app_id: &str, secret: &AppSecret) -> StoreResult<bool> {
        let stored = self.load_app_secret(app_id)?;
        Ok(stored.is_some_and(|stored| stored.expose() == secret.expose()))
    }

    pub(crate) fn delete_app_secret(&self, app_id: &str) -> StoreResult<()> {
        self.backend.delete(&entry_name(app_id))
    }
}

fn entry_name(app_id: &str) -> String {
    format!("{NAME_PREFIX}{app_id}")
}
