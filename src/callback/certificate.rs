//! The listener's own certificate. It is made once and kept, so that a browser only has to trust it once.
//!
//! Invariant: people trust the authority that signed it, whose key is gone and whose names are `localhost`, `127.0.0.1`
//! and `::1`, so they trust nothing else. No other user can read the listener's key or replace a file.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;

use super::issue::{certificate_as_pem, issue};
use super::validity::parse_validity;
use crate::private_files::{
    PrivateFileError, PrivateFileProblem, create_private_dir, read_named, read_private,
    read_unchanged, write_private,
};

/// A certificate never expires during a login, and browsers warn about a new one before its last day.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A chain of certificates has a few kilobytes.
const FILE_MAX_BYTES: u64 = 256 * 1024;

const CERTIFICATE_FILE: &str = "listener-certificate.pem";
/// The authority alone, for programs that import a file.
const AUTHORITY_FILE: &str = "listener-authority.pem";
const KEY_FILE: &str = "listener-key.pem";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CertificateError {
    /// A file is missing, not private or not readable.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// The certificate or the key is missing, or they do not belong together.
    #[error("{}: no certificate with its key", .0.display())]
    Unusable(PathBuf),
    /// The operating system gave no randomness, or `now` is out of range.
    #[error("the certificate could not be made")]
    NotMade,
}

pub(crate) struct Certificate {
    pub(super) server: Arc<ServerConfig>,
    /// The SHA-256 of the DER form, as browsers show it: `AA:BB:…`.
    pub(crate) fingerprint: String,
    pub(crate) path: PathBuf,
    /// What a client has to trust. For a certificate that signs itself, that is the certificate.
    pub(crate) authority: Authority,
    /// Whether it was made by this run and replaces one that browsers may trust.
    pub(crate) is_replacement: bool,
    /// Only unknown for a person's own certificate of an unusual form.
    validity: Option<Range<Timestamp>>,
    is_self_signed: bool,
}

/// The last certificate of a chain.
pub(crate) struct Authority {
    pub(crate) fingerprint: String,
    pub(crate) pem: String,
    pub(crate) path: PathBuf,
}

impl Certificate {
    /// Opens the certificate in `dir`. Makes a new one if there is none, if fewer than 7 days are left, if it has no
    /// authority, or if it cannot be read. The folder becomes 0700, its files 0600.
    pub(crate) fn open_or_create(dir: &Path, now: Timestamp) -> Result<Self, CertificateError> {
        create_private_dir(dir)?;
        let (certificate, key) = (dir.join(CERTIFICATE_FILE), dir.join(KEY_FILE));
        let kept = [&key, &certificate].map(|path| read_private(path, FILE_MAX_BYTES));
        if let [Ok(key), Ok(pem)] = &kept
            && let Ok(found) = Self::from_pem(pem, key, &certificate)
            && found.is_good(now)
        {
            found.keep_authority()?;
            return Ok(found);
        }
        let is_replacement = kept.iter().any(Result::is_ok);
        for error in kept.into_iter().filter_map(Result::err) {
            // A missing or damaged file of ours is replaced. A planted link or another user's file is not.
            if !error.is_missing() && error.problem != PrivateFileProblem::TooLarge {
                return Err(error.into());
            }
        }
        let (pem, secret) = issue(now).ok_or(CertificateError::NotMade)?;
        // After a kill in between, the key does not fit the certificate and is replaced next time.
        write_private(&key, secret.as_bytes())?;
        write_private(&certificate, pem.as_bytes())?;
        let made = Self::from_pem(pem.as_bytes(), secret.as_bytes(), &certificate)?;
        made.keep_authority()?;
        Ok(Self {
            is_replacement,
            ..made
        })
    }

    /// Writes the file of the authority, unless it is there.
    fn keep_authority(&self) -> Result<(), CertificateError> {
        let Authority { pem, path, .. } = &self.authority;
        match read_private(path, FILE_MAX_BYTES) {
            Ok(kept) if *kept == *pem.as_bytes() => Ok(()),
            Err(error) if !error.is_missing() && error.problem != PrivateFileProblem::TooLarge => {
                Err(error.into())
            }
            _ => Ok(write_private(path, pem.as_bytes())?),
        }
    }

    /// Reads the certificate in `dir` and changes nothing. `None` if there is none yet.
    pub(crate) fn inspect(dir: &Path) -> Result<Option<Self>, CertificateError> {
        let (certificate, key) = (dir.join(CERTIFICATE_FILE), dir.join(KEY_FILE));
        let pem = match read_unchanged(&certificate, FILE_MAX_BYTES) {
            Err(error) if error.is_missing() => return Ok(None),
            read => read?,
        };
        let key = read_unchanged(&key, FILE_MAX_BYTES)?;
        Self::from_pem(&pem, &key, &certificate).map(Some)
    }

    /// Makes a certificate that only exists in memory.
    pub(crate) fn temporary(now: Timestamp) -> Result<Self, CertificateError> {
        let (pem, key) = issue(now).ok_or(CertificateError::NotMade)?;
        Self::from_pem(pem.as_bytes(), key.as_bytes(), Path::new("memory"))
    }

    /// Whether it is valid, and the next login will use it.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let is_valid = self.validity.as_ref().is_some_and(|validity| {
            // One from the future was made under a wrong clock, and browsers refuse it.
            validity.start <= now && validity.end.duration_since(now) >= RENEW_BEFORE
        });
        // The key of one that signs itself could sign for any host.
        is_valid && !self.is_self_signed
    }

    /// Uses the person's own certificate, for example from mkcert. Only they may have access to the key.
    pub(crate) fn from_files(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let key = read_named(key, FILE_MAX_BYTES)?;
        let mut pem = Vec::new();
        // Others may read it, as it contains no secret. Bounded, because the path may lead to a device.
        let read = File::open(certificate)
            .and_then(|file| file.take(FILE_MAX_BYTES).read_to_end(&mut pem));
        read.map_err(|error| PrivateFileError {
            path: certificate.to_owned(),
            problem: PrivateFileProblem::Io(error.kind()),
        })?;
        Self::from_pem(&pem, &key, certificate)
    }

    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.validity.as_ref().map(|validity| validity.end)
    }

    fn from_pem(pem: &[u8], key: &[u8], path: &Path) -> Result<Self, CertificateError> {
        let parse = || {
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
            let chain = chain.ok()?;
            let (leaf, last) = (chain.first()?.clone(), chain.last()?.clone());
            let key = PrivateKeyDer::from_pem_slice(key).ok()?;
            Some(Self {
                // Fails if the key does not belong to the certificate.
                server: Arc::new(server_config(chain, key).ok()?),
                fingerprint: fingerprint(&leaf),
                authority: Authority {
                    fingerprint: fingerprint(&last),
                    pem: certificate_as_pem(&last),
                    path: path.with_file_name(AUTHORITY_FILE),
                },
                path: path.to_owned(),
                is_replacement: false,
                validity: parse_validity(&leaf),
                is_self_signed: leaf == last,
            })
        };
        parse().ok_or_else(|| CertificateError::Unusable(path.to_owned()))
    }
}

/// HTTP/1.1 only, and nothing that outlives a connection, such as tickets, sessions and early data.
fn server_config(
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

fn fingerprint(der: &[u8]) -> String {
    let digest = digest(&SHA256, der);
    let pairs: Vec<_> = (digest.as_ref().iter())
        .map(|byte| format!("{byte:02X}"))
        .collect();
    pairs.join(":")
}
