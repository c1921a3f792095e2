//! The secret store: a dummy is written, read back and deleted.

use super::super::Context;
use super::super::checkup::Check;
use super::files::Found;
use crate::failure::Failure;
use crate::vault::{Kind, StoreError, Vault};

const NAME: &str = "store";

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
    let kind = chosen.unwrap_or(Kind::Keyring);
    if kind == Kind::File && nothing_there(context) {
        return without(Check::ok(
            NAME,
            "a private file, which the first login makes",
        ));
    }
    let vault = match open(context, kind) {
        Ok(vault) => vault,
        Err(failure) => return without(Check::of(NAME, failure)),
    };
    let place = kind.place();
    match vault.probe() {
        Ok(()) => Store {
            vault: Some(vault),
            check: Check::ok(NAME, format!("{place} keeps, returns and deletes a dummy")),
        },
        Err(StoreError::Absent) if chosen.is_none() && !context.settings.world.is_real() => {
            let check = Check::warning(
                NAME,
                "no keyring here: a stand-in's tokens go to a private file, in plain text",
                "Real tokens need a keyring: see igconnect help headless",
            );
            let kept = !nothing_there(context);
            let vault = kept.then(|| open(context, Kind::File).ok()).flatten();
            Store { vault, check }
        }
        Err(error) => without(Check::of(NAME, error.into())),
    }
}

fn nothing_there(context: &Context) -> bool {
    let secrets = context.settings.paths.secrets();
    !secrets.is_ok_and(|folder| folder.exists())
}

/// The keyring with the short deadline: a doctor that waits a minute for a password is no help.
fn open(context: &Context, kind: Kind) -> Result<Vault, Failure> {
    match kind {
        Kind::Keyring => Ok(Vault::keyring(context.settings.world.service(), false)),
        Kind::File => {
            // Refused where it may not be.
            context.vault(kind)?;
            Ok(Vault::file(&context.settings.paths.secrets()?))
        }
    }
}
