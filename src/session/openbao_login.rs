//! How we log in to OpenBao, by environment and configuration.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::account::Secret;
use crate::failure::{Failure, Kind};
use crate::private_files;
use crate::session::Session;
use crate::settings::openbao::{self as variables, OpenBaoConfig};
use crate::store::OpenBaoLogin;

/// What is meant where no way to log in is named.
pub(crate) const DEFAULT: &str = "token";

/// A token, an id or a password is one line.
const SECRET_MAX_BYTES: u64 = 8 * 1024;

impl Session {
    /// The way that was chosen; `mount` is where it is on the server.
    pub(crate) fn openbao_login(
        &self,
        config: &OpenBaoConfig,
        mount: &str,
    ) -> Result<OpenBaoLogin, Failure> {
        let file = |path: &Option<PathBuf>| self.beside_the_configuration(path.clone());
        let secret_or = |name: &str, path: &Option<PathBuf>| match variables::secret(name)? {
            Some(secret) => Ok(Some(secret)),
            None => file(path)?.map(|path| line_of(&path)).transpose(),
        };
        match config.auth.as_deref().unwrap_or(DEFAULT) {
            DEFAULT => self.openbao_token(file(&config.token_file)?),
            "approle" => {
                let role = match &config.role_id {
                    Some(role) => Some(role.clone()),
                    None => secret_or("BAO_ROLE_ID", &config.role_id_file)?,
                };
                let secret = secret_or("BAO_SECRET_ID", &config.secret_id_file)?;
                let role = role.ok_or_else(|| missing("role_id_file", "BAO_ROLE_ID"))?;
                let mut fields = vec![("role_id", Zeroizing::new(role))];
                // A role may be bound to addresses and need none.
                fields.extend(secret.map(|secret| ("secret_id", Zeroizing::new(secret))));
                let path = format!("{mount}/login");
                Ok(OpenBaoLogin::Exchange { path, fields })
            }
            "userpass" => {
                let user = config.username.as_deref();
                let user = user.ok_or_else(|| missing("username", "the configuration alone"))?;
                let password = secret_or("BAO_PASSWORD", &config.password_file)?;
                let password = password.ok_or_else(|| missing("password_file", "BAO_PASSWORD"))?;
                Ok(OpenBaoLogin::Exchange {
                    path: format!("{mount}/login/{user}"),
                    fields: vec![("password", Zeroizing::new(password))],
                })
            }
            _ => Err(Failure::new(
                Kind::Usage,
                "auth of [openbao] in the configuration names no way to log in",
            )
            .hint("There are: token, approle, userpass")),
        }
    }

    /// The token of the environment, of the configured file, or what `bao login` left.
    fn openbao_token(&self, configured: Option<PathBuf>) -> Result<OpenBaoLogin, Failure> {
        let (text, file) = match (variables::secret("BAO_TOKEN")?, configured) {
            (Some(text), _) => (text, None),
            (None, Some(file)) => (line_of(&file)?, Some(file)),
            (None, None) => {
                let helper = variables::token_file();
                let left = helper.filter(|file| file.exists());
                let left = left.ok_or_else(|| {
                    Failure::new(Kind::Usage, "there is no token for OpenBao")
                        .cause("BAO_TOKEN is not set, and bao login has left none")
                        .hint("Run bao login, set BAO_TOKEN, or choose another way: igconnect help teams")
                })?;
                (line_of(&left)?, Some(left))
            }
        };
        let token = Secret::new(text);
        let token = token.map_err(|error| Failure::secret("the token for OpenBao", error))?;
        Ok(OpenBaoLogin::Token { token, file })
    }
}

/// The one line of a file that only this user may read.
fn line_of(file: &Path) -> Result<String, Failure> {
    let bytes = private_files::read_already_private(file, SECRET_MAX_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn missing(key: &str, variable: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        format!("to log in to OpenBao, {key} of [openbao] is needed"),
    )
    .hint(format!(
        "Name it in config.toml, or set {variable}: igconnect help teams"
    ))
}
