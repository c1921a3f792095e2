//! Makes a key with a certificate, signed by an authority that can sign no others.
//!
//! Invariant: the authority's key exists only inside [`issue`]. The authority is limited to the names of this computer, so
//! trusting it means trusting nothing else. The listener's certificate is a leaf, whose key signs no certificates.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use zeroize::Zeroizing;

/// Apple accepts TLS leaf certificates of up to 398 days (<https://support.apple.com/102028>).
const LIFETIME: SignedDuration = SignedDuration::from_hours(397 * 24);

/// The browser may run on a machine whose clock is behind.
const BACKDATED: SignedDuration = SignedDuration::from_hours(1);

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Returns a P-256 certificate with its authority, and its key, both as PEM.
pub(super) fn issue(now: Timestamp) -> Option<(String, Zeroizing<String>)> {
    // TLS libraries count from 1970, and would only fail in the handshake.
    let from = now.checked_sub(BACKDATED).ok();
    let from = from.filter(|from| *from >= Timestamp::UNIX_EPOCH)?;
    let until = from.checked_add(LIFETIME).ok()?;
    let valid = |mut params: CertificateParams, name: &str| {
        params.not_before = SystemTime::from(from).into();
        params.not_after = SystemTime::from(until).into();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params
    };

    // Browsers keep authorities by their name, so each has its own.
    let name = format!("igconnect authority of {from}");
    let mut params = valid(CertificateParams::default(), &name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted(),
        excluded_subtrees: Vec::new(),
    });
    let throwaway = new_key()?;
    let authority = params.self_signed(&throwaway).ok()?;
    let issuer = Issuer::new(params, throwaway);

    let params = CertificateParams::new(NAMES.map(str::to_owned)).ok()?;
    let mut params = valid(params, "igconnect on this computer");
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let key = new_key()?;
    let leaf = params.signed_by(&key, &issuer).ok()?;
    let chain = leaf.pem() + &authority.pem();
    Some((chain, Zeroizing::new(key.serialize_pem())))
}

fn permitted() -> Vec<GeneralSubtree> {
    let address = |ip, bits| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, bits));
    vec![
        GeneralSubtree::DnsName("localhost".to_owned()),
        address(IpAddr::from(Ipv4Addr::LOCALHOST), 32),
        address(IpAddr::from(Ipv6Addr::LOCALHOST), 128),
    ]
}

fn new_key() -> Option<KeyPair> {
    KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).ok()
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
