//! Errors of the stores.

use super::keyring::{KeyringWords, keyring_words};
use super::kind::Kind;
use super::local::NO_LOCKS;
use super::message::Failure;
use crate::account::{Platform, StoreKind};
use crate::http::{CertificateProblem, HttpError};
use crate::private_database::DatabaseProblem;
use crate::store::{HelperError, KeySource, OpenBaoError, SealedError, StoreError};

const KEYRING: KeyringWords = keyring_words(Platform::HERE);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(Kind::Store, error.to_string());
        match error {
            StoreError::Absent => failure
                .cause(KEYRING.missing)
                .hint(format!("{}, or use another store: igconnect help stores", KEYRING.start)),
            StoreError::NoHelper(_) => failure
                .cause("the store command:NAME needs the program docker-credential-NAME")
                .hint("Install it in PATH, or choose another store with IGCONNECT_STORE"),
            StoreError::Unknown => failure.hint("Update igconnect, or see the stores: igconnect store show"),
            StoreError::Locked => failure.hint(KEYRING.unlock),
            #[cfg(all(unix, not(target_os = "macos")))]
            StoreError::NoCollection => failure
                .cause("a Secret Service is there, but nothing in it that secrets could be kept in")
                .hint("Create a keyring with its own program, or use the encrypted file: IGCONNECT_STORE=sealed"),
            StoreError::TimedOut(kind, _) => failure.hint(match kind {
                StoreKind::OpenBao => "Check the server and the network, then try again; stored secrets were kept",
                _ => "It may be waiting for a password. Unlock or restart it, then try again",
            }),
            // The store works: this version cannot read what is in it.
            StoreError::Newer => Self { kind: Kind::State, ..failure }.hint("Update igconnect"),
            StoreError::TooLong => failure.hint("Please report this: no token of Instagram was ever this long"),
            StoreError::Ambiguous => failure
                .hint("Remove both with igconnect disconnect, then log in again"),
            StoreError::Failed(kind) | StoreError::Mismatch(kind) => {
                failure.hint(format!("Check {}, then try again; stored secrets were kept", culprit(&kind)))
            }
            StoreError::Helper(error) => error.into(),
            StoreError::Sealed(error) => error.into(),
            StoreError::OpenBao(error) => error.into(),
            StoreError::File(error) => error.into(),
        }
    }
}

/// Returns where to look if a store failed without a reason.
fn culprit(kind: &StoreKind) -> String {
    match kind {
        StoreKind::Keyring => format!("{kind} with its own program"),
        StoreKind::Command(_) => format!("{kind} with its own programs"),
        StoreKind::Sealed | StoreKind::File => "the disk and the memory".to_owned(),
        StoreKind::OpenBao | StoreKind::Unknown(_) => kind.to_string(),
    }
}

impl From<HelperError> for Failure {
    fn from(error: HelperError) -> Self {
        let failure = Self::new(Kind::Store, error.to_string());
        let failure = match error.line {
            Some(line) => failure.cause(format!("its message: {line}")),
            None => failure,
        };
        failure.hint(match error.verb {
            "list" => {
                "igconnect needs get, store, erase and list: igconnect help credential-helpers"
            }
            _ => "Stored secrets were kept. When the helper works, check it: igconnect store check",
        })
    }
}

impl From<SealedError> for Failure {
    fn from(error: SealedError) -> Self {
        let failure = Self::new(Kind::Store, error.to_string());
        match error {
            SealedError::NoKeyring => failure
                .cause(KEYRING.missing)
                .hint(format!("{}, or keep the key elsewhere (IGCONNECT_SEAL_WITH=file, credential or passphrase): igconnect help stores", KEYRING.start)),
            SealedError::NoKey(source) => failure
                .cause("the tokens cannot be read without it; nothing was changed")
                .hint(match source {
                    KeySource::Keyring => "Restore the entry seal-key in the keyring, or choose another place for the key: igconnect help stores",
                    KeySource::File => "Restore the key file, or set IGCONNECT_SEAL_KEY_FILE",
                    KeySource::Credential => "Add LoadCredentialEncrypted=igconnect-seal-key to the systemd unit",
                    KeySource::Passphrase => "Set IGCONNECT_SEAL_WITH=passphrase",
                }),
            SealedError::NotAKey(source) => failure
                .cause(format!("a key is 64 hexadecimal digits in one line; {source} contains something else"))
                // It may be the only copy of another program's key.
                .hint("Put the right key there; igconnect never overwrites it"),
            SealedError::WrongKey { .. } => failure
                .cause("nothing was changed")
                .hint("Use the right key or passphrase: igconnect help stores"),
            SealedError::NoPassphrase => Self { kind: Kind::Usage, ..failure }
                .hint(match cfg!(windows) {
                    true => "Use a terminal, or a key file: igconnect help stores",
                    false => "Use a terminal, or pass it in a file descriptor: IGCONNECT_PASSPHRASE_FD=3 igconnect … 3< FILE",
                }),
            SealedError::Newer(_) => Self { kind: Kind::State, ..failure }.hint("Update igconnect"),
            SealedError::Database { problem, .. } => explain_database(failure, problem),
        }
    }
}

