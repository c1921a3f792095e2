//! The secret store: a dummy is written, read back and deleted.

use super::super::Context;
use super::super::checkup::Check;
use super::files::Found;
use crate::vault::{Kind, StoreError, Vault};

const NAME: &str = "store";

/// The short deadline: a doctor that waits a minute for a password is no help.
const ATTENDED: bool = false;

/// The store, where it works, and the check of it.
pub(super) struct Store {
    pub(super) vault: Option<Vault>,
    pub(super) check: Check,
}

pub(super) fn store(context: &Context, config: Option<&Found>) -> Store {
    let without = |check| Store { vault: None, check };
    // Without a readable configuration only the environment can have chosen.
    let written = config.and_then(|found| found.config.store.clone());
    let chosen = context.chosen_store_in(|| Ok(written));
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(failure) => return without(Check::of(NAME, failure)),
    };
    let kind = chosen.as_ref().unwrap_or(&Kind::Keyring);
    let unmade = match kind {
        Kind::File if context.is_unmade(kind) => Some("a private file"),
        Kind::Sealed if context.is_unmade(kind) => Some("a sealed file"),
        _ => None,
    };
    if let Some(what) = unmade {
        return without(Check::ok(
            NAME,
            format!("{what}, which the first login makes"),
        ));
    }
    let vault = match context.new_vault(kind, ATTENDED) {
        Ok(vault) => vault,
        Err(failure) => return without(Check::of(NAME, failure)),
    };
    match vault.probe() {
        Ok(()) => Store {
            vault: Some(vault),
            check: Check::ok(NAME, format!("{kind} keeps, returns and deletes a dummy")),
        },
        Err(StoreError::Absent) if chosen.is_none() && !context.settings.world.is_real() => {
            let check = Check::warning(
                NAME,
                "no keyring here: a stand-in's tokens go to a private file, in plain text",
                "Real tokens need a keyring: see igconnect help headless",
            );
            let kept = !context.is_unmade(&Kind::File);
            let vault = kept
                .then(|| context.new_vault(&Kind::File, ATTENDED).ok())
                .flatten();
            Store { vault, check }
        }
        Err(error) => without(Check::of(NAME, error.into())),
    }
}
