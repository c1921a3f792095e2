//! The variables and the configuration of an OpenBao server. The variables are those of OpenBao's own tools.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::environment;
use super::error::SettingsError;

/// `[openbao]` of the configuration. It contains no secret, but may name files that do.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OpenBaoConfig {
    pub(crate) address: Option<String>,
    /// Where the KV engine is mounted; default: `secret`.
    pub(crate) mount: Option<String>,
    /// The folder of the secrets; default: `igconnect`.
    pub(crate) path: Option<String>,
    pub(crate) namespace: Option<String>,
    /// The certificate authority of the server, in PEM.
    pub(crate) ca_cert: Option<PathBuf>,
    /// `token`, `approle` or `userpass`.
    pub(crate) auth: Option<String>,
    /// Where the login is mounted below `auth/`; default: its own name.
    pub(crate) auth_mount: Option<String>,
    /// A file with a token, such as an agent writes.
    pub(crate) token_file: Option<PathBuf>,
    /// The id of the role, which is not secret.
    pub(crate) role_id: Option<String>,
    pub(crate) role_id_file: Option<PathBuf>,
    pub(crate) secret_id_file: Option<PathBuf>,
    pub(crate) username: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    /// The name of this machine in what it writes; default: its host name.
    pub(crate) writer: Option<String>,
}

/// Returns both names of a variable: that of OpenBao, and that of Vault, which OpenBao's tools read too.
fn twins(name: &str) -> [String; 2] {
    [name.to_owned(), name.replacen("BAO_", "VAULT_", 1)]
}

/// Reads a variable by OpenBao's name, else by Vault's, and returns the name too.
pub(crate) fn text(name: &str) -> Result<Option<(String, String)>, SettingsError> {
    let read = |name: String| {
        let value = environment::text(&name).transpose()?;
        Some(value.map(|value| (name, value)))
    };
    twins(name).into_iter().find_map(read).transpose()
}

/// Like [`text`], for a file or folder.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    twins(name).iter().find_map(|name| environment::path(name))
}

/// Like [`text`], for a secret.
pub(crate) fn secret(name: &str) -> Result<Option<String>, SettingsError> {
    let read = |name: &String| environment::secret(name).transpose();
    twins(name).iter().find_map(read).transpose()
}

/// Returns the file of the token of `bao login` (OpenBao, "Token helpers").
pub(crate) fn token_file() -> Option<PathBuf> {
    let home = || Some(environment::home()?.join(".vault-token"));
    self::path("BAO_TOKEN_PATH").or_else(home)
}

/// Reads the limit of one request: a number of seconds, or a duration such as `30s`.
pub(crate) fn request_limit() -> Result<Option<Duration>, SettingsError> {
    let Some((name, value)) = self::text("BAO_CLIENT_TIMEOUT")? else {
        return Ok(None);
    };
    let whole = value.parse().map(Duration::from_secs).ok();
    let parsed = || value.parse::<jiff::SignedDuration>().ok()?.try_into().ok();
    match whole.or_else(parsed) {
        // Without a limit, a request could hang for ever.
        None | Some(Duration::ZERO) => {
            Err(SettingsError::value(name, "is not a duration such as 30s"))
        }
        limit => Ok(limit),
    }
}

/// Refuses to connect to a server without verifying its certificate.
pub(crate) fn refuse_unverified() -> Result<(), SettingsError> {
    for name in twins("BAO_SKIP_VERIFY") {
        // The words for "no" of OpenBao's own tools (Go, `strconv.ParseBool`).
        let off = ["", "0", "f", "F", "false", "FALSE", "False"];
        let value = environment::text(&name)?.unwrap_or_default();
        if !off.contains(&value.as_str()) {
            let problem = "is not supported, because tokens go only to a verified server; \
                           name its certificate authority with BAO_CACERT";
            return Err(SettingsError::value(name, problem));
        }
    }
    Ok(())
}
