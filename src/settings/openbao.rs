//! The variables and the part of the configuration by which an OpenBao server is found, as its own tools take them.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::{SettingsError, environment};

/// `[openbao]` of the configuration. No secret is in it: it names the files that hold some.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenBaoConfig {
    /// The server's address.
    pub address: Option<String>,
    /// Where the KV engine is mounted; `secret` unless said otherwise.
    pub mount: Option<String>,
    /// The folder of the secrets; `igconnect` unless said otherwise.
    pub path: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The authority that vouches for the server, in PEM.
    pub ca_cert: Option<PathBuf>,
    /// `token`, `approle` or `userpass`.
    pub auth: Option<String>,
    /// Where that is mounted below `auth/`; under its own name unless said otherwise.
    pub auth_mount: Option<String>,
    /// A file with the token, as an agent keeps it.
    pub token_file: Option<PathBuf>,
    /// The role, of which only the secret id is secret.
    pub role_id: Option<String>,
    /// A file with the role's id.
    pub role_id_file: Option<PathBuf>,
    /// A file with the role's secret id.
    pub secret_id_file: Option<PathBuf>,
    /// The user.
    pub username: Option<String>,
    /// A file with the user's password.
    pub password_file: Option<PathBuf>,
    /// What this machine calls itself in what it writes; its host name unless said otherwise.
    pub writer: Option<String>,
}

/// Both names of a variable: OpenBao's own, and that of Vault, which OpenBao's tools read too.
fn twins(name: &str) -> [String; 2] {
    [name.to_owned(), name.replacen("BAO_", "VAULT_", 1)]
}

/// A variable by the name that OpenBao has for it, or else by Vault's; with the name that it was found by.
pub fn text(name: &str) -> Result<Option<(String, String)>, SettingsError> {
    for name in twins(name) {
        if let Some(value) = environment::text(&name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

/// As [`text`], for a file or folder.
pub fn path(name: &str) -> Option<PathBuf> {
    twins(name).iter().find_map(|name| environment::path(name))
}

/// As [`text`], for a secret: in the variable itself, or in the private file that the one with `_FILE` names.
pub fn secret(name: &str) -> Result<Option<String>, SettingsError> {
    for name in twins(name) {
        if let Some(secret) = environment::secret(&name)? {
            return Ok(Some(secret));
        }
    }
    Ok(None)
}

/// Where `bao login` keeps its token (OpenBao, "Token helpers").
pub fn token_file() -> Option<PathBuf> {
    let home = || Some(environment::path("HOME")?.join(".vault-token"));
    self::path("BAO_TOKEN_PATH").or_else(home)
}

/// The longest that one request may take: a number of seconds, or a duration such as `30s`.
pub fn request_limit() -> Result<Option<Duration>, SettingsError> {
    let Some((name, value)) = self::text("BAO_CLIENT_TIMEOUT")? else {
        return Ok(None);
    };
    let whole = value.parse().map(Duration::from_secs).ok();
    let parsed = || value.parse::<jiff::SignedDuration>().ok()?.try_into().ok();
    let limit: Option<Duration> = whole.or_else(parsed);
    let limit = limit.filter(|limit| !limit.is_zero());
    let limit = limit.ok_or_else(|| SettingsError::value(name, "is no duration such as 30s"));
    limit.map(Some)
}

/// Refuses what would take a server's word for who it is.
pub fn refuse_unverified() -> Result<(), SettingsError> {
    for name in twins("BAO_SKIP_VERIFY") {
        let off = ["", "0", "f", "F", "false", "FALSE", "False"];
        let value = environment::text(&name)?.unwrap_or_default();
        if !off.contains(&value.as_str()) {
            let problem = "is not heeded: tokens go to no server of which nobody knows who it is; \
                           name the authority that vouches for it with BAO_CACERT";
            return Err(SettingsError::value(name, problem));
        }
    }
    Ok(())
}
