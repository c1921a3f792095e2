//! Reads the validity of a certificate from its DER form, and nothing else of it.
//!
//! Invariant: any other bytes give `None`, never a panic.

use std::ops::Range;

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// In RFC 5280 section 4.1 the version, serial number, algorithm and issuer come before the validity.
pub(super) fn parse_validity(der: &[u8]) -> Option<Range<Timestamp>> {
    let (certificate, _) = parse_element_of(SEQUENCE, der)?;
    let (mut fields, _) = parse_element_of(SEQUENCE, certificate)?;
    // The first version of certificates does not name itself.
    if let Some((VERSION, _, rest)) = parse_element(fields) {
        fields = rest;
    }
    for _ in ["serial number", "algorithm", "issuer"] {
        (_, _, fields) = parse_element(fields)?;
    }
    let (validity, _) = parse_element_of(SEQUENCE, fields)?;
    let (tag, not_before, rest) = parse_element(validity)?;
    let not_before = parse_time(tag, not_before)?;
    let (tag, not_after, _) = parse_element(rest)?;
    Some(not_before..parse_time(tag, not_after)?)
}

fn parse_element_of(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = parse_element(bytes)?;
    (found == tag).then_some((content, rest))
}

/// Returns the tag, the content and the rest.
fn parse_element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // The number of digits of a longer length. Four are enough for any file that we read.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let number = digits.iter().fold(0, |n: u32, d| n << 8 | u32::from(*d));
            (usize::try_from(number).ok()?, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// `YYMMDDHHMMSSZ` means 1950 to 2049. Later years have four digits.
fn parse_time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let century = match (tag, text.as_bytes().first()?) {
        (UTC_TIME, b'0'..=b'4') => "20",
        (UTC_TIME, _) => "19",
        (GENERALIZED_TIME, _) => "",
        _ => return None,
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", format!("{century}{text}")).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::super::issue::issue;
    use super::*;

    #[test]
    fn both_forms_of_time_are_read() {
        let table: [(u8, &[u8], Option<&str>); 6] = [
            (UTC_TIME, b"261123005114Z", Some("2026-11-23T00:51:14Z")),
            (UTC_TIME, b"500101000000Z", Some("1950-01-01T00:00:00Z")),
            (
                GENERALIZED_TIME,
                b"20500101000000Z",
                Some("2050-01-01T00:00:00Z"),
            ),
            (UTC_TIME, b"", None),
            (GENERALIZED_TIME, b"2050", None),
            (UTC_TIME, "26112300511é".as_bytes(), None),
        ];
        for (tag, text, expected) in table {
            assert_eq!(
                parse_time(tag, text),
                expected.map(|text| text.parse().unwrap())
            );
        }
    }

    #[test]
    fn a_certificate_is_a_sequence_and_nothing_else() {
        let (pem, _) = issue("2026-11-23T00:51:14Z".parse().unwrap()).unwrap();
        let mut der = CertificateDer::from_pem_slice(pem.as_bytes())
            .unwrap()
            .to_vec();
        assert!(parse_validity(&der).is_some());
        der[0] = SEQUENCE + 1;
        assert_eq!(parse_validity(&der), None);
    }

    #[test]
    fn a_length_may_have_several_digits() {
        for (head, length) in [
            (&[4, 0x7f][..], 0x7f),
            (&[4, 0x81, 0x80], 0x80),
            (&[4, 0x82, 0x01, 0x02], 0x102),
            (&[4, 0x83, 0x00, 0x03, 0x04], 0x304),
        ] {
            let bytes = [head, &vec![0; length], b"rest"].concat();
            let (tag, content, rest) = parse_element(&bytes).unwrap();
            assert_eq!((tag, content.len(), rest), (4, length, &b"rest"[..]));
        }
    }

    #[test]
    fn other_bytes_have_no_validity() {
        for bytes in [
            &b""[..],
            b"0",
            b"0\x84\xff\xff\xff\xff",
            b"0\x80\x00",
            b"0\x02\x30\x00",
        ] {
            assert_eq!(parse_validity(bytes), None);
        }
    }
}
