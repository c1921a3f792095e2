//! What people read, compared with reviewed files. `SNAPSHOTS=overwrite` writes the files, to be reviewed again.

use std::path::Path;

use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

/// Compares with `tests/snapshots/NAME`. Times and fingerprints, which differ each time, keep their width.
#[track_caller]
pub fn assert_snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(name);
    let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
    let seen = steady(&text.replace("\r\n", "\n"));
    Assert::new()
        .action_env("SNAPSHOTS")
        .eq(Data::text(seen), expected);
}

/// `2027-01-22` as `YYYY-MM-DD`, `01:13` after it as `hh:mm`, a fingerprint as `xxxx-xxxx`.
pub fn steady(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for at in 0..bytes.len() {
        mask(&mut bytes, at, b"dddd-dd-dd", b"YYYY-MM-DD");
        mask(&mut bytes, at, b"YYYY-MM-DD dd:dd", b"YYYY-MM-DD hh:mm");
        mask(
            &mut bytes,
            at,
            b"fingerprint ????-????",
            b"fingerprint xxxx-xxxx",
        );
    }
    String::from_utf8(bytes).expect("text")
}

fn mask(bytes: &mut [u8], at: usize, pattern: &[u8], with: &[u8]) {
    let Some(place) = bytes.get_mut(at..at + pattern.len()) else {
        return;
    };
    let fits = place
        .iter()
        .zip(pattern)
        .all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            b'?' => byte.is_ascii_alphanumeric(),
            wanted => byte == wanted,
        });
    if fits {
        place.copy_from_slice(with);
    }
}
