//! What can be wrong with the settings.

use super::config::ConfigError;
use crate::private_files::PrivateFileError;

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A variable or flag. Its value is not shown, because it might be a secret.
    #[error("{name} {problem}")]
    Value { name: String, problem: String },
    #[error("{0}")]
    Conflict(&'static str),
    #[error("the home folder is unknown")]
    NoHome,
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

impl SettingsError {
    pub(crate) fn value(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value {
            name: name.into(),
            problem: problem.into(),
        }
    }
}
