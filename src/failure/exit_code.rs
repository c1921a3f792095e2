//! The exit code of a command that worked on several accounts.

/// Returns the worst of `codes`, in the order 6, 4, 3, 5, 0. Every other code is worse than these.
pub(crate) fn worst_exit_code(codes: impl Iterator<Item = u8>) -> u8 {
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
