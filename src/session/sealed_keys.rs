//! How the sealed file is opened: where its key is, by what was chosen, and how a passphrase is asked for.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::Session;
use crate::account::from_word;
use crate::failure::{Failure, Kind};
use crate::private_files;
use crate::settings::environment;
use crate::store::{AskPassphrase, KeySource, KeySources, PassphraseFor};

/// The name of the credential in a unit of systemd (`LoadCredentialEncrypted=igconnect-seal-key`).
const CREDENTIAL: &str = "igconnect-seal-key";

/// Nobody remembers a passphrase of more than 1 KiB.
const PASSPHRASE_MAX_BYTES: u64 = 1024;

impl Session {
    /// The places of the key. What is in the environment was chosen there; the configuration comes after it.
    pub(crate) fn seal_keys(&self) -> Result<KeySources, Failure> {
        let config = self.settings.config()?;
        let file = environment::path("IGCONNECT_SEAL_KEY_FILE");
        let descriptor = descriptor()?;
        let credential = environment::path("CREDENTIALS_DIRECTORY")
            .map(|folder| folder.join(CREDENTIAL))
            .filter(|credential| credential.exists());
        let named = |name: &str, word: &str| {
            from_word(word).ok_or_else(|| {
                Failure::new(Kind::Usage, format!("{name} names no source of a key"))
                    .hint("There are: keyring, file, credential, passphrase")
            })
        };
        let chosen = if let Some(word) = environment::text("IGCONNECT_SEAL_WITH")? {
            Some(named("IGCONNECT_SEAL_WITH", &word)?)
        } else if file.is_some() {
            Some(KeySource::File)
        } else if descriptor.is_some() {
            Some(KeySource::Passphrase)
        } else if credential.is_some() {
            Some(KeySource::Credential)
        } else if let Some(word) = &config.seal_with {
            Some(named("seal_with in the configuration", word)?)
        } else {
            config.seal_key_file.as_ref().map(|_| KeySource::File)
        };
        Ok(KeySources {
            chosen,
            file: file.or(self.beside_the_configuration(config.seal_key_file)?),
            credential,
            passphrase: ask(self.console.can_ask(), descriptor),
        })
    }

    /// A path of the configuration, which counts from the configuration's folder.
    pub(crate) fn beside_the_configuration(
        &self,
        path: Option<PathBuf>,
    ) -> Result<Option<PathBuf>, Failure> {
        let configuration = self.settings.paths.config_file()?;
        Ok(path.map(|path| configuration.with_file_name(path)))
    }
}

fn descriptor() -> Result<Option<u32>, Failure> {
    let number = environment::text("IGCONNECT_PASSPHRASE_FD")?.map(|text| text.parse());
    number.transpose().map_err(|_| {
        let wrong = "IGCONNECT_PASSPHRASE_FD is no number of a file descriptor";
        Failure::new(Kind::Usage, wrong)
            .hint("For instance: IGCONNECT_PASSPHRASE_FD=3 igconnect token 3< passphrase-file")
    })
}

fn ask(can_ask: bool, descriptor: Option<u32>) -> AskPassphrase {
    Box::new(move |wanted| match descriptor {
        Some(number) => given(number),
        None if can_ask => typed(wanted),
        None => None,
    })
}

/// The first line of an open file descriptor.
fn given(number: u32) -> Option<Zeroizing<String>> {
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let bytes = private_files::read_entrusted(&path, PASSPHRASE_MAX_BYTES).ok()?;
    let line = std::str::from_utf8(&bytes).ok()?.lines().next()?;
    Some(Zeroizing::new(line.to_owned())).filter(|line| !line.is_empty())
}

fn typed(wanted: PassphraseFor) -> Option<Zeroizing<String>> {
    let question = dialoguer::Password::new();
    let question = match wanted {
        PassphraseFor::ExistingFile => {
            question.with_prompt("Passphrase of the sealed file (stays hidden)")
        }
        PassphraseFor::NewFile => question
            .with_prompt("New passphrase for the sealed file (stays hidden)")
            .with_confirmation("The same once more (stays hidden)", "They differ"),
    };
    question.interact().ok().map(Zeroizing::new)
}
