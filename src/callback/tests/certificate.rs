//! The certificate in its folder: its owner, its lifetime, and which clients trust it.

use std::sync::Arc;
use std::time::SystemTime;
use std::{fs, slice};

use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DnType, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use super::support::{expected, now};
use crate::callback::{Certificate, Listener};
use crate::private_files::write_private;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[test]
fn it_is_made_once_and_replaced_in_its_last_week() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("certificate");
    let open = |at| Certificate::open_or_create(&dir, at).unwrap();
    let first = open(now());
    let expires_at = first.expires_at().unwrap();
    assert!(expires_at > now() + days(396) && expires_at < now() + days(398));
    assert_eq!(open(now()).fingerprint, first.fingerprint);
    assert_eq!(open(expires_at - days(7)).fingerprint, first.fingerprint);
    let renewed = open(expires_at - days(6));
    assert_ne!(renewed.fingerprint, first.fingerprint);
    // As after a clock that was far ahead and is set right again.
    assert_ne!(open(now()).fingerprint, renewed.fingerprint);
}

#[test]
fn inspecting_it_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("certificate");
    assert!(Certificate::inspect(&dir).unwrap().is_none() && !dir.exists());
    let made = Certificate::open_or_create(&dir, now()).unwrap();
    let found = Certificate::inspect(&dir).unwrap().unwrap();
    assert_eq!(found.fingerprint, made.fingerprint);
    assert!(found.is_good(now()));
    assert!(!found.is_good(made.expires_at().unwrap() - days(6)));
    fs::remove_file(&made.path).unwrap();
    fs::create_dir(&made.path).unwrap();
    assert!(Certificate::inspect(&dir).is_err());
}

#[test]
fn it_shows_its_fingerprint_and_never_its_key() {
    let home = tempfile::tempdir().unwrap();
    let made = Certificate::open_or_create(home.path(), now()).unwrap();
    assert_eq!(made.fingerprint.len(), 32 * 3 - 1);
    let read = |path| fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let (chain, authority) = (read(&made.path), read(&made.authority.path));
    assert_eq!(authority, made.authority.pem);
    assert!(chain.ends_with(&authority));
    assert_eq!(chain.matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(authority.matches("BEGIN CERTIFICATE").count(), 1);
    assert!(!chain.contains("KEY"));
    assert_ne!(made.fingerprint, made.authority.fingerprint);
}

#[test]
fn it_is_a_leaf() {
    let home = tempfile::tempdir().unwrap();
    let made = Certificate::open_or_create(home.path(), now()).unwrap();
    let der = chain_of(&made).remove(0);
    // basicConstraints, critical, an empty sequence: CA is false by default.
    let leaf = b"\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00";
    assert!(der.windows(leaf.len()).any(|bytes| bytes == leaf));
}

#[test]
fn damaged_and_mismatched_files_are_replaced() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path();
    let key = dir.join("listener-key.pem");
    let first = Certificate::open_or_create(dir, now()).unwrap();
    let other = tempfile::tempdir().unwrap();
    Certificate::open_or_create(other.path(), now()).unwrap();
    fs::copy(other.path().join("listener-key.pem"), &key).unwrap();
    let second = Certificate::open_or_create(dir, now()).unwrap();
    assert_ne!(second.fingerprint, first.fingerprint);
    write_private(&key, b"nonsense").unwrap();
    let third = Certificate::open_or_create(dir, now()).unwrap();
    assert_ne!(third.fingerprint, second.fingerprint);
    fs::remove_file(&key).unwrap();
    assert!(Certificate::open_or_create(dir, now()).is_ok());
}

