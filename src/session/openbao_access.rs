//! How to reach the OpenBao server, by environment and configuration, and the name of this machine there.

use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use super::openbao_login::{checked_path, openbao_login};
use crate::failure::{Failure, Kind};
use crate::http::OwnServer;
use crate::private_files;
use crate::settings::openbao::{self as variables, OpenBaoConfig};
use crate::settings::{Settings, is_loopback, proxies};
use crate::store::{OpenBaoAccess, random_name};

/// The default of OpenBao's own tools (OpenBao CLI, `BAO_CLIENT_TIMEOUT`).
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// A file of certificates is far smaller.
const CERTIFICATES_MAX_BYTES: u64 = 2 * 1024 * 1024;

/// The name of a home has 16 digits; a larger file is a different one.
const HOME_NAME_MAX_BYTES: u64 = 128;

/// Gathers what is known before the first request. Anything in the environment wins over the configuration.
pub(super) fn openbao_access(settings: &Settings) -> Result<OpenBaoAccess, Failure> {
    variables::refuse_unverified()?;
    let config = settings.config()?.openbao;
    let (address, is_plain) = address(&config)?;
    if !is_plain {
        proxies()?;
    }
    Ok(OpenBaoAccess {
        address,
        server: OwnServer {
            is_plain,
            authorities: authorities(settings, &config)?,
            identity: client_identity()?,
            addresses: None,
        },
        server_name: variables::text("BAO_TLS_SERVER_NAME")?.map(|(_, name)| name),
        namespace: variables::text("BAO_NAMESPACE")?
            .map(|(_, namespace)| namespace)
            .or_else(|| config.namespace.clone()),
        mount: checked_path(&config.mount, "secret", "mount")?,
        path: folder(settings, &config)?,
        login: openbao_login(settings, &config)?,
        request_limit: variables::request_limit()?.unwrap_or(REQUEST_LIMIT),
        home: format!("{} {}", home_name(settings)?, this_boot()),
        machine: config.writer.unwrap_or_else(host_name),
    })
}

/// Returns where the secrets of this world are, for people.
pub(super) fn openbao_location(settings: &Settings) -> Result<String, Failure> {
    let config = settings.config()?.openbao;
    let (address, _) = address(&config)?;
    let folder = folder(settings, &config)?;
    let mount = checked_path(&config.mount, "secret", "mount")?;
    Ok(format!("{address}, {mount}/{folder}"))
}

fn folder(settings: &Settings, config: &OpenBaoConfig) -> Result<String, Failure> {
    let path = checked_path(&config.path, "igconnect", "path")?;
    Ok(settings.world.qualify(&path))
}

fn authorities(settings: &Settings, config: &OpenBaoConfig) -> Result<Vec<u8>, Failure> {
    let read = |file: &_| private_files::read_entrusted(file, CERTIFICATES_MAX_BYTES);
    let folder = variables::path("BAO_CAPATH");
    let file = match variables::path("BAO_CACERT") {
        Some(file) => Some(file),
        // A folder in the environment wins over a file in the configuration.
        None if folder.is_some() => None,
        None => settings.paths.beside_config_file(config.ca_cert.clone())?,
    };
    if let Some(file) = file {
        return Ok(read(&file)?.to_vec());
    }
    let Some(folder) = folder else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let mut names = private_files::names_in(&folder)?;
    names.sort();
    for name in names.iter().filter(|name| !name.starts_with('.')) {
        all.extend_from_slice(&read(&folder.join(name))?);
        // A file may end without a line end, and the next certificate begins on a line of its own.
        all.push(b'\n');
    }
    Ok(all)
}

/// Returns the random name of this home among all that share a store. It is created once.
fn home_name(settings: &Settings) -> Result<String, Failure> {
    let file = settings.paths.home_name()?;
    // Twice: another process may create the file between reading and creating.
    for _ in 0..2 {
        if let Some(name) = private_files::read_private_if_any(&file, HOME_NAME_MAX_BYTES)?
            && !name.is_empty()
        {
            return Ok(String::from_utf8_lossy(&name).into_owned());
        }
        if let Some(folder) = file.parent() {
            private_files::create_private_dir(folder)?;
        }
        private_files::create_once(&file, random_name().as_bytes())?;
    }
    let message = format!("{} cannot be used", file.display());
    Err(Failure::new(Kind::State, message).hint("Move it away: igconnect creates a new one"))
}

/// Returns what a copy of this home on another machine does not share: the host and, on Linux, its boot.
fn this_boot() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    format!("{} {}", host_name(), boot.trim())
}

/// Returns the address, and whether it is plain HTTP.
fn address(config: &OpenBaoConfig) -> Result<(Url, bool), Failure> {
    let (name, text) = match (variables::text("BAO_ADDR")?, &config.address) {
        (Some(variable), _) => variable,
        (None, Some(address)) => {
            let name = "address of [openbao] in the configuration";
            (name.to_owned(), address.clone())
        }
        (None, None) => {
            let message = "the address of the OpenBao server is not set";
            let hint =
                "Set BAO_ADDR, or `address` below [openbao] in config.toml: igconnect help stores";
            return Err(Failure::new(Kind::Usage, message).hint(hint));
        }
    };
    let wrong = |problem: &str| {
        Failure::new(Kind::Usage, format!("{name} {problem}"))
            .hint("For example: https://bao.example.com:8200")
    };
    let url = Url::parse(&text).map_err(|_| wrong("is not an address"))?;
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    if !is_anonymous || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must be an address and nothing more"));
    }
    match url.scheme() {
        "https" => Ok((url, false)),
        // Nothing leaves this machine, so nothing can be read on the way.
        "http" if is_loopback(&url) => Ok((url, true)),
        "http" => Err(wrong(
            "must begin with https: plain http is for 127.0.0.1 and [::1] only",
        )),
        _ => Err(wrong("must begin with https")),
    }
}

/// Returns the certificate and key with which this machine identifies itself, in PEM.
fn client_identity() -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let Some(certificate) = variables::path("BAO_CLIENT_CERT") else {
        return Ok(None);
    };
    let key = variables::path("BAO_CLIENT_KEY").unwrap_or_else(|| certificate.clone());
    let mut pem = private_files::read_entrusted(&certificate, CERTIFICATES_MAX_BYTES)?;
    let key = private_files::read_named(&key, CERTIFICATES_MAX_BYTES)?;
    pem.push(b'\n');
    pem.extend_from_slice(&key);
    Ok(Some(pem))
}

#[cfg(unix)]
fn host_name() -> String {
    let system = rustix::system::uname();
    system.nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host_name() -> String {
    let name = crate::settings::environment::text("COMPUTERNAME");
    name.ok().flatten().unwrap_or_default()
}
