//! Where the key of the sealed file is, by environment and configuration, and how its passphrase is asked for.

use std::path::PathBuf;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::account::from_word;
use crate::failure::{Failure, Kind};
use crate::output::Console;
use crate::private_files;
use crate::settings::{Settings, environment};
use crate::store::{KeySource, KeySources, PassphraseFor};

/// The name of the credential in a systemd unit (`LoadCredentialEncrypted=igconnect-seal-key`).
const CREDENTIAL: &str = "igconnect-seal-key";

/// Far more than a person can remember.
const PASSPHRASE_MAX_BYTES: u64 = 1024;

/// NIST SP 800-63B asks for at least 8 characters where guesses are limited; here they are not.
const WEAK_BELOW: usize = 12;

/// Returns the sources of the key. Anything in the environment wins over the configuration.
pub(super) fn sealed_key_sources(
    settings: &Settings,
    console: &Rc<Console>,
) -> Result<KeySources, Failure> {
    let (console, can_ask) = (Rc::clone(console), console.can_ask());
    let config = settings.config()?;
    let file = environment::path("IGCONNECT_SEAL_KEY_FILE");
    let descriptor = passphrase_descriptor()?;
    let credential = environment::path("CREDENTIALS_DIRECTORY")
        .map(|folder| folder.join(CREDENTIAL))
        .filter(|credential| credential.exists());
    let chosen = match environment::text("IGCONNECT_SEAL_WITH")? {
        Some(word) => Some(parse_source("IGCONNECT_SEAL_WITH", &word)?),
        None if file.is_some() => Some(KeySource::File),
        None if descriptor.is_some() => Some(KeySource::Passphrase),
        // systemd sets the folder for every unit that has credentials, so it says less than our own variables.
        None if credential.is_some() => Some(KeySource::Credential),
        None => match &config.seal_with {
            Some(word) => Some(parse_source("seal_with in the configuration", word)?),
            None => config.seal_key_file.as_ref().map(|_| KeySource::File),
        },
    };
    let configured = settings.paths.beside_config_file(config.seal_key_file)?;
    Ok(KeySources {
        chosen,
        file: file.or(configured),
        credential,
        passphrase: Box::new(move |purpose| match descriptor {
            Some(number) => read_passphrase(number),
            None if can_ask => ask_passphrase(&console, purpose),
            None => None,
        }),
    })
}

fn parse_source(name: &str, word: &str) -> Result<KeySource, Failure> {
    from_word(word).ok_or_else(|| {
        Failure::new(Kind::Usage, format!("{name} is not a source of a key"))
            .hint("Choose one of: keyring, file, credential, passphrase")
    })
}

fn passphrase_descriptor() -> Result<Option<u32>, Failure> {
    let Some(number) = environment::text("IGCONNECT_PASSPHRASE_FD")? else {
        return Ok(None);
    };
    if cfg!(windows) {
        let message = "IGCONNECT_PASSPHRASE_FD does not work on Windows";
        return Err(Failure::new(Kind::Usage, message)
            .hint("Unset it and use a terminal, or a key file: igconnect help stores"));
    }
    number.parse().map(Some).map_err(|_| {
        let message = "IGCONNECT_PASSPHRASE_FD is not the number of a file descriptor";
        Failure::new(Kind::Usage, message)
            .hint("For example: IGCONNECT_PASSPHRASE_FD=3 igconnect token 3< passphrase-file")
    })
}

/// Reads the first line of an open file descriptor.
fn read_passphrase(number: u32) -> Option<Zeroizing<String>> {
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let bytes = private_files::read_entrusted(&path, PASSPHRASE_MAX_BYTES).ok()?;
    let line = std::str::from_utf8(&bytes).ok()?.lines().next()?;
    // An empty passphrase protects nothing, and is most likely a mistake of a script.
    Some(Zeroizing::new(line.to_owned())).filter(|line| !line.is_empty())
}

fn ask_passphrase(console: &Console, purpose: PassphraseFor) -> Option<Zeroizing<String>> {
    let is_new = matches!(purpose, PassphraseFor::NewFile);
    let passphrase = match is_new {
        false => console.ask_hidden("Passphrase of the sealed file").ok()?,
        true => loop {
            let passphrase = console
                .ask_hidden("New passphrase for the sealed file")
                .ok()?;
            // A typing mistake would seal the tokens for ever.
            if console.ask_hidden("Repeat the passphrase").ok()? == passphrase {
                break passphrase;
            }
            console.tell("They differ");
        },
    };
    let is_weak = passphrase.chars().count() < WEAK_BELOW;
    if is_weak && is_new {
        console.warn("this passphrase is short; a copy of the file could be opened by guessing");
    }
    Some(passphrase)
}
