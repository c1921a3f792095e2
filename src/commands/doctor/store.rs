//! The secret store: a dummy is written, read back and deleted.

use super::files::Found;
use crate::account::StoreKind;
use crate::answers::Check;
use crate::session::Session;
use crate::store::{Store, StoreError};

const NAME: &str = "store";

/// The short deadline: a doctor that waits a minute for a password is no help.
const ATTENDED: bool = false;

/// The store, where it works, and the check of it.
pub(super) struct StoreChecks {
    pub(super) store: Option<Store>,
    pub(super) check: Check,
}

pub(super) fn store(session: &Session, config: Option<&Found>) -> StoreChecks {
    let without = |check| StoreChecks { store: None, check };
    // Without a readable configuration only the environment can have chosen.
    let written = config.and_then(|found| found.config.store.clone());
    let chosen = session.chosen_store_in(|| Ok(written));
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(failure) => return without(Check::of(NAME, failure)),
    };
    let kind = chosen.as_ref().unwrap_or(&StoreKind::Keyring);
    let unmade = match kind {
        StoreKind::File if session.is_unmade(kind) => Some("a private file"),
        StoreKind::Sealed if session.is_unmade(kind) => Some("a sealed file"),
        _ => None,
    };
    if let Some(what) = unmade {
        return without(Check::ok(
            NAME,
            format!("{what}, which the first login makes"),
        ));
    }
    let store = match session.new_vault(kind, ATTENDED) {
        Ok(store) => store,
        Err(failure) => return without(Check::of(NAME, failure)),
    };
    match store.check() {
        Ok(()) => StoreChecks {
            store: Some(store),
            check: Check::ok(
                NAME,
                format!("{} keeps, returns and deletes a dummy", kind.description()),
            ),
        },
        Err(StoreError::Absent) if chosen.is_none() && !session.settings.world.is_real() => {
            let check = Check::warning(
                NAME,
                "no keyring here: a stand-in's tokens go to a private file, in plain text",
                "Real tokens need a keyring: see igconnect help headless",
            );
            let kept = !session.is_unmade(&StoreKind::File);
            let store = kept
                .then(|| session.new_vault(&StoreKind::File, ATTENDED).ok())
                .flatten();
            StoreChecks { store, check }
        }
        Err(error) => without(Check::of(NAME, error.into())),
    }
}
