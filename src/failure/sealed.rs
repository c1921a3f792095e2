//! What can be wrong with a sealed file and its key, in words.

use super::{Failure, Kind};
use crate::private_database::DatabaseProblem;
use crate::store::{KeySource, SealedError};

impl From<SealedError> for Failure {
    fn from(error: SealedError) -> Self {
        let failure = Self::new(kind(&error), error.to_string());
        match error {
            SealedError::NoKeyring => failure
                .cause("this session has no Secret Service (D-Bus), as over SSH or in a container; nothing was changed")
                .hint("Start a keyring, or keep the key elsewhere (IGCONNECT_SEAL_WITH=file, credential or passphrase): igconnect help stores"),
            SealedError::NoKey(source) => failure
                .cause("without it nobody can read the tokens, and nothing was changed")
                .hint(missing(source)),
            SealedError::NotAKey(source) => failure
                .cause(format!("a key is 64 hexadecimal digits in one line; {source} holds something else"))
                .hint("Put the right key there; igconnect writes over none"),
            SealedError::WrongKey { .. } => failure
                .cause("nothing was changed")
                .hint("Give it the right one: igconnect help stores"),
            SealedError::NoPassphrase => failure
                .hint("Run it on a terminal, or give the passphrase by a descriptor: IGCONNECT_PASSPHRASE_FD=3 igconnect … 3< FILE"),
            SealedError::Newer(_) => failure.hint("Update igconnect"),
            SealedError::Database { problem, .. } => mended(failure, problem),
        }
    }
}

fn kind(error: &SealedError) -> Kind {
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

fn missing(source: KeySource) -> &'static str {
    match source {
        KeySource::Keyring => {
            "Bring the entry seal-key back into the keyring, or choose where the key is: igconnect help stores"
        }
        KeySource::File => "Put the key file back, or name it: IGCONNECT_SEAL_KEY_FILE",
        KeySource::Credential => {
            "Let systemd hand it over: LoadCredentialEncrypted=igconnect-seal-key"
        }
        KeySource::Passphrase => "Choose it: IGCONNECT_SEAL_WITH=passphrase",
    }
}

fn mended(failure: Failure, problem: DatabaseProblem) -> Failure {
    match problem {
        DatabaseProblem::Damaged => failure
            .cause("what it holds cannot be trusted, so nothing was read from it or changed in it")
            .hint("Put a backup of it back, or move it away and log in again"),
        DatabaseProblem::Busy => failure.hint("Try again when it has finished"),
        DatabaseProblem::Full => failure.hint("Free some space and try again"),
        DatabaseProblem::ReadOnly => {
            failure.hint("Make it and its folder writable, or set IGCONNECT_DATA_DIR")
        }
        DatabaseProblem::Failed => failure.hint("Check the file, its folder and the disk"),
    }
}
