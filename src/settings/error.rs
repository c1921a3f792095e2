//! What can be wrong with the settings.

use std::path::PathBuf;

use crate::private_files::PrivateFileError;

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A variable or flag. Its value is not shown, because it might be a secret.
    #[error("{name} {problem}")]
    Value { name: String, problem: String },
    #[error("{0}")]
    Conflict(&'static str),
    #[error("cannot find the home folder")]
    NoHome,
    #[error("{} line {line}: {problem}", path.display())]
    Config {
        path: PathBuf,
        /// Counted from 1; 1 if the problem has no line.
        line: usize,
        problem: String,
    },
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

impl SettingsError {
    pub(crate) fn value(name: impl Into<String>, problem: impl Into<String>) -> Self {
        let (name, problem) = (name.into(), problem.into());
        Self::Value { name, problem }
    }
}
