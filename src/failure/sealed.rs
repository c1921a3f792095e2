//! Errors of a sealed file and its key.

use super::kind::Kind;
use super::message::Failure;
use crate::private_database::DatabaseProblem;
use crate::store::{KeySource, SealedError};

impl From<SealedError> for Failure {
    fn from(error: SealedError) -> Self {
        let failure = Self::new(kind_of(&error), error.to_string());
        match error {
            SealedError::NoKeyring => failure
                .cause("this session has no Secret Service (D-Bus), for example over SSH or in a container")
                .hint("Start a keyring, or keep the key elsewhere (IGCONNECT_SEAL_WITH=file, credential or passphrase): igconnect help stores"),
            SealedError::NoKey(source) => failure
                .cause("the tokens cannot be read without it; nothing was changed")
                .hint(hint_missing_key(source)),
            SealedError::NotAKey(source) => failure
                .cause(format!("a key is 64 hexadecimal digits in one line; {source} contains something else"))
                .hint("Put the right key there; igconnect never overwrites it"),
            SealedError::WrongKey { .. } => failure
                .cause("nothing was changed")
                .hint("Use the right key or passphrase: igconnect help stores"),
            SealedError::NoPassphrase => failure
                .hint("Use a terminal, or pass it in a file descriptor: IGCONNECT_PASSPHRASE_FD=3 igconnect … 3< FILE"),
            SealedError::Newer(_) => failure.hint("Update igconnect"),
            SealedError::Database { problem, .. } => with_database_hint(failure, problem),
        }
    }
}

fn kind_of(error: &SealedError) -> Kind {
    match error {
        SealedError::NoPassphrase => Kind::Usage,
        SealedError::Database {
            problem: DatabaseProblem::Busy,
            ..
        } => Kind::Busy,
        SealedError::Newer(_) | SealedError::Database { .. } => Kind::State,
        _ => Kind::Store,
    }
}

fn hint_missing_key(source: KeySource) -> &'static str {
    match source {
        KeySource::Keyring => {
            "Restore the entry seal-key in the keyring, or choose another place for the key: igconnect help stores"
        }
        KeySource::File => "Restore the key file, or set IGCONNECT_SEAL_KEY_FILE",
        KeySource::Credential => {
            "Add LoadCredentialEncrypted=igconnect-seal-key to the systemd unit"
        }
        KeySource::Passphrase => "Set IGCONNECT_SEAL_WITH=passphrase",
    }
}

fn with_database_hint(failure: Failure, problem: DatabaseProblem) -> Failure {
    match problem {
        DatabaseProblem::Damaged => failure
            .cause("its content cannot be trusted, so igconnect neither reads nor changes it")
            .hint("Restore a backup, or move it away and log in again"),
        DatabaseProblem::Busy => failure.hint("Try again when it has finished"),
        DatabaseProblem::Full => failure.hint("Free some space and try again"),
        DatabaseProblem::ReadOnly => {
            failure.hint("Make it and its folder writable, or set IGCONNECT_DATA_DIR")
        }
        DatabaseProblem::Failed => failure.hint("Check the file, its folder and the disk"),
    }
}
