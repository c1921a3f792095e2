//! Checks the store: writes a test entry, reads it back and deletes it.

use crate::account::StoreKind;
use crate::answers::Check;
use crate::session::Session;
use crate::settings::Config;
use crate::store::{Store, StoreError};

/// Uses the short time limit: a doctor that waits a minute for a password does not help.
const IS_ATTENDED: bool = false;

/// Returns the store, if it works, and its check.
pub(super) fn check(
    session: &Session,
    config: Option<&Config>,
) -> Result<(Option<Store>, Check), Check> {
    let stores = &session.stores;
    // Without a readable configuration, only the environment can name a store.
    let configured = config.and_then(|config| config.store.clone());
    let chosen = stores.chosen_in(|| Ok(configured))?;
    let kind = chosen.as_ref().unwrap_or(&StoreKind::Keyring);
    // A check would create the file, and doctor changes nothing.
    let missing_file = match kind {
        StoreKind::File if stores.is_uncreated(kind) => Some("a private file"),
        StoreKind::Sealed if stores.is_uncreated(kind) => Some("a sealed file"),
        _ => None,
    };
    if let Some(file) = missing_file {
        let message = format!("{file}, not there yet; the first login creates it");
        return Err(Check::ok(message));
    }
    let store = stores.open_separately(kind, IS_ATTENDED)?;
    match store.check() {
        Ok(()) => {
            let kind = kind.description();
            let message = format!("{kind} writes, reads and deletes a test entry");
            Ok((Some(store), Check::ok(message)))
        }
        Err(StoreError::Absent) if chosen.is_none() && !session.settings.world.is_real() => {
            let file = (!stores.is_uncreated(&StoreKind::File))
                .then(|| stores.open_separately(&StoreKind::File, IS_ATTENDED));
            let check = Check::warning(
                "no keyring here, so sandbox tokens go to a private file in plain text",
                "Real tokens need a keyring: igconnect help headless",
            );
            Ok((file.and_then(Result::ok), check))
        }
        Err(error) => Err(error.into()),
    }
}
