//! Makes a key with a self-signed certificate.
//!
//! Invariant: a leaf that cannot sign other certificates, only for the names of this computer.

use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use zeroize::Zeroizing;

/// Apple accepts TLS leaf certificates of up to 398 days (<https://support.apple.com/102028>).
const LIFETIME: SignedDuration = SignedDuration::from_hours(397 * 24);

/// The browser may run on a machine whose clock is behind.
const BACKDATED: SignedDuration = SignedDuration::from_hours(1);

/// Returns a P-256 certificate and its key, both as PEM.
pub(super) fn issue(now: Timestamp) -> Option<(String, Zeroizing<String>)> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names).ok()?;
    params
        .distinguished_name
        .push(DnType::CommonName, "igconnect on this computer");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // TLS libraries count from 1970, and would only fail in the handshake.
    let from = now.checked_sub(BACKDATED).ok();
    let from = from.filter(|from| *from >= Timestamp::UNIX_EPOCH)?;
    params.not_before = SystemTime::from(from).into();
    params.not_after = SystemTime::from(from.checked_add(LIFETIME).ok()?).into();
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).ok()?;
    let certificate = params.self_signed(&key).ok()?;
    Some((certificate.pem(), Zeroizing::new(key.serialize_pem())))
}

/// Encodes a certificate as in RFC 7468. Not copied from the file, because that may also contain the key.
pub(super) fn certificate_as_pem(der: &[u8]) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    // 48 bytes make the 64 characters of a line (RFC 7468).
    for line in der.chunks(48) {
        pem.push_str(&data_encoding::BASE64.encode(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
