//! How the OpenBao server is reached, by environment and configuration, and who this machine is there; `login` how we
//! log in.

use std::time::Duration;

use url::{Host, Url};
use zeroize::Zeroizing;

use super::{Session, openbao_login};
use crate::failure::{Failure, Kind};
use crate::http::OwnServer;
use crate::private_files;
use crate::settings::openbao::{self as variables, OpenBaoConfig};
use crate::store::OpenBaoAccess;

/// As the tools of OpenBao have it (OpenBao CLI, `BAO_CLIENT_TIMEOUT`).
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// No certificate of an authority comes near this, in bytes; a folder of them may.
const CERTIFICATES_MAX_BYTES: u64 = 2 * 1024 * 1024;

/// What a home calls itself is 16 digits; more is another file.
const HOME_WORD_MAX_BYTES: u64 = 128;

impl Session {
    /// What is known before the first request. What is in the environment was chosen there; the configuration comes
    /// after it.
    pub(crate) fn openbao_access(&self) -> Result<OpenBaoAccess, Failure> {
        variables::refuse_unverified()?;
        let config = self.settings.config()?.openbao;
        let (address, is_plain) = address(&config)?;
        Ok(OpenBaoAccess {
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
            login: self.openbao_login(&config, &auth_mount(&config)?)?,
            request_limit: variables::request_limit()?.unwrap_or(REQUEST_LIMIT),
            machine: config.writer.clone().unwrap_or_else(host_name),
            home: self.home_word()?,
        })
    }

    /// Where the secrets of this world are, for people.
    pub(crate) fn openbao_place(&self) -> Result<String, Failure> {
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

    /// What this home calls itself among all that share a store: made up once.
    fn home_word(&self) -> Result<String, Failure> {
        let file = self.settings.paths.home_word()?;
        for _ in 0..2 {
            if let Some(word) = private_files::read_private_if_any(&file, HOME_WORD_MAX_BYTES)?
                && !word.is_empty()
            {
                return Ok(String::from_utf8_lossy(&word).into_owned());
            }
            if let Some(folder) = file.parent() {
                private_files::create_private_dir(folder)?;
            }
            private_files::create_once(&file, crate::store::random_name().as_bytes())?;
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

fn auth_mount(config: &OpenBaoConfig) -> Result<String, Failure> {
    let method = config.auth.as_deref().unwrap_or(openbao_login::DEFAULT);
    folder(config.auth_mount.as_deref().unwrap_or(method), "auth_mount")
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