#[tokio::test]
async fn a_client_that_only_trusts_it_is_served() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let home = tempfile::tempdir().unwrap();
    let made = Certificate::open_or_create(home.path(), Timestamp::now()).unwrap();
    let trusted = reqwest::Certificate::from_pem(made.authority.pem.as_bytes()).unwrap();
    let listener = Listener::bind(0, Some(&made)).await.unwrap();
    let port = listener.port();
    let _wait = listener.start(expected(format!("localhost:{port}")));
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([trusted]);
    let client = client.build().unwrap();
    for (host, status) in [("localhost", 404), ("127.0.0.1", 421)] {
        let reply = client.get(format!("https://{host}:{port}/")).send().await;
        assert_eq!(reply.unwrap().status().as_u16(), status);
    }
    let stranger = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    let stranger = stranger.build().unwrap();
    let reply = stranger.get(format!("https://localhost:{port}/")).send();
    assert!(reply.await.is_err());
}

fn chain_of(certificate: &Certificate) -> Vec<CertificateDer<'static>> {
    let chain = CertificateDer::pem_file_iter(&certificate.path).unwrap();
    chain.map(Result::unwrap).collect()
}

/// Whether a client that trusts `authority` accepts the chain for `host`.
fn accepts(authority: &CertificateDer<'static>, chain: &[CertificateDer<'_>], host: &str) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let host = ServerName::try_from(host).unwrap();
    let (leaf, rest) = chain.split_first().unwrap();
    let verified = verifier
        .unwrap()
        .verify_server_cert(leaf, rest, &host, &[], UnixTime::now());
    verified.is_ok()
}

/// What an owner of the listener's key could make: a certificate for another host, signed with that key.
fn forged(key: KeyPair, issuer: &str, host: &str) -> CertificateDer<'static> {
    let mut authority = CertificateParams::default();
    authority
        .distinguished_name
        .push(DnType::CommonName, issuer);
    let forged = CertificateParams::new([host.to_owned()]).unwrap();
    let own = KeyPair::generate().unwrap();
    let issuer = Issuer::new(authority, key);
    forged.signed_by(&own, &issuer).unwrap().der().clone()
}

#[test]
fn who_trusts_the_authority_trusts_the_listener_and_nothing_that_its_key_signs() {
    let home = tempfile::tempdir().unwrap();
    let made = Certificate::open_or_create(home.path(), Timestamp::now()).unwrap();
    let [leaf, authority] = <[_; 2]>::try_from(chain_of(&made)).unwrap();
    let chain = [leaf.clone(), authority.clone()];
    for host in ["localhost", "127.0.0.1", "::1"] {
        assert!(accepts(&authority, &chain, host), "{host}");
    }
    assert!(!accepts(&authority, &chain, "example.com"));
    let key = fs::read_to_string(home.path().join("listener-key.pem")).unwrap();
    for host in ["example.com", "localhost"] {
        let key = KeyPair::from_pem(&key).unwrap();
        let forged = forged(key, "igconnect on this computer", host);
        for rest in [&[][..], slice::from_ref(&leaf), &chain] {
            let chain = [slice::from_ref(&forged), rest].concat();
            assert!(!accepts(&authority, &chain, host), "{host} {}", rest.len());
        }
    }
}

#[test]
fn a_certificate_that_signs_itself_is_replaced_once() {
    let home = tempfile::tempdir().unwrap();
    // As igconnect made it before: trusted as an authority, its key signs for any host.
    let mut old = CertificateParams::new(["localhost".to_owned()]).unwrap();
    old.distinguished_name.push(DnType::CommonName, "old");
    old.not_before = SystemTime::from(now() - days(1)).into();
    old.not_after = SystemTime::from(now() + days(300)).into();
    let key = KeyPair::generate().unwrap();
    let former = old.self_signed(&key).unwrap();
    write_private(
        &home.path().join("listener-key.pem"),
        key.serialize_pem().as_bytes(),
    )
    .unwrap();
    let file = home.path().join("listener-certificate.pem");
    write_private(&file, former.pem().as_bytes()).unwrap();
    let chain = [forged(key, "old", "example.com")];
    assert!(
        accepts(former.der(), &chain, "example.com"),
        "why it is replaced"
    );

    let inspected = Certificate::inspect(home.path()).unwrap().unwrap();
    assert!(!inspected.is_good(now()));
    let replaced = Certificate::open_or_create(home.path(), now()).unwrap();
    assert!(replaced.is_replacement);
    assert_eq!(chain_of(&replaced).len(), 2);
    let kept = Certificate::open_or_create(home.path(), now()).unwrap();
    assert!(!kept.is_replacement);
    assert_eq!(kept.fingerprint, replaced.fingerprint);
}

