//! `config.toml`: the Meta apps, the choice of the store, whom a failure is told. No secret is ever in it.
//! Editing keeps the comments and the order of whoever else wrote in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, value};

use super::openbao::OpenBaoConfig;
use super::{App, AppId, RedirectUri, SecretSource, SettingsError};
use crate::account::without_secrets;
use crate::private_files::{self, PrivateFileError};

/// Nobody writes a configuration of more than 256 KiB by hand.
const CONFIG_MAX_BYTES: u64 = 256 * 1024;

/// What is wrong with the configuration file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It is not the TOML that this program understands.
    #[error("{} line {line}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 1 when the problem has no place.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
}

/// The configuration as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where secrets are kept, unless a flag or the environment says otherwise.
    pub store: Option<String>,
    /// Where the key of the sealed file comes from: keyring, file, credential or passphrase.
    pub seal_with: Option<String>,
    /// The key file, counted from the folder of the configuration.
    pub seal_key_file: Option<PathBuf>,
    /// The app that `login` uses when none is named.
    pub default_app: Option<String>,
    /// The command that hears of a scheduled refresh that failed.
    pub on_failure: Option<CommandLine>,
    /// The team's server.
    #[serde(default)]
    pub openbao: OpenBaoConfig,
    /// The apps by name.
    #[serde(default)]
    apps: BTreeMap<String, AppEntry>,
}

/// A command of the person's own. No shell reads it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum CommandLine {
    /// Words apart by blanks.
    Text(String),
    /// The command and its arguments, each as it is.
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
            redirect_uri: match &self.redirect_uri {
                Some(uri) => uri.parse()?,
                None => RedirectUri::default_uri()?,
            },
            secret: SecretSource::Store,
        })
    }
}

impl Config {
    /// Reads the file; no file is an empty configuration.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(path, &read_text(path)?)
    }

    /// Reads the file and leaves its mode as it is.
    pub fn read_unchanged(path: &Path) -> Result<Self, ConfigError> {
        let bytes = match private_files::read_unchanged(path, CONFIG_MAX_BYTES) {
            Err(error) if error.is_missing() => return Ok(Self::default()),
            read => read?,
        };
        Self::parse(path, &utf8(path, &bytes)?)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        toml_edit::de::from_str(text).map_err(|error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or_default();
            content(path, before.matches('\n').count() + 1, error.message())
        })
    }

    /// The names of the apps, sorted.
    pub fn app_names(&self) -> Vec<&str> {
        self.apps.keys().map(String::as_str).collect()
    }

    /// The app that is meant: the named one, else the default one, else the only one.
    pub fn app(&self, name: Option<&str>) -> Result<Option<App>, SettingsError> {
        let only = || {
            (self.apps.len() == 1)
                .then(|| self.apps.keys().next())
                .flatten()
        };
        let name = name
            .or(self.default_app.as_deref())
            .or_else(|| only().map(String::as_str));
        let Some(name) = name.or_else(|| self.apps.contains_key("default").then_some("default"))
        else {
            return Ok(None);
        };
        let entry = self.apps.get(name);
        entry.map(|entry| entry.to_app(name)).transpose()
    }

    /// Returns all apps, sorted by name.
    pub(crate) fn apps(&self) -> Result<Vec<App>, SettingsError> {
        let apps = self.apps.iter();
        apps.map(|(name, entry)| entry.to_app(name)).collect()
    }

    /// Adds an app to the file or changes it there.
    pub fn write_app(
        path: &Path,
        name: &str,
        id: &AppId,
        redirect_uri: &RedirectUri,
    ) -> Result<(), ConfigError> {
        edit(path, |document| {
            let apps = document.entry("apps").or_insert_with(implicit_table);
            let Some(apps) = apps.as_table_like_mut() else {
                return;
            };
            let app = apps
                .entry(name)
                .or_insert_with(|| Item::Table(Table::new()));
            let Some(app) = app.as_table_like_mut() else {
                return;
            };
            app.insert("id", value(id.as_str()));
            app.insert("redirect_uri", value(redirect_uri.as_str()));
        })
    }

    /// Sets the store in the file, or changes it there.
    pub fn write_store(path: &Path, word: &str) -> Result<(), ConfigError> {
        edit(path, |document| match document.get_mut("store") {
            // What stands behind it in its line stays there.
            Some(Item::Value(there)) => {
                let decor = there.decor().clone();
                *there = word.into();
                *there.decor_mut() = decor;
            }
            _ => drop(document.insert("store", value(word))),
        })
    }

    /// Takes an app out of the file.
    pub fn remove_app(path: &Path, name: &str) -> Result<(), ConfigError> {
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

fn implicit_table() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

fn edit(path: &Path, change: impl FnOnce(&mut DocumentMut)) -> Result<(), ConfigError> {
    let mut document: DocumentMut = read_text(path)?
        .parse()
        .map_err(|error: toml_edit::TomlError| content(path, 1, error.message()))?;
    change(&mut document);
    if let Some(dir) = path.parent() {
        private_files::create_private_dir(dir)?;
    }
    Ok(private_files::write_private(
        path,
        document.to_string().as_bytes(),
    )?)
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    let Some(bytes) = private_files::read_private_if_any(path, CONFIG_MAX_BYTES)? else {
        return Ok(String::new());
    };
    utf8(path, &bytes)
}

fn utf8(path: &Path, bytes: &[u8]) -> Result<String, ConfigError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| content(path, 1, "it is not UTF-8 text"))
}

fn content(path: &Path, line: usize, problem: &str) -> ConfigError {
    // The parser's message may quote the file over several lines; its first says what is wrong.
    // It may also quote a value, and a secret that somebody wrote there.
    let problem = without_secrets(problem.lines().next().unwrap_or_default());
    ConfigError::Content {
        path: path.to_owned(),
        line,
        problem,
    }
}
