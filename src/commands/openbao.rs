//! How the OpenBao server is reached, by environment and configuration, and who this machine is there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::{Host, Url};
use zeroize::Zeroizing;

use super::Context;
use crate::account::Secret;
use crate::failure::{Failure, Kind};
use crate::http::OwnServer;
use crate::private_files;
use crate::settings::openbao::{self as variables, OpenBaoConfig};
use crate::vault::{Access, Login};

/// As the tools of OpenBao have it (OpenBao CLI, `BAO_CLIENT_TIMEOUT`).
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// No certificate of an authority comes near this, in bytes; a folder of them may.
const CERTIFICATES_MAX_BYTES: u64 = 2 * 1024 * 1024;

/// A token, an id or a password is one line.
const SECRET_MAX_BYTES: u64 = 8 * 1024;

impl Context {
    /// What is known before the first request. What is in the environment was chosen there; the configuration comes
    /// after it.
    pub(super) fn openbao_access(&self) -> Result<Access, Failure> {
        variables::refuse_unverified()?;
        let config = self.settings.config()?.openbao;
        let (address, is_plain) = address(&config)?;
        Ok(Access {
            address,
            server: OwnServer {
                is_plain,
                authorities: self.authorities(&config)?,
                identity: identity()?,
                addresses: None,
            },
            server_name: variables::text("BAO_TLS_SERVER_NAME")?.map(|(_, name)| name),
            namespace: match variables::text("BAO_NAMESPACE")? {
                Some((_, namespace)) => Some(namespace),
                None => config.namespace.clone(),
            },
            mount: mount(&config)?,
            path: self.openbao_folder(&config)?,
            login: self.openbao_login(&config)?,
            request_limit: variables::request_limit()?.unwrap_or(REQUEST_LIMIT),
            writer: config.writer.clone().unwrap_or_else(host_name),
            home: self.home_word()?,
        })
    }

    /// Where the secrets of this world are, for people.
    pub(super) fn openbao_place(&self) -> Result<String, Failure> {
        let config = self.settings.config()?.openbao;
        let (address, _) = address(&config)?;
        let folder = self.openbao_folder(&config)?;
        Ok(format!("{address}, {}/{folder}", mount(&config)?))
    }

    /// The folder of this world's secrets: worlds share nothing.
    fn openbao_folder(&self, config: &OpenBaoConfig) -> Result<String, Failure> {
        let path = folder(config.path.as_deref().unwrap_or("igconnect"), "path")?;
        Ok(match self.settings.world.key() {
            Some(world) => format!("{path}-{world}"),
            None => path,
        })
    }

    fn authorities(&self, config: &OpenBaoConfig) -> Result<Vec<u8>, Failure> {
        let configured = config.ca_cert.clone();
        let file = match variables::path("BAO_CACERT") {
            Some(file) => Some(file),
            None if variables::path("BAO_CAPATH").is_some() => None,
            None => self.beside_the_configuration(configured)?,
        };
        if let Some(file) = file {
            return Ok(private_files::read_entrusted(&file, CERTIFICATES_MAX_BYTES)?.to_vec());
        }
        let mut all = Vec::new();
        if let Some(folder) = variables::path("BAO_CAPATH") {
            let mut names = private_files::names_in(&folder)?;
            names.sort();
            for name in names.iter().filter(|name| !name.starts_with('.')) {
                let file = folder.join(name);
                all.extend_from_slice(&private_files::read_entrusted(
                    &file,
                    CERTIFICATES_MAX_BYTES,
                )?);
                all.push(b'\n');
            }
        }
        Ok(all)
    }

