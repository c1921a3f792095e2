//! The App Secrets on the way to another store: copied there, then the configuration is switched, then they are deleted
//! where they were. They are found in the chosen store, so they go only where that goes too.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::account::StoreKind;
use crate::failure::{Failure, Kind};
use crate::session::Session;
use crate::settings::{App, Config, SettingsError};
use crate::store::{Store, StoreError};

/// What became of an App Secret.
pub(super) struct AppRow {
    pub(super) app: App,
    /// The store that it was in.
    pub(super) from: Option<StoreKind>,
    /// Whether it was brought, or was there already.
    pub(super) outcome: Result<bool, Failure>,
    /// Whether a store that it should not be in has one.
    pub(super) is_elsewhere: bool,
}

/// A store and its kind.
pub(super) type Named = (StoreKind, Rc<Store>);

/// Every store that an App Secret may be in, the chosen one first: those of `kinds`, and those in use.
pub(super) fn stores(
    session: &Session,
    kinds: impl Iterator<Item = StoreKind>,
) -> Result<Vec<Named>, Failure> {
    let stores = session
        .stores
        .open_in_use(kinds.chain([StoreKind::Keyring]))?;
    let opened = stores.into_iter();
    Ok(opened
        .filter_map(|used| Some((used.kind, used.store.ok()?)))
        .collect())
}

/// The App Secret of each app of the configuration, and where it is: in the chosen store, which is the first, else in
/// the wanted one, else in any other. Names are looked at, no secret.
pub(super) fn look(
    session: &Session,
    stores: &[Named],
    to: &Store,
) -> Result<Vec<AppRow>, Failure> {
    let wanted = to.kind();
    let mut held = Vec::new();
    // Without the chosen store nobody knows what counts; any other may be silent.
    let mut unasked = None;
    for (place, (kind, store)) in stores.iter().enumerate() {
        match store.list_contents() {
            Ok(contents) => held.push((kind, contents.apps)),
            Err(StoreError::Absent) => {}
            Err(error) if place == 0 => unasked = Some(Failure::from(error)),
            Err(_) => {}
        }
    }
    // The first stays the first, then the wanted one.
    if let Some(rest) = held.get_mut(1..) {
        rest.sort_by_key(|(kind, _)| *kind != wanted);
    }
    let config = session.settings.config()?;
    let mut rows = Vec::new();
    for name in config.app_names() {
        let Some(app) = config.app(Some(name))? else {
            continue;
        };
        let holds = |(_, apps): &&(&StoreKind, BTreeSet<String>)| apps.contains(app.id.as_str());
        let mut holders = held.iter().filter(holds).map(|(kind, _)| *kind);
        let is_elsewhere = holders.clone().any(|kind| kind != wanted);
        let from = holders.next();
        let found = from.map(|kind| kind != wanted).ok_or_else(|| gone(&app));
        rows.push(AppRow {
            from: from.cloned(),
            outcome: match &unasked {
                Some(failure) => Err(failure.clone().about(&title(&app))),
                None => found,
            },
            is_elsewhere,
            app,
        });
    }
    Ok(rows)
}

/// Copies them, writes the configuration where `is_written`, and deletes them where they were. Where one cannot be
/// copied, all stay: the configuration names one store for all of them.
pub(super) fn bring(
    session: &Session,
    rows: &mut [AppRow],
    stores: &[Named],
    to: &Store,
    is_written: bool,
) -> Result<(), Failure> {
    for row in &mut *rows {
        if let (Ok(true), Some(from)) = (&row.outcome, &row.from) {
            let from = stores.iter().find(|(kind, _)| kind == from);
            let copied = from.map_or(Ok(()), |(_, from)| copy(&row.app, from, to));
            if let Err(failure) = copied {
                row.outcome = Err(failure);
            }
        }
    }
    if rows.iter().any(|row| row.outcome.is_err()) {
        let brought = rows
            .iter_mut()
            .filter(|row| matches!(row.outcome, Ok(true)));
        brought.for_each(|row| row.outcome = Err(held_back(&row.app)));
        return Ok(());
    }
    if is_written {
        let path = session.settings.paths.config_file()?;
        Config::write_store(&path, to.kind().as_str()).map_err(SettingsError::from)?;
    }
    for row in rows {
        let id = row.app.id.as_str();
        for (kind, store) in stores.iter().filter(|(kind, _)| kind != to.kind()) {
            if let Err(error) = forget_copy(id, store, to) {
                let failure = Failure::from(error).about(&title(&row.app));
                row.outcome =
                    Err(failure.cause(format!("its copy in {kind} could not be deleted")));
            }
        }
    }
    Ok(())
}

fn copy(app: &App, from: &Store, to: &Store) -> Result<(), Failure> {
    let id = app.id.as_str();
    let copied = || match from.load_app_secret(id)? {
        Some(secret) => to.write_app_secret(id, &secret).map(|()| true),
        None => Ok(false),
    };
    match copied() {
        Ok(true) => Ok(()),
        Ok(false) => Err(gone(app)),
        Err(error) => Err(Failure::from(error).about(&title(app))),
    }
}

/// Another secret under the same id is none of ours to delete.
fn forget_copy(id: &str, from: &Store, to: &Store) -> Result<(), StoreError> {
    let kept = match from.load_app_secret(id) {
        Err(StoreError::Absent) => None,
        kept => kept?,
    };
    let Some(secret) = kept else { return Ok(()) };
    if !to.has_app_secret(id, &secret)? {
        return Ok(());
    }
    from.delete_app_secret(id)?;
    match from.load_app_secret(id)? {
        None => Ok(()),
        Some(_) => Err(StoreError::Mismatch),
    }
}

fn title(app: &App) -> String {
    format!("app {}", crate::failure::typed(&app.name))
}

fn gone(app: &App) -> Failure {
    let message = format!("the App Secret of {} is in no store", title(app));
    Failure::new(Kind::Login, message)
        .hint("Enter it again with igconnect app add, or take the app away: igconnect app remove")
}

fn held_back(app: &App) -> Failure {
    let message = format!("{} stays where it was, with its secret", title(app));
    Failure::new(Kind::Store, message).cause(
        "the configuration names one store for all App Secrets, and another one could not be moved",
    )
}
