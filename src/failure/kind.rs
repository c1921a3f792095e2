//! The kinds of failure: one table of exit codes, names and meanings, for help, `explain` and the tests.

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal $name:literal $about:literal,)*) => {
        /// The kinds of failure; each is one exit code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// Every kind, in the order of its exit code.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            pub fn exit_code(self) -> u8 {
                match self { $(Self::$kind => $code,)* }
            }

            /// Returns the word for JSON.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// Describes when a command ends with it; no full stop.
            pub fn about(self) -> &'static str {
                match self { $(Self::$kind => $about,)* }
            }
        }
    };
}

kinds! {
    Failed = 1 "failed" "unexpected failure (a bug), or a failing --hand-to command",
    Usage = 2 "usage" "wrong flag or value, missing configuration, or a question that could not be asked",
    Trouble = 3 "trouble" "network failure, Instagram down, rate limit or unexpected answer: try again later",
    Login = 4 "login" "account not connected, token expired or revoked, or secret missing: log in",
    Expiring = 5 "expiring" "a token expires within --expires-within",
    Store = 6 "store" "secret store missing, locked or unreachable",
    State = 7 "state" "database or files corrupt, full, read-only, unsafe or from a newer version",
    Unfinished = 8 "unfinished" "login denied, timed out, for another account or refused by Instagram",
    Busy = 9 "busy" "another igconnect holds the lock, or the port is taken",
    Interrupted = 130 "interrupted" "ended by Ctrl-C",
    /// The reader of our output has gone: ends as SIGPIPE would, silently.
    Unread = 141 "unread" "the reader of the output has gone",
    Terminated = 143 "terminated" "ended by SIGTERM or SIGHUP",
}

/// Returns the worst of the exit codes of several accounts: 6, 4, 3, 5, 0. Every other code is worse than these.
pub(crate) fn worst_exit_code(codes: impl Iterator<Item = u8>) -> u8 {
    // A locked store explains all other failures. Then comes what only a person can fix, then what may pass.
    let severity = |code: &u8| [0, 5, 3, 4, 6].iter().position(|known| known == code);
    codes
        .max_by_key(|code| severity(code).unwrap_or(usize::MAX))
        .unwrap_or(0)
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Renders the table of exit codes, including 0.
pub fn exit_codes() -> String {
    let row = |code: u8, name: &str, about: &str| format!("  {code:>3}  {name:<12} {about}\n");
    let mut table = row(0, "ok", "success");
    table.extend((Kind::ALL.iter()).map(|kind| row(kind.exit_code(), kind.name(), kind.about())));
    table
}
