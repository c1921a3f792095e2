//! A credential helper of the person, by the protocol of docker-credential-helpers: `get`, `store`, `erase` and `list`,
//! JSON on standard input and output (github.com/docker/docker-credential-helpers, README, "Development").
//!
//! Real helpers differ. `pass` answers `get` for a missing entry with success and an empty secret, and `erase` with a
//! failure. It uses the user name as a path. Others accept only addresses as keys.

use std::cell::Cell;
use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::{StoreError, StoreResult};
use super::secret_store::SecretStore;
use crate::account::{HelperName, Secret};
use crate::child::{self, ChildError, Output};

/// Every helper prints this for a missing entry (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &[u8] = b"credentials not found in native keychain";

/// The user name of each entry. A helper may make a path of it, so it says nothing.
const USER: &str = "igconnect";

/// A secret has at most 4 kB; a list has a hundred bytes for each of two slots of 100,000 accounts.
const SECRET_MAX_BYTES: u64 = 64 * 1024;
const LIST_MAX_BYTES: u64 = 20 * 1024 * 1024;

pub(super) struct CredentialHelper {
    program: String,
    /// Our entries begin with this address; the helper may keep entries of other programs.
    address: String,
    limit: Duration,
    attended: bool,
    /// After one timeout the helper is not called again for each account.
    has_timed_out: Cell<bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    #[serde(rename = "ServerURL")]
    server_url: String,
    username: String,
    secret: Zeroizing<String>,
}

impl CredentialHelper {
    /// Nothing is started before the first call. `attended` means that the helper may ask a person.
    pub(super) fn new(name: &HelperName, service: &str, limit: Duration, attended: bool) -> Self {
        Self {
            program: name.program(),
            // RFC 2606 reserves this top-level domain, so the address belongs to no real login.
            address: format!("https://{service}.invalid/"),
            limit,
            attended,
            has_timed_out: Cell::new(false),
        }
    }

    fn address_of(&self, name: &str) -> String {
        format!("{}{name}", self.address)
    }

    fn ask(&self, verb: &str, input: &[u8], max_bytes: u64) -> StoreResult<Output> {
        if self.has_timed_out.get() {
            return Err(StoreError::TimedOut(self.limit));
        }
        let command = child::find_program(&self.program);
        let mut command = command.map_err(|_| StoreError::NoHelper(self.program.clone()))?;
        // A process that the helper starts may outlive us and must not be killed by a closed pipe.
        command.arg(verb).stderr(Stdio::null());
        if !self.attended {
            child::set_own_group(&mut command);
        }
        child::run(&mut command, input, self.limit, max_bytes).map_err(|error| match error {
            ChildError::NotFound => StoreError::NoHelper(self.program.clone()),
            ChildError::TimedOut => {
                self.has_timed_out.set(true);
                StoreError::TimedOut(self.limit)
            }
            ChildError::NotStarted | ChildError::Unusable => StoreError::Failed,
        })
    }
}

impl SecretStore for CredentialHelper {
    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        let address = self.address_of(name);
        let answer = self.ask("get", address.as_bytes(), SECRET_MAX_BYTES)?;
        if !answer.status.success() {
            let is_missing = answer.stdout.trim_ascii() == NOT_FOUND;
            return is_missing.then_some(None).ok_or(StoreError::Failed);
        }
        let found: Credentials =
            serde_json::from_slice(&answer.stdout).map_err(|_| StoreError::Failed)?;
        // Text that cannot be a secret was written by another program.
        Ok(Secret::new(found.secret.to_string()).ok())
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> StoreResult<()> {
        let credentials = Credentials {
            server_url: self.address_of(name),
            username: USER.to_owned(),
            secret: Zeroizing::new(secret.expose().to_owned()),
        };
        let input = serde_json::to_vec(&credentials).map_err(|_| StoreError::Failed)?;
        let answer = self.ask("store", &Zeroizing::new(input), SECRET_MAX_BYTES)?;
        let is_stored = answer.status.success();
        is_stored.then_some(()).ok_or(StoreError::Failed)
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        let answer = self.ask("erase", self.address_of(name).as_bytes(), SECRET_MAX_BYTES)?;
        // Some helpers fail for a missing entry, and some report success without deleting. Only reading shows it.
        match (answer.status.success(), self.read(name)?) {
            (_, None) => Ok(()),
            (true, Some(_)) => Err(StoreError::Mismatch),
            (false, Some(_)) => Err(StoreError::Failed),
        }
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        let answer = self.ask("list", b"", LIST_MAX_BYTES)?;
        if !answer.status.success() {
            return Err(StoreError::Failed);
        }
        // The protocol demands an object, but some helpers print nothing for an empty list.
        if answer.stdout.trim_ascii().is_empty() {
            return Ok(Vec::new());
        }
        let all: HashMap<String, String> =
            serde_json::from_slice(&answer.stdout).map_err(|_| StoreError::Failed)?;
        let own = all.keys().filter_map(|url| url.strip_prefix(&self.address));
        Ok(own.map(str::to_owned).collect())
    }
}
