//! Moves the App Secrets: copies them, switches the configuration, then deletes the old copies. They are read from the
//! chosen store, so they move only together with the choice.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::move_report::{MovedApp, StoreMove, StoreMoveOutcome, StoreSetting};
use crate::account::StoreKind;
use crate::failure::{Failure, Kind, typed};
use crate::session::Session;
use crate::settings::Config;
use crate::store::{Store, StoreError};

/// Finds the App Secret of each app: in the chosen store, which is the first of `stores`, else in the target, else in
/// any other. Reads names only.
pub(super) fn plan(
    session: &Session,
    stores: &[Rc<Store>],
    target: &StoreKind,
) -> Result<Vec<MovedApp>, Failure> {
    let mut found: Vec<(&StoreKind, BTreeSet<String>)> = Vec::new();
    let mut unreadable = None;
    for (place, store) in stores.iter().enumerate() {
        match store.list_contents() {
            Ok(contents) => found.push((store.kind(), contents.apps)),
            Err(StoreError::Absent) => {}
            // The copy in the chosen store is the one that counts; all others are optional.
            Err(error) if place == 0 => unreadable = Some(Failure::from(error)),
            Err(_) => {}
        }
    }
    // A copy in the target is as good as any other and need not be copied.
    if let Some(rest) = found.get_mut(1..) {
        rest.sort_by_key(|(kind, _)| *kind != target);
    }
    let apps = session.settings.config()?.apps()?.into_iter();
    let planned = apps.map(|app| {
        let has_secret =
            |(_, apps): &&(&StoreKind, BTreeSet<String>)| apps.contains(app.id.as_str());
        let mut holders = found.iter().filter(has_secret).map(|(kind, _)| *kind);
        let has_old_copy = holders.clone().any(|kind| kind != target);
        let from = holders.next();
        let mut planned = MovedApp {
            id: app.id.to_string(),
            name: app.name,
            from: from.cloned(),
            outcome: StoreMoveOutcome::planned(from == Some(target)),
            error: None,
            has_old_copy,
        };
        match &unreadable {
            Some(failure) => planned.fail(failure.clone().about(&title(&planned))),
            None if from.is_none() => planned.fail(missing(&planned)),
            None => {}
        }
        planned
    });
    Ok(planned.collect())
}

/// Copies the App Secrets, sets the store in the configuration if that was planned, and deletes the old copies. If one
/// cannot be copied, all stay, because the configuration names one store for all of them.
pub(super) fn move_all(
    session: &Session,
    report: &mut StoreMove,
    stores: &[Rc<Store>],
    to: &Store,
) -> Result<(), Failure> {
    for app in &mut report.apps {
        if app.outcome == StoreMoveOutcome::WouldMove
            && let Some(from) = stores
                .iter()
                .find(|store| app.from.as_ref() == Some(store.kind()))
        {
            match copy(app, from, to) {
                Ok(()) => app.outcome = StoreMoveOutcome::Moved,
                Err(failure) => app.fail(failure),
            }
        }
    }
    let sets_store = report.configuration == Some(StoreSetting::WouldSet);
    if report.apps.iter().any(|app| app.error.is_some()) {
        for app in &mut report.apps {
            if app.outcome == StoreMoveOutcome::Moved {
                app.fail(held_back(app));
            }
        }
        if sets_store {
            report.configuration = Some(StoreSetting::Unchanged);
        }
        return Ok(());
    }
    if sets_store {
        let path = session.settings.paths.config_file()?;
        Config::write_store(&path, to.kind().as_str())?;
        report.configuration = Some(StoreSetting::Set);
    }
    for app in &mut report.apps {
        for store in stores.iter().filter(|store| store.kind() != to.kind()) {
            if let Err(error) = delete_copy(&app.id, store, to) {
                let cause = format!("its copy in {} could not be deleted", store.kind());
                app.fail(Failure::from(error).about(&title(app)).cause(cause));
            }
        }
    }
    Ok(())
}

fn copy(app: &MovedApp, from: &Store, to: &Store) -> Result<(), Failure> {
    let id = &app.id;
    let about = |error: StoreError| Failure::from(error).about(&title(app));
    match from.load_app_secret(id).map_err(about)? {
        Some(secret) => to.write_app_secret(id, &secret).map_err(about),
        None => Err(missing(app)),
    }
}

/// Deletes the App Secret in `from` if it is the one in `to`. A different one stays.
fn delete_copy(id: &str, from: &Store, to: &Store) -> Result<(), StoreError> {
    let secret = match from.load_app_secret(id) {
        // A store that is not on this machine has no copy to delete.
        Err(StoreError::Absent) => return Ok(()),
        secret => secret?,
    };
    let Some(secret) = secret else { return Ok(()) };
    if !to.has_app_secret(id, &secret)? {
        return Ok(());
    }
    from.delete_app_secret(id)?;
    // A store may report success and keep the entry.
    match from.load_app_secret(id)? {
        None => Ok(()),
        Some(_) => Err(StoreError::Mismatch(from.kind().clone())),
    }
}

fn title(app: &MovedApp) -> String {
    format!("app {}", typed(&app.name))
}

fn missing(app: &MovedApp) -> Failure {
    let message = format!(
        "the App Secret of {} was not found in any store",
        title(app)
    );
    Failure::new(Kind::Login, message)
        .hint("Enter it again with igconnect app add, or remove the app with igconnect app remove")
}

fn held_back(app: &MovedApp) -> Failure {
    let message = format!("the App Secret of {} was not moved", title(app));
    Failure::new(Kind::Store, message).cause(
        "the configuration names one store for all App Secrets, and another one could not be moved",
    )
}
