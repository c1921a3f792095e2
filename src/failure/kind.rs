//! The kinds of failure: one table of exit codes, names and meanings, which help, `explain` and the tests read.

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal $name:literal $about:literal,)*) => {
        /// The kinds of failure; each is one exit code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// Every kind, in the order of its exit code.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The exit code.
            pub fn exit_code(self) -> u8 {
                match self { $(Self::$kind => $code,)* }
            }

            /// The name, as JSON has it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// When it is the end of a command; no full stop.
            pub fn about(self) -> &'static str {
                match self { $(Self::$kind => $about,)* }
            }
        }
    };
}

kinds! {
    /// A bug, or nothing below.
    Failed = 1 "failed" "a bug, or nothing below",
    /// A wrong flag or value, missing configuration, a question that could not be asked.
    Usage = 2 "usage" "wrong flag or value, missing configuration, a question that could not be asked",
    /// Network, Instagram down, a rate limit, an answer that is not Instagram's.
    Trouble = 3 "trouble" "network, Instagram down, rate limit, an answer that is not Instagram's: try later, nothing is known about the token",
    /// No such account here, expired, revoked, secret gone.
    Login = 4 "login" "no such account here, expired, revoked, secret gone: log in",
    /// Less life left than asked for.
    Expiring = 5 "expiring" "less life left than --expires-within",
    /// The secret store: absent, locked, silent.
    Store = 6 "store" "keyring absent, locked, silent",
    /// Database or files: corrupt, full, read-only, unsafe, newer than this program.
    State = 7 "state" "database or files corrupt, full, read-only, unsafe, newer than this program",
    /// A login denied, timed out, for another account, or refused by Instagram.
    Unfinished = 8 "unfinished" "login denied, timed out, another account than expected, refused by Instagram",
    /// Another igconnect holds the lock, or the port is taken.
    Busy = 9 "busy" "another igconnect holds the lock, or the port is taken",
    /// SIGINT.
    Interrupted = 130 "interrupted" "ended by Ctrl-C",
    /// Whoever read our output has gone: as if SIGPIPE had ended us, and just as silent.
    Unread = 141 "unread" "whoever read the output has gone",
    /// SIGTERM or SIGHUP.
    Terminated = 143 "terminated" "ended by SIGTERM or SIGHUP",
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The table of exit codes for people, 0 included.
pub fn exit_codes() -> String {
    let row = |code: u8, name: &str, about: &str| format!("  {code:>3}  {name:<12} {about}\n");
    let failures = Kind::ALL
        .iter()
        .map(|kind| row(kind.exit_code(), kind.name(), kind.about()));
    std::iter::once(row(
        0,
        "ok",
        "what was asked is true and done; never a guess",
    ))
    .chain(failures)
    .collect()
}
