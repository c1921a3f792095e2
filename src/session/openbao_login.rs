//! How to log in to OpenBao, by environment and configuration.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::account::{self, Secret};
use crate::failure::{Failure, Kind};
use crate::private_files;
use crate::settings::Settings;
use crate::settings::openbao::{self as variables, OpenBaoConfig};
use crate::store::OpenBaoLogin;

/// A token, an id or a password is one line.
const SECRET_MAX_BYTES: u64 = 8 * 1024;

/// Returns the configured login.
pub(super) fn openbao_login(
    settings: &Settings,
    config: &OpenBaoConfig,
) -> Result<OpenBaoLogin, Failure> {
    let method = config.auth.as_deref().unwrap_or("token");
    // Below `auth/` on the server. bao mounts each method by its own name unless another one is given.
    let mount = checked_path(&config.auth_mount, method, "auth_mount")?;
    let file = |path: &Option<PathBuf>| settings.paths.beside_config_file(path.clone());
    let read_secret = |variable: &str, path: &Option<PathBuf>| match variables::secret(variable)? {
        Some(secret) => Ok::<_, Failure>(Some(secret)),
        None => file(path)?.map(|path| read_line(&path)).transpose(),
    };
    match method {
        "token" => token_login(file(&config.token_file)?),
        "approle" => {
            let role = match &config.role_id {
                Some(role) => Some(role.clone()),
                None => read_secret("BAO_ROLE_ID", &config.role_id_file)?,
            };
            let secret = read_secret("BAO_SECRET_ID", &config.secret_id_file)?;
            let role = role.ok_or_else(|| missing("role_id_file", "set BAO_ROLE_ID"))?;
            let mut fields = vec![("role_id", Zeroizing::new(role))];
            // A role that is bound to addresses may have no secret id.
            fields.extend(secret.map(|secret| ("secret_id", Zeroizing::new(secret))));
            let path = format!("{mount}/login");
            Ok(OpenBaoLogin::Exchange { path, fields })
        }
        "userpass" => {
            let user = config.username.as_deref();
            let user = user.ok_or_else(|| missing("username", "choose another login"))?;
            let password = read_secret("BAO_PASSWORD", &config.password_file)?;
            let password = password.ok_or_else(|| missing("password_file", "set BAO_PASSWORD"))?;
            Ok(OpenBaoLogin::Exchange {
                path: format!("{mount}/login/{user}"),
                fields: vec![("password", Zeroizing::new(password))],
            })
        }
        _ => {
            let message = "auth of [openbao] in the configuration is not a known login";
            Err(Failure::new(Kind::Usage, message).hint("Choose one of: token, approle, userpass"))
        }
    }
}

/// Uses the token of the environment, else of the configured file, else of `bao login`.
fn token_login(configured: Option<PathBuf>) -> Result<OpenBaoLogin, Failure> {
    let (text, file) = match (variables::secret("BAO_TOKEN")?, configured) {
        (Some(text), _) => (text, None),
        (None, Some(file)) => (read_line(&file)?, Some(file)),
        (None, None) => {
            let file = variables::token_file().filter(|file| file.exists());
            let file = file.ok_or_else(|| {
                Failure::new(Kind::Usage, "no token for OpenBao was found")
                    .cause("BAO_TOKEN is not set, and bao login has left none")
                    .hint("Run bao login, set BAO_TOKEN, or choose another login: igconnect help teams")
            })?;
            (read_line(&file)?, Some(file))
        }
    };
    let token = Secret::new(account::trimmed(&text).to_owned());
    let token = token.map_err(|error| Failure::secret("the token for OpenBao", error))?;
    Ok(OpenBaoLogin::Token { token, file })
}

fn read_line(file: &Path) -> Result<String, Failure> {
    let bytes = private_files::read_named(file, SECRET_MAX_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn missing(key: &str, otherwise: &str) -> Failure {
    let message = format!("{key} of [openbao] is needed to log in to OpenBao");
    Failure::new(Kind::Usage, message).hint(format!(
        "Add it to config.toml, or {otherwise}: igconnect help teams"
    ))
}

/// Checks a path on the server. No part of it may lead elsewhere.
pub(super) fn checked_path(
    configured: &Option<String>,
    default: &str,
    key: &str,
) -> Result<String, Failure> {
    let path = configured.as_deref().unwrap_or(default).trim_matches('/');
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    // `..` would leave the folder that the policies of the server are about.
    let is_part = |part| !["", ".", ".."].contains(&part);
    if path.split('/').all(is_part) && path.chars().all(is_allowed) {
        return Ok(path.to_owned());
    }
    let message = format!("{key} of [openbao] in the configuration is not a path on the server");
    let hint = "Use letters, digits, -, _ and ., and / between parts";
    Err(Failure::new(Kind::Usage, message).hint(hint))
}
