//! The only place that reads the environment. An empty variable counts as unset.

use std::ffi::OsString;
use std::path::PathBuf;

use super::error::SettingsError;
use crate::private_files;

/// A secret is one line; a larger file is a different one.
const SECRET_FILE_MAX_BYTES: u64 = 8 * 1024;

/// The variables without secrets by which a run finds its data, its store and Instagram. A schedule passes them on.
pub const CARRIED: [&str; 24] = [
    "IGCONNECT_DATA_DIR",
    "IGCONNECT_CONFIG",
    "IGCONNECT_STORE",
    "IGCONNECT_INSTAGRAM",
    "IGCONNECT_API_VERSION",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "BAO_ADDR",
    "BAO_NAMESPACE",
    "BAO_CACERT",
    "BAO_CAPATH",
    "BAO_TLS_SERVER_NAME",
    "BAO_CLIENT_TIMEOUT",
    "VAULT_ADDR",
    "VAULT_NAMESPACE",
    "VAULT_CACERT",
    "VAULT_CAPATH",
    "VAULT_TLS_SERVER_NAME",
    "VAULT_CLIENT_TIMEOUT",
];

#[allow(
    clippy::disallowed_methods,
    reason = "the only place that reads the environment"
)]
pub fn raw(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Reads a variable that must be UTF-8.
pub fn text(name: &str) -> Result<Option<String>, SettingsError> {
    let text = raw(name).map(OsString::into_string).transpose();
    text.map_err(|_| SettingsError::value(name, "is not valid UTF-8"))
}

pub fn path(name: &str) -> Option<PathBuf> {
    // A path need not be UTF-8, so it does not go through `text`.
    raw(name).map(|path| in_home(PathBuf::from(path)))
}

/// Returns the commands in `BROWSER`, which by convention is a list like `PATH`.
pub fn browsers() -> Option<Vec<String>> {
    const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };
    let list = raw("BROWSER")?.into_string().ok()?;
    Some(list.split(SEPARATOR).map(str::to_owned).collect())
}

/// Replaces a `~` at the beginning of a path by the home folder, which only shells do, and not everywhere.
pub(crate) fn in_home(path: PathBuf) -> PathBuf {
    if path.as_os_str().as_encoded_bytes().first() != Some(&b'~') {
        return path;
    }
    match (path.strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// Returns the home folder: `HOME`, or the profile folder on Windows, where a `HOME` is that of a Unix shell.
pub(crate) fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// Reads a switch: `1`, `true` and `yes` are on; unset, `0`, `false` and `no` are off.
pub fn switch(name: &str) -> Result<bool, SettingsError> {
    match text(name)?.as_deref() {
        None | Some("0" | "false" | "no") => Ok(false),
        Some("1" | "true" | "yes") => Ok(true),
        Some(_) => Err(SettingsError::value(name, "is neither 1 nor 0")),
    }
}

/// Reads a secret: from the variable, or from the private file that the variable with `_FILE` names. Both are an error.
pub fn secret(name: &str) -> Result<Option<String>, SettingsError> {
    let file_name = format!("{name}_FILE");
    match (text(name)?, path(&file_name)) {
        // A guess which one is meant could use the token of another account.
        (Some(_), Some(_)) => {
            let problem = format!("and {name} cannot be used together");
            Err(SettingsError::value(file_name, problem))
        }
        (Some(secret), None) => Ok(Some(secret)),
        (None, None) => Ok(None),
        (None, Some(file)) => {
            let bytes = private_files::read_named(&file, SECRET_FILE_MAX_BYTES)?;
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_| SettingsError::value(file_name, "names a file that is not text"))?;
            // A password may have blanks at its ends. Tokens and App Secrets are trimmed where they are read.
            Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
        }
    }
}