fn explain_database(failure: Failure, problem: DatabaseProblem) -> Failure {
    let (kind, hint) = match problem {
        DatabaseProblem::Damaged => {
            return Failure {
                kind: Kind::State,
                ..failure
            }
            .cause("its content cannot be trusted, so igconnect neither reads nor changes it")
            .hint("Restore a backup, or move it away and log in again");
        }
        DatabaseProblem::Busy => (Kind::Busy, "Try again when it has finished"),
        DatabaseProblem::NoLocks => (Kind::State, NO_LOCKS),
        DatabaseProblem::Full => (Kind::State, "Free some space and try again"),
        DatabaseProblem::ReadOnly => (
            Kind::State,
            "Make it and its folder writable, or set IGCONNECT_DATA_DIR",
        ),
        DatabaseProblem::Failed => (Kind::State, "Check the file, its folder and the disk"),
    };
    Failure { kind, ..failure }.hint(hint)
}

impl From<OpenBaoError> for Failure {
    fn from(error: OpenBaoError) -> Self {
        let failure = Self::new(Kind::Store, error.to_string());
        let hint = match error {
            OpenBaoError::Unreachable(error) => return explain_unreachable(failure, error),
            OpenBaoError::Sealed => "Ask its administrator to unseal it (bao operator unseal)",
            OpenBaoError::Unwell(_) => "Try again later; stored secrets are safe",
            OpenBaoError::NotOpenBao => {
                "Check BAO_ADDR, the address in config.toml, and proxies of this network"
            }
            OpenBaoError::BadToken => {
                "Get a new token, for example with bao login, or set BAO_TOKEN"
            }
            OpenBaoError::LoginRefused => {
                "Give the machine a new secret id or password: igconnect help teams"
            }
            OpenBaoError::Denied => {
                return failure
                    .cause("the policies of the token do not allow this command")
                    .hint("See which policies a machine needs: igconnect help teams");
            }
            OpenBaoError::NoMount => {
                "Check `mount` and `namespace` of [openbao], and the policies: igconnect help teams"
            }
            OpenBaoError::NotVersion2 => {
                "Create one: bao secrets enable -version=2 kv. Or convert it: bao kv enable-versioning secret"
            }
            OpenBaoError::Conflict => {
                return Self {
                    kind: Kind::Busy,
                    ..failure
                }
                .cause("the changes of the other machine were kept")
                .hint("Try again");
            }
        };
        failure.hint(hint)
    }
}

fn explain_unreachable(failure: Failure, error: HttpError) -> Failure {
    let hint = match error {
        HttpError::Connect => {
            "Check the server, BAO_ADDR and the network; status and list still work"
        }
        HttpError::Certificate(CertificateProblem::Expired | CertificateProblem::NotValidYet) => {
            "Check the clock of this machine and the server's certificate; nothing was sent"
        }
        HttpError::Certificate(CertificateProblem::OtherName) => {
            "Set BAO_ADDR to a name in its certificate; nothing was sent to the server"
        }
        HttpError::Certificate(_) => {
            "Set BAO_CACERT to its authority's certificate; nothing was sent to the server"
        }
        HttpError::Tls => "Check BAO_ADDR and the TLS versions of the server",
        HttpError::Proxy(_) => "Check HTTPS_PROXY, or name the server in NO_PROXY",
        HttpError::Timeout | HttpError::Broken => "Try again later; stored secrets are safe",
        HttpError::Redirect => "Set BAO_ADDR to the active server",
        HttpError::TooLarge | HttpError::Encoded => "Check BAO_ADDR and proxies of this network",
        HttpError::Setup => "Check the files of BAO_CACERT, BAO_CAPATH and BAO_CLIENT_CERT",
    };
    Failure {
        cause: error.cause(),
        ..failure.hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_a_keyring_is_called_a_keyring() {
        for kind in ["keyring", "sealed", "command:pass", "openbao", "file"] {
            let kind: StoreKind = kind.parse().unwrap();
            for error in [
                StoreError::Failed(kind.clone()),
                StoreError::Mismatch(kind.clone()),
                StoreError::TimedOut(kind.clone(), Duration::from_secs(5)),
            ] {
                let Failure { message, hint, .. } = error.into();
                let said = format!("{message} {}", hint.unwrap());
                assert!(said.starts_with(&kind.to_string()), "{said}");
                let is_keyring = kind == StoreKind::Keyring;
                assert_eq!(
                    said.contains(&StoreKind::Keyring.to_string()),
                    is_keyring,
                    "{said}"
                );
            }
        }
    }
}
