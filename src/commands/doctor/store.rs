//! Checks the store: writes a test entry, reads it back and deletes it.

use super::files::ConfigFile;
use crate::account::StoreKind;
use crate::answers::Check;
use crate::session::Session;
use crate::store::{Store, StoreError};

const NAME: &str = "store";

/// Uses the short time limit: a doctor that waits a minute for a password does not help.
const IS_ATTENDED: bool = false;

pub(super) struct StoreCheck {
    /// `None` if it does not work.
    pub(super) store: Option<Store>,
    pub(super) check: Check,
}

pub(super) fn check(session: &Session, config: Option<&ConfigFile>) -> StoreCheck {
    let without_store = |check| StoreCheck { store: None, check };
    // Without a readable configuration, only the environment can name a store.
    let configured = config.and_then(|file| file.config.store.clone());
    let chosen = match session.stores.chosen_in(|| Ok(configured)) {
        Ok(chosen) => chosen,
        Err(failure) => return without_store(Check::from_failure(NAME, failure)),
    };
    let kind = chosen.as_ref().unwrap_or(&StoreKind::Keyring);
    let missing_file = match kind {
        StoreKind::File if session.stores.is_uncreated(kind) => Some("a private file"),
        StoreKind::Sealed if session.stores.is_uncreated(kind) => Some("a sealed file"),
        _ => None,
    };
    if let Some(file) = missing_file {
        let message = format!("{file}, not there yet; the first login creates it");
        return without_store(Check::ok(NAME, message));
    }
    let store = match session.stores.open_separately(kind, IS_ATTENDED) {
        Ok(store) => store,
        Err(failure) => return without_store(Check::from_failure(NAME, failure)),
    };
    match store.check() {
        Ok(()) => StoreCheck {
            check: Check::ok(
                NAME,
                format!(
                    "{} writes, reads and deletes a test entry",
                    kind.description()
                ),
            ),
            store: Some(store),
        },
        Err(StoreError::Absent) if chosen.is_none() && !session.settings.world.is_real() => {
            let has_file = !session.stores.is_uncreated(&StoreKind::File);
            StoreCheck {
                store: has_file
                    .then(|| {
                        session
                            .stores
                            .open_separately(&StoreKind::File, IS_ATTENDED)
                            .ok()
                    })
                    .flatten(),
                check: Check::warning(
                    NAME,
                    "no keyring here, so sandbox tokens go to a private file in plain text",
                    "Real tokens need a keyring: igconnect help headless",
                ),
            }
        }
        Err(error) => without_store(Check::from_failure(NAME, error)),
    }
}
