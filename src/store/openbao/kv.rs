//! Secrets in the KV engine of a server.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::access::OpenBaoAccess;
use super::claims::{ClaimHolder, ClaimRecord, HeldClaim};
use super::error::{OpenBaoError, OpenBaoResult};
use super::replies::{self, NameList, StoredSecret, VersionInfo, VersionedData};
use super::server::OpenBaoServer;
use super::transport::OpenBaoRequest;
use crate::account::Secret;
use crate::store::claim::ClaimEnd;
use crate::store::error::StoreResult;
use crate::store::random_name::random_name;
use crate::store::secret_store::SecretStore;

/// The KV engine of one server.
pub(in crate::store) struct OpenBao {
    server: OpenBaoServer,
    /// This run, as the holder of claims.
    pub(super) own: ClaimHolder,
    /// The version of each name when it was last seen; 0 if it was missing.
    versions: RefCell<HashMap<String, u64>>,
    pub(super) claims: RefCell<HashMap<String, HeldClaim>>,
}

pub(super) struct FoundEntry<T> {
    pub(super) content: Option<T>,
    /// Of version 0 if the entry is missing.
    pub(super) metadata: VersionInfo,
    /// The time of the reply, by the server's clock.
    pub(super) server_time: Option<Timestamp>,
}

impl OpenBao {
    /// Connects and logs in. A call takes no longer than `limit`.
    pub(in crate::store) fn connect(access: OpenBaoAccess, limit: Duration) -> StoreResult<Self> {
        let own = ClaimHolder {
            writer: access.machine.clone(),
            home: access.home.clone(),
            run: random_name(),
        };
        Ok(Self {
            server: OpenBaoServer::connect(access, limit)?,
            own,
            versions: RefCell::default(),
            claims: RefCell::default(),
        })
    }

    pub(super) fn find<T: DeserializeOwned>(&self, name: &str) -> OpenBaoResult<FoundEntry<T>> {
        let path = self.server.kv_path("data", name);
        let reply = self.server.ask(OpenBaoRequest::Get(&path))?;
        let server_time = reply.as_ref().and_then(|reply| reply.date);
        let found = reply.as_ref().map(replies::parse_data).transpose()?;
        let VersionedData { data, metadata } = found.unwrap_or_default();
        self.remember(name, metadata.version);
        Ok(FoundEntry {
            // Data of another shape was written by another program.
            content: data.and_then(|data: Value| serde_json::from_value(data).ok()),
            metadata,
            server_time,
        })
    }

    /// Writes an entry if `replaced` is still its version, and returns the new version.
    pub(super) fn write_version(
        &self,
        name: &str,
        replaced: u64,
        content: &Value,
    ) -> OpenBaoResult<u64> {
        let body = json!({ "options": { "cas": replaced }, "data": content });
        let path = self.server.kv_path("data", name);
        let reply = self.server.ask(OpenBaoRequest::Post(&path, &body))?;
        let written: VersionInfo = replies::parse_data(&reply.ok_or(OpenBaoError::NotOpenBao)?)?;
        self.remember(name, written.version);
        Ok(written.version)
    }

    fn remember(&self, name: &str, version: u64) {
        self.versions.borrow_mut().insert(name.to_owned(), version);
    }

    /// Lets the server keep one version only, so that a replaced token is gone.
    fn keep_one_version(&self, name: &str) -> OpenBaoResult<()> {
        let path = self.server.kv_path("metadata", name);
        let one = json!({ "max_versions": 1 });
        self.server.ask(OpenBaoRequest::Post(&path, &one)).map(drop)
    }
}

impl SecretStore for OpenBao {
    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        let found: FoundEntry<StoredSecret> = self.find(name)?;
        let content = found.content;
        Ok(content.and_then(|stored| Secret::new(stored.secret.to_string()).ok()))
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> StoreResult<()> {
        let known = self.versions.borrow().get(name).copied();
        let version = match known {
            Some(version) => version,
            None => self.find::<Value>(name)?.metadata.version,
        };
        // A new entry has no old version that could remain.
        if version > 0 {
            self.keep_one_version(name)?;
        }
        let content = json!({ "secret": secret.expose(), "label": label });
        match self.write_version(name, version, &content) {
            // A write that landed although the connection broke looks like that of another machine.
            Err(OpenBaoError::Conflict) => match self.read(name)? {
                Some(read) if read.expose() == secret.expose() => Ok(()),
                _ => Err(OpenBaoError::Conflict.into()),
            },
            written => Ok(written.map(drop)?),
        }
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        if self.versions.borrow().get(name) != Some(&0) {
            // The metadata goes with all versions. Deleting the data would only hide the last one.
            let path = self.server.kv_path("metadata", name);
            self.server.ask(OpenBaoRequest::Delete(&path))?;
            self.remember(name, 0);
        }
        Ok(())
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        let folder = self.server.kv_folder("metadata");
        let reply = self.server.ask(OpenBaoRequest::List(&folder))?;
        let names: Option<NameList> = reply.as_ref().map(replies::parse_data).transpose()?;
        let leaves = names.map(|names| names.keys).unwrap_or_default();
        Ok(leaves.iter().map(|leaf| leaf.replace('.', "/")).collect())
    }

    fn claim(&self, name: &str) -> StoreResult<Option<String>> {
        Ok(self.take_claim(name)?)
    }

    fn extend_claim(&self, name: &str) -> StoreResult<()> {
        Ok(self.extend_one(name)?)
    }

    fn release_claim(&self, name: &str, end: ClaimEnd) -> StoreResult<()> {
        Ok(self.end_claim(name, end)?)
    }

    fn find_remover(&self, name: &str) -> StoreResult<Option<String>> {
        let found: FoundEntry<ClaimRecord> = self.find(name)?;
        Ok(found.content.and_then(|record| record.removed_by))
    }

    fn extend_leases(&self) {
        let _ = self.server.keep_alive();
        self.extend_all();
    }
}
