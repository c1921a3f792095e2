//! The exit code of an answer about several things.

/// The worst exit code of several, in the order 6, 4, 3, 5, 0; any other comes before these.
pub(crate) fn worst(codes: impl Iterator<Item = u8>) -> u8 {
    let severity = |code: &u8| match code {
        0 => 0,
        5 => 1,
        3 => 2,
        4 => 3,
        6 => 4,
        _ => 5,
    };
    codes.max_by_key(severity).unwrap_or(0)
}
