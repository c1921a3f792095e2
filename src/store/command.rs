//! A credential helper of the person's own, by the protocol of docker-credential-helpers: `get`, `store`, `erase` and
//! `list`, JSON on standard input and output (github.com/docker/docker-credential-helpers, README, "Development").
//!
//! What real helpers do beside the text: `pass` answers `get` for what it does not have with success and an empty
//! secret, and `erase` with failure; it takes a user name for a path; others take only addresses for a key.

use std::cell::Cell;
use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{SecretStore, StoreError};
use crate::account::{HelperName, Secret};
use crate::child::{self, ChildError, Output};

/// Every helper says this when it has no such entry (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &[u8] = b"credentials not found in native keychain";

/// The user name of each entry: a helper may make a path of it, so it says nothing.
const USER: &str = "igconnect";

/// A secret is at most 4 kB; a list has a hundred bytes for each of two slots of 100 000 accounts.
const ONE_MAX_BYTES: u64 = 64 * 1024;
const LIST_MAX_BYTES: u64 = 20 * 1024 * 1024;

/// A store behind a helper.
pub(super) struct Helper {
    program: String,
    /// What our addresses begin with; helpers keep those of others beside them.
    address: String,
    limit: Duration,
    attended: bool,
    /// It was waited for in vain once, and is not again for each account.
    is_silent: Cell<bool>,
}

/// What `store` is given and `get` gives back.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    #[serde(rename = "ServerURL")]
    server_url: String,
    username: String,
    secret: Zeroizing<String>,
}

impl Helper {
    /// Nothing is started before the first call. `attended` says that the helper may ask a person.
    pub(super) fn new(name: &HelperName, service: &str, limit: Duration, attended: bool) -> Self {
        Self {
            program: name.program(),
            // RFC 2606 keeps this top-level domain free, so nobody's login can be meant.
            address: format!("https://{service}.invalid/"),
            limit,
            attended,
            is_silent: Cell::new(false),
        }
    }

    fn address_of(&self, name: &str) -> String {
        format!("{}{name}", self.address)
    }

    fn ask(&self, verb: &str, input: &[u8], max_bytes: u64) -> Result<Output, StoreError> {
        if self.is_silent.get() {
            return Err(StoreError::Silent(self.limit));
        }
        let mut command = Command::new(&self.program);
        // What it starts may outlive us, and must not end by a pipe that nobody reads.
        command.arg(verb).stderr(Stdio::null());
        if !self.attended {
            child::set_own_group(&mut command);
        }
        child::run(&mut command, input, self.limit, max_bytes).map_err(|error| match error {
            ChildError::NotFound => StoreError::NoHelper(self.program.clone()),
            ChildError::TimedOut => {
                self.is_silent.set(true);
                StoreError::Silent(self.limit)
            }
            ChildError::NotStarted | ChildError::Unusable => StoreError::Failed,
        })
    }
}

impl SecretStore for Helper {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let address = self.address_of(name);
        let answer = self.ask("get", address.as_bytes(), ONE_MAX_BYTES)?;
        if !answer.status.success() {
            let has_none = answer.stdout.trim_ascii() == NOT_FOUND;
            return has_none.then_some(None).ok_or(StoreError::Failed);
        }
        let found: Credentials =
            serde_json::from_slice(&answer.stdout).map_err(|_| StoreError::Failed)?;
        // What was put there by somebody else is none of ours.
        Ok(Secret::new(found.secret.to_string()).ok())
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> Result<(), StoreError> {
        let credentials = Credentials {
            server_url: self.address_of(name),
            username: USER.to_owned(),
            secret: Zeroizing::new(secret.expose().to_owned()),
        };
        let input = serde_json::to_vec(&credentials).map_err(|_| StoreError::Failed)?;
        let answer = self.ask("store", &Zeroizing::new(input), ONE_MAX_BYTES)?;
        let kept = answer.status.success();
        kept.then_some(()).ok_or(StoreError::Failed)
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let erased = self.ask("erase", self.address_of(name).as_bytes(), ONE_MAX_BYTES)?;
        // Some fail for what is not there, and some succeed for what they keep.
        match (erased.status.success(), self.read(name)?) {
            (_, None) => Ok(()),
            (true, Some(_)) => Err(StoreError::Unfaithful),
            (false, Some(_)) => Err(StoreError::Failed),
        }
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let answer = self.ask("list", b"", LIST_MAX_BYTES)?;
        if !answer.status.success() {
            return Err(StoreError::Failed);
        }
        // The contract is an object of addresses and user names; none at all is an empty text for some.
        if answer.stdout.trim_ascii().is_empty() {
            return Ok(Vec::new());
        }
        let all: HashMap<String, String> =
            serde_json::from_slice(&answer.stdout).map_err(|_| StoreError::Failed)?;
        let ours = all.keys().filter_map(|url| url.strip_prefix(&self.address));
        Ok(ours.map(str::to_owned).collect())
    }
}
