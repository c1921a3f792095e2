//! `config.toml`: the Meta apps, the chosen store, the command to run on failures. It never contains a secret. Edits keep
//! comments and order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, value};

use super::app::{App, SecretSource};
use super::error::SettingsError;
use super::openbao::OpenBaoConfig;
use super::redirect_uri::RedirectUri;
use crate::account::without_secrets;
use crate::private_files;

/// Far more than a person writes by hand.
const CONFIG_MAX_BYTES: u64 = 256 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) store: Option<String>,
    pub(crate) seal_with: Option<String>,
    /// Relative to the folder of the configuration.
    pub(crate) seal_key_file: Option<PathBuf>,
    pub(crate) default_app: Option<String>,
    /// The command to run when a scheduled refresh fails.
    pub(crate) on_failure: Option<CommandLine>,
    #[serde(default)]
    pub(crate) openbao: OpenBaoConfig,
    #[serde(default)]
    apps: BTreeMap<String, AppEntry>,
}

/// A command of the person. It does not go through a shell.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum CommandLine {
    /// Words separated by blanks.
    Text(String),
    /// The command and its arguments.
    Words(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppEntry {
    id: String,
    redirect_uri: Option<String>,
}

impl AppEntry {
    fn to_app(&self, name: &str) -> Result<App, SettingsError> {
        Ok(App {
            name: name.to_owned(),
            id: self.id.parse()?,
            redirect_uri: RedirectUri::parse_or_default(self.redirect_uri.as_deref())?,
            secret: SecretSource::Store,
        })
    }
}

impl Config {
    /// Reads the file. A missing file is an empty configuration.
    pub(crate) fn read(path: &Path) -> Result<Self, SettingsError> {
        Self::parse(path, &read_text(path)?)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        toml_edit::de::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.unwrap_or_default().matches('\n').count() + 1;
            content(path, line, error.message())
        })
    }

    /// Returns the names of the apps, sorted.
    pub(crate) fn app_names(&self) -> Vec<&str> {
        self.apps.keys().map(String::as_str).collect()
    }

    /// Returns the named app, else the default app, else the only one, else the one that is called `default`.
    pub(crate) fn app(&self, name: Option<&str>) -> Result<Option<App>, SettingsError> {
        let chosen = name.or(self.default_app.as_deref());
        let name = match (chosen, self.app_names().as_slice()) {
            (Some(name), _) => name,
            (None, [only]) => only,
            (None, _) => "default",
        };
        let entry = self.apps.get(name);
        entry.map(|entry| entry.to_app(name)).transpose()
    }

    /// Returns all apps, sorted by name.
    pub(crate) fn apps(&self) -> Result<Vec<App>, SettingsError> {
        let apps = self.apps.iter();
        apps.map(|(name, entry)| entry.to_app(name)).collect()
    }

    /// Adds or changes an app in the file.
    pub(crate) fn write_app(path: &Path, app: &App) -> Result<(), SettingsError> {
        edit(path, |document| {
            // Without a line `[apps]` of its own, which says nothing.
            let mut implicit = Table::new();
            implicit.set_implicit(true);
            let apps = document.entry("apps").or_insert(Item::Table(implicit));
            if let Some(apps) = apps.as_table_like_mut()
                && let entry = apps.entry(&app.name).or_insert(Item::Table(Table::new()))
                && let Some(entry) = entry.as_table_like_mut()
            {
                entry.insert("id", value(app.id.as_str()));
                entry.insert("redirect_uri", value(app.redirect_uri.as_str()));
            }
        })
    }

    pub(crate) fn write_store(path: &Path, word: &str) -> Result<(), SettingsError> {
        edit(path, |document| match document.get_mut("store") {
            // Keep a comment behind the value.
            Some(Item::Value(there)) => {
                let decor = there.decor().clone();
                *there = word.into();
                *there.decor_mut() = decor;
            }
            _ => drop(document.insert("store", value(word))),
        })
    }

    pub(crate) fn remove_app(path: &Path, name: &str) -> Result<(), SettingsError> {
        edit(path, |document| {
            if let Some(apps) = document.get_mut("apps").and_then(Item::as_table_like_mut) {
                apps.remove(name);
            }
            if document.get("default_app").and_then(Item::as_str) == Some(name) {
                document.remove("default_app");
            }
        })
    }
}

fn edit(path: &Path, change: impl FnOnce(&mut DocumentMut)) -> Result<(), SettingsError> {
    let document = read_text(path)?.parse::<DocumentMut>();
    let mut document = document.map_err(|error| content(path, 1, error.message()))?;
    change(&mut document);
    if let Some(dir) = path.parent() {
        private_files::create_private_dir(dir)?;
    }
    let text = document.to_string();
    // Dotfiles are links into a repository, which must stay links.
    let target = match path.is_symlink() {
        true => path.canonicalize().unwrap_or_else(|_| path.to_owned()),
        false => path.to_owned(),
    };
    Ok(private_files::write_private(&target, text.as_bytes())?)
}

/// The file holds no secret, and people manage it: as a link, mounted read-only, or owned by root. It names programs to
/// run, so others must not be able to write it.
fn read_text(path: &Path) -> Result<String, SettingsError> {
    let bytes = match private_files::read_managed(path, CONFIG_MAX_BYTES) {
        // A link that leads nowhere is a mistake, for example a volume that is not mounted.
        Err(error) if error.is_missing() && !path.is_symlink() => return Ok(String::new()),
        read => read?,
    };
    utf8(path, &bytes)
}

fn utf8(path: &Path, bytes: &[u8]) -> Result<String, SettingsError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| content(path, 1, "it is not UTF-8 text"))
}

fn content(path: &Path, line: usize, problem: &str) -> SettingsError {
    // The first line says what is wrong; more lines may quote the file. It may quote a value, which may be a secret.
    let problem = without_secrets(problem.lines().next().unwrap_or_default());
    SettingsError::Config {
        path: path.to_owned(),
        line,
        problem,
    }
}
