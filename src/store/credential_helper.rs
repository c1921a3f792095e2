//! A credential helper of the person, by the protocol of docker-credential-helpers: `get`, `store`, `erase` and `list`,
//! JSON on standard input and output (github.com/docker/docker-credential-helpers, README, "Development").
//!
//! Real helpers differ. `pass` answers `get` for a missing entry with success and an empty secret, and `erase` with a
//! failure. It uses the user name as a path. Others accept only addresses as keys.

use std::cell::Cell;
use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::{StoreError, StoreResult};
use super::helper_error::{HelperError, HelperProblem, first_line};
use super::secret_store::SecretStore;
use crate::account::{HelperName, Secret, StoreKind};
use crate::child::{self, ChildError, Output};

/// Every helper prints this for a missing entry (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &[u8] = b"credentials not found in native keychain";

/// The user name of each entry. A helper may make a path of it, so it says nothing.
const USER: &str = "igconnect";

/// A secret has at most 4 kB; a list has a hundred bytes for each of two slots of 100,000 accounts.
const SECRET_MAX_BYTES: u64 = 64 * 1024;
const LIST_MAX_BYTES: u64 = 20 * 1024 * 1024;

pub(super) struct CredentialHelper {
    kind: StoreKind,
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
            kind: StoreKind::Command(name.clone()),
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

    fn ask(&self, verb: &'static str, input: &[u8], max_bytes: u64) -> StoreResult<Output> {
        if self.has_timed_out.get() {
            return Err(self.timed_out());
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
                self.timed_out()
            }
            ChildError::NotStarted => self.failed(verb, HelperProblem::NotStarted, b""),
            ChildError::Unusable => self.failed(verb, HelperProblem::Unusable, b""),
        })
    }

    fn timed_out(&self) -> StoreError {
        StoreError::TimedOut(self.kind.clone(), self.limit)
    }

    /// `said` is the output of a call that failed, never that of one that succeeded.
    fn failed(&self, verb: &'static str, problem: HelperProblem, said: &[u8]) -> StoreError {
        let (program, line) = (self.program.clone(), first_line(said));
        let error = HelperError {
            program,
            verb,
            problem,
            line,
        };
        error.into()
    }

    fn parse<T: DeserializeOwned>(&self, verb: &'static str, answer: &Output) -> StoreResult<T> {
        let unusable = |_| self.failed(verb, HelperProblem::Unusable, b"");
        serde_json::from_slice(&answer.stdout).map_err(unusable)
    }
}

impl SecretStore for CredentialHelper {
    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        let address = self.address_of(name);
        let answer = self.ask("get", address.as_bytes(), SECRET_MAX_BYTES)?;
        if !answer.status.success() {
            let is_missing = answer.stdout.trim_ascii() == NOT_FOUND;
            let failed = || self.failed("get", HelperProblem::Failed, &answer.stdout);
            return is_missing.then_some(None).ok_or_else(failed);
        }
        let found: Credentials = self.parse("get", &answer)?;
        // Text that cannot be a secret was written by another program.
        Ok(Secret::new(found.secret.to_string()).ok())
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> StoreResult<()> {
        let credentials = Credentials {
            server_url: self.address_of(name),
            username: USER.to_owned(),
            secret: Zeroizing::new(secret.expose().to_owned()),
        };
        let input = serde_json::to_vec(&credentials);
        let input = Zeroizing::new(input.map_err(|_| StoreError::Failed(self.kind.clone()))?);
        let answer = self.ask("store", &input, SECRET_MAX_BYTES)?;
        let failed = || self.failed("store", HelperProblem::Failed, &answer.stdout);
        answer.status.success().then_some(()).ok_or_else(failed)
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        let answer = self.ask("erase", self.address_of(name).as_bytes(), SECRET_MAX_BYTES)?;
        // Some helpers fail for a missing entry, and some report success without deleting. Only reading shows it.
        match (answer.status.success(), self.read(name)?) {
            (_, None) => Ok(()),
            (true, Some(_)) => Err(StoreError::Mismatch(self.kind.clone())),
            (false, Some(_)) => Err(self.failed("erase", HelperProblem::Failed, &answer.stdout)),
        }
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        let answer = self.ask("list", b"", LIST_MAX_BYTES)?;
        if !answer.status.success() {
            return Err(self.failed("list", HelperProblem::Failed, &answer.stdout));
        }
        // The protocol demands an object, but some helpers print nothing for an empty list.
        if answer.stdout.trim_ascii().is_empty() {
            return Ok(Vec::new());
        }
        let all: HashMap<String, String> = self.parse("list", &answer)?;
        let own = all.keys().filter_map(|url| url.strip_prefix(&self.address));
        Ok(own.map(str::to_owned).collect())
    }
}
