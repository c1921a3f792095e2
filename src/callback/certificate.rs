//! The listener's own certificate: made once, kept privately, so that a browser has to be told only once.
//!
//! Invariant: it is a leaf (CA:FALSE) for `localhost`, `127.0.0.1` and `::1`, so whoever trusts it trusts nothing else;
//! no other user can read its key or put another in its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;

use super::issue::{certificate_as_pem, issue};
use super::validity::Validity;
use crate::private_files::{
    PrivateFileError, PrivateFileProblem, create_private_dir, read_already_private, read_private,
    read_unchanged, write_private,
};

/// A login never meets a certificate that dies during it, and the warning comes before the last day.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A chain with a few certificates has some kilobytes.
const FILE_MAX_BYTES: u64 = 256 * 1024;

const CERTIFICATE_FILE: &str = "listener-certificate.pem";
const KEY_FILE: &str = "listener-key.pem";

/// Why there is no usable certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// One of its files is not there, not private or not readable.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// The file holds no certificate, or no key, or they do not belong together.
    #[error("{}: no certificate with its key", .0.display())]
    Unusable(PathBuf),
    /// The operating system gave no randomness, or `now` is beyond the calendar.
    #[error("the certificate could not be made")]
    NotMade,
}

/// A certificate with its key, ready to serve.
pub(crate) struct Certificate {
    server: Arc<ServerConfig>,
    fingerprint: String,
    pem: String,
    path: PathBuf,
    validity: Option<Validity>,
}

impl Certificate {
    /// Opens the certificate in `dir`, or makes one. It is renewed when fewer than 7 days are left or when it
    /// cannot be read; the folder becomes 0700, both files 0600.
    pub(crate) fn open_or_create(dir: &Path, now: Timestamp) -> Result<Self, CertificateError> {
        create_private_dir(dir)?;
        let (certificate, key) = (dir.join(CERTIFICATE_FILE), dir.join(KEY_FILE));
        let kept = [&key, &certificate].map(|path| read_private(path, FILE_MAX_BYTES));
        if let [Ok(key), Ok(pem)] = &kept
            && let Ok(found) = Self::from_pem(pem, key, &certificate)
            && found.serves_at(now)
        {
            return Ok(found);
        }
        for error in kept.into_iter().filter_map(Result::err) {
            if !may_be_replaced(error.problem) {
                return Err(error.into());
            }
        }
        let (pem, secret) = issue(now).ok_or(CertificateError::NotMade)?;
        // Killed in between, a key without its certificate is found unusable and replaced next time.
        write_private(&key, secret.as_bytes())?;
        write_private(&certificate, pem.as_bytes())?;
        Self::from_pem(pem.as_bytes(), secret.as_bytes(), &certificate)
    }

    /// Reads the certificate in `dir` as it is and changes nothing; `None` where none was made yet.
    pub(crate) fn inspect(dir: &Path) -> Result<Option<Self>, CertificateError> {
        let (certificate, key) = (dir.join(CERTIFICATE_FILE), dir.join(KEY_FILE));
        let pem = match read_unchanged(&certificate, FILE_MAX_BYTES) {
            Err(error) if error.is_missing() => return Ok(None),
            read => read?,
        };
        let key = read_unchanged(&key, FILE_MAX_BYTES)?;
        Self::from_pem(&pem, &key, &certificate).map(Some)
    }

    /// A certificate that exists in memory alone.
    pub(crate) fn temporary(now: Timestamp) -> Result<Self, CertificateError> {
        let (pem, key) = issue(now).ok_or(CertificateError::NotMade)?;
        Self::from_pem(pem.as_bytes(), key.as_bytes(), Path::new("memory"))
    }

    /// Whether it is valid now and the next login will keep it.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        self.serves_at(now)
    }

    /// Uses the person's own certificate (from mkcert, for example). The key must be theirs alone.
    pub(crate) fn from_files(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let key = read_already_private(key, FILE_MAX_BYTES)?;
        let pem = read_public(certificate)?;
        Self::from_pem(&pem, &key, certificate)
    }

    /// The SHA-256 of its DER form, as browsers show it: `AA:BB:…`.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The certificate alone, as PEM.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// The file that holds the certificate, without the key when it is our own.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// When it ends; unknown only for a foreign certificate of an unusual form.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.validity.map(|validity| validity.not_after)
    }

    pub(super) fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }

    fn serves_at(&self, now: Timestamp) -> bool {
        self.validity.is_some_and(|validity| {
            validity.not_before <= now && validity.not_after.duration_since(now) >= RENEW_BEFORE
        })
    }

    fn from_pem(pem: &[u8], key: &[u8], path: &Path) -> Result<Self, CertificateError> {
        let unusable = || CertificateError::Unusable(path.to_owned());
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| unusable())?;
        let leaf = chain.first().ok_or_else(unusable)?.clone();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| unusable())?;
        Ok(Self {
            server: Arc::new(serve_with(chain, key).map_err(|_| unusable())?),
            fingerprint: fingerprint(&leaf),
            pem: certificate_as_pem(&leaf),
            path: path.to_owned(),
            validity: Validity::of(&leaf),
        })
    }
}

/// HTTP/1.1 only, and nothing that outlives a connection: no tickets, no sessions, no early data.
fn serve_with(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Only what is ours and merely missing or spoilt; a planted link or another user's file is a reason to stop.
fn may_be_replaced(problem: PrivateFileProblem) -> bool {
    matches!(
        problem,
        PrivateFileProblem::TooLarge | PrivateFileProblem::Io(std::io::ErrorKind::NotFound)
    )
}

fn read_public(path: &Path) -> Result<Vec<u8>, PrivateFileError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(FILE_MAX_BYTES).read_to_end(&mut bytes))
        .map_err(|error| PrivateFileError {
            path: path.to_owned(),
            problem: PrivateFileProblem::Io(error.kind()),
        })?;
    Ok(bytes)
}

fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<_> = digest(&SHA256, der)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    pairs.join(":")
}