#[test]
fn a_lost_or_changed_file_of_the_authority_is_written_again() {
    let home = tempfile::tempdir().unwrap();
    let made = Certificate::open_or_create(home.path(), now()).unwrap();
    assert!(!made.is_replacement);
    let file = &made.authority.path;
    fs::remove_file(file).unwrap();
    for _ in 0..2 {
        let opened = Certificate::open_or_create(home.path(), now()).unwrap();
        assert_eq!(opened.fingerprint, made.fingerprint);
        assert_eq!(fs::read_to_string(file).unwrap(), made.authority.pem);
        write_private(file, b"another").unwrap();
    }
}

#[cfg(unix)]
mod modes {
    use super::*;
    use crate::callback::CertificateError;
    use crate::private_files::PrivateFileProblem;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;
    use std::process::Command;

    fn problem(result: Result<Certificate, CertificateError>) -> PrivateFileProblem {
        match result.err() {
            Some(CertificateError::File(error)) => error.problem,
            other => panic!("{other:?}"),
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn folder_and_files_are_private() {
        let home = tempfile::tempdir().unwrap();
        // Under a umask of 000 every user could write it.
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let dir = home.path().join("a/b");
        let made = Certificate::open_or_create(&dir, now()).unwrap();
        assert_eq!(mode(&dir), 0o700);
        assert_eq!(mode(&made.path), 0o600);
        assert_eq!(mode(&dir.join("listener-key.pem")), 0o600);
        assert_eq!(mode(&made.authority.path), 0o600);
    }

    #[test]
    fn folder_and_files_are_private_under_any_umask() {
        // The mask belongs to the whole process, so the test runs again in a process of its own.
        for umask in ["000", "022", "077"] {
            let status = Command::new("sh")
                .args(["-c", "umask $1 && exec \"$0\" --exact \"$2\""])
                .arg(std::env::current_exe().unwrap())
                .args([
                    umask,
                    "callback::tests::certificate::modes::folder_and_files_are_private",
                ])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&status.stdout);
            assert!(said.contains("1 passed"), "{umask}: {said}");
        }
    }

    #[test]
    fn a_planted_link_is_refused_and_not_followed() {
        for name in ["listener-key.pem", "listener-certificate.pem"] {
            let home = tempfile::tempdir().unwrap();
            let target = home.path().join("target");
            fs::write(&target, "before").unwrap();
            let dir = home.path().join("certificate");
            fs::create_dir(&dir).unwrap();
            symlink(&target, dir.join(name)).unwrap();
            let refused = problem(Certificate::open_or_create(&dir, now()));
            assert_eq!(refused, PrivateFileProblem::Symlink);
            assert_eq!(fs::read_to_string(&target).unwrap(), "before");
            // Nor is the other file replaced: it may be the half of a good pair.
            assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_persons_own_key_may_not_be_writable_by_others() {
        let home = tempfile::tempdir().unwrap();
        let made = Certificate::open_or_create(home.path(), now()).unwrap();
        let key = home.path().join("listener-key.pem");
        let own = Certificate::from_files(&made.path, &key).unwrap();
        assert_eq!(own.fingerprint, made.fingerprint);
        assert_eq!(own.expires_at(), made.expires_at());
        let chain = home.path().join("chain.pem");
        fs::write(&chain, fs::read_to_string(&made.path).unwrap().repeat(8)).unwrap();
        assert!(Certificate::from_files(&chain, &key).is_ok());
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(Certificate::from_files(&made.path, &key).is_ok());
        fs::set_permissions(&key, fs::Permissions::from_mode(0o660)).unwrap();
        let refused = problem(Certificate::from_files(&made.path, &key));
        assert_eq!(refused, PrivateFileProblem::WritableByOthers);
        let swapped = Certificate::from_files(&key, &made.path).err();
        assert!(matches!(swapped, Some(CertificateError::Unusable(_))));
    }
}