    fn openbao_login(&self, config: &OpenBaoConfig) -> Result<Login, Failure> {
        let file = |path: &Option<PathBuf>| self.beside_the_configuration(path.clone());
        let secret_or = |name: &str, path: &Option<PathBuf>| match variables::secret(name)? {
            Some(secret) => Ok(Some(secret)),
            None => file(path)?.map(|path| line_of(&path)).transpose(),
        };
        let method = config.auth.as_deref().unwrap_or("token");
        let mount = folder(config.auth_mount.as_deref().unwrap_or(method), "auth_mount")?;
        match method {
            "token" => self.openbao_token(file(&config.token_file)?),
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
                Ok(Login::Exchange { path, fields })
            }
            "userpass" => {
                let user = config.username.as_deref();
                let user = user.ok_or_else(|| missing("username", "the configuration alone"))?;
                let password = secret_or("BAO_PASSWORD", &config.password_file)?;
                let password = password.ok_or_else(|| missing("password_file", "BAO_PASSWORD"))?;
                Ok(Login::Exchange {
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
    fn openbao_token(&self, configured: Option<PathBuf>) -> Result<Login, Failure> {
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
        Ok(Login::Token { token, file })
    }

    /// What this home calls itself among all that share a store: made up once.
    fn home_word(&self) -> Result<String, Failure> {
        let file = self.settings.paths.home_word()?;
        for _ in 0..2 {
            if let Some(word) = private_files::read_private_if_any(&file, SECRET_MAX_BYTES)?
                && !word.is_empty()
            {
                return Ok(String::from_utf8_lossy(&word).into_owned());
            }
            if let Some(folder) = file.parent() {
                private_files::create_private_dir(folder)?;
            }
            private_files::create_once(&file, crate::vault::random_word().as_bytes())?;
        }
        Err(
            Failure::new(Kind::State, format!("{} cannot be used", file.display()))
                .hint("Move it away: another one is made"),
        )
    }
}

/// The address, and whether it is plain HTTP.
fn address(config: &OpenBaoConfig) -> Result<(Url, bool), Failure> {
    let (name, text) = match variables::text("BAO_ADDR")? {
        Some(set) => set,
        None => {
            let configured = config.address.clone();
            let configured = configured.ok_or_else(|| {
                Failure::new(Kind::Usage, "nobody said where the OpenBao server is")
                    .hint("Set BAO_ADDR, or `address` below [openbao] in config.toml: igconnect help stores")
            })?;
            (
                "address of [openbao] in the configuration".to_owned(),
                configured,
            )
        }
    };
    let wrong = |problem: &str| {
        Failure::new(Kind::Usage, format!("{name} {problem}"))
            .hint("For instance: https://bao.example.com:8200")
    };
    let url = Url::parse(&text).map_err(|_| wrong("is no address"))?;
    let is_loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !anonymous || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must be an address and nothing more"));
    }
    match url.scheme() {
        "https" => Ok((url, false)),
        "http" if is_loopback => Ok((url, true)),
        "http" => Err(wrong(
            "must begin with https: plain http is for 127.0.0.1 and [::1] alone",
        )),
        _ => Err(wrong("must begin with https")),
    }
}

/// A path on the server, without what could lead elsewhere.
fn folder(text: &str, name: &str) -> Result<String, Failure> {
    let text = text.trim_matches('/');
    let belongs = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let parts_are_good = text
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != "..");
    if parts_are_good && text.chars().all(belongs) {
        return Ok(text.to_owned());
    }
    Err(Failure::new(
        Kind::Usage,
        format!("{name} of [openbao] in the configuration is no path on the server"),
    )
    .hint("It is made of letters, digits, -, _, . and / between them"))
}

fn mount(config: &OpenBaoConfig) -> Result<String, Failure> {
    folder(config.mount.as_deref().unwrap_or("secret"), "mount")
}

fn identity() -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let Some(certificate) = variables::path("BAO_CLIENT_CERT") else {
        return Ok(None);
    };
    let key = variables::path("BAO_CLIENT_KEY").unwrap_or_else(|| certificate.clone());
    let mut pem = private_files::read_entrusted(&certificate, CERTIFICATES_MAX_BYTES)?;
    let key = private_files::read_already_private(&key, CERTIFICATES_MAX_BYTES)?;
    pem.push(b'\n');
    pem.extend_from_slice(&key);
    Ok(Some(pem))
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

/// What this machine is called.
fn host_name() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    #[cfg(not(unix))]
    let name = crate::settings::environment::text("COMPUTERNAME")
        .ok()
        .flatten()
        .unwrap_or_default();
    name
}
