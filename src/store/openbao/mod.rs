//! A team's server: KV version 2 of OpenBao, or of Vault, which has the same interface.
//!
//! - `access` how it is reached and who we are, `line` the way there, `session` the token, `server` the conversation, `wire`
//!   its answers
//! - `claim` who may change an account, `claims` those of ours, `problem` what can be wrong
//!
//! Invariant: every write names the version that it replaces, so what another machine wrote is never written over
//! unseen; of a secret that was replaced or deleted no version is left.

mod access;
mod claim;
mod claims;
mod line;
mod problem;
mod server;
mod session;
mod wire;

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use access::{Access, Login};
pub use problem::OpenBaoError;

use super::{Claimed, Release, SecretStore, StoreError};
use crate::account::Secret;
use claim::{Holder, Record};
use claims::Claim;
use line::Question;
use server::Server;
use wire::{Kept, Names, Read, VersionInfo};

/// The KV engine of one server.
pub(super) struct OpenBao {
    server: Server,
    us: Holder,
    /// The version of each name as it was last seen; 0 for what was not there.
    versions: RefCell<HashMap<String, u64>>,
    claims: RefCell<HashMap<String, Claim>>,
}

/// An entry as it was found.
struct Found<T> {
    content: Option<T>,
    version: u64,
    dated: Option<Timestamp>,
    /// When the server said so, by its own clock.
    told: Option<Timestamp>,
}

impl OpenBao {
    /// Finds the server and logs in. A call takes no longer than `limit`.
    pub(super) fn connect(access: Access, limit: Duration) -> Result<Self, StoreError> {
        let server = Server::connect(access, limit)?;
        let us = Holder {
            writer: server.access.writer.clone(),
            home: server.access.home.clone(),
            run: super::random_word(),
        };
        Ok(Self {
            server,
            us,
            versions: RefCell::default(),
            claims: RefCell::default(),
        })
    }

    /// Names are made of our own words and digits. In one folder one list has them all.
    fn leaf(name: &str) -> String {
        name.replace('/', ".")
    }

    fn find<T: DeserializeOwned>(&self, name: &str) -> Result<Found<T>, OpenBaoError> {
        let leaf = Self::leaf(name);
        let found = self
            .server
            .ask(&Question::get(self.server.kv("data", Some(&leaf))))?;
        let told = found.as_ref().and_then(|reply| reply.date);
        let read = found
            .map(|reply| wire::data::<Read<Value>>(&reply))
            .transpose()?;
        let version = read.as_ref().map_or(0, |read| read.metadata.version);
        self.versions.borrow_mut().insert(leaf, version);
        Ok(Found {
            dated: read.as_ref().and_then(|read| read.metadata.created_time),
            // What somebody else put there is none of ours.
            content: read
                .and_then(|read| read.data)
                .and_then(|data| serde_json::from_value(data).ok()),
            version,
            told,
        })
    }

    /// Writes what replaces this version alone, and returns the new one.
    fn put(&self, leaf: &str, replaced: u64, content: &Value) -> Result<u64, OpenBaoError> {
        let body = json!({ "options": { "cas": replaced }, "data": content });
        let path = self.server.kv("data", Some(leaf));
        let reply = self.server.ask(&Question::post(path, &body))?;
        let written: VersionInfo = wire::data(&reply.ok_or(OpenBaoError::NotOpenBao)?)?;
        Ok(written.version)
    }

    /// Lets no version but the last be kept of what is written over.
    fn keep_one_version(&self, leaf: &str) -> Result<(), OpenBaoError> {
        let path = self.server.kv("metadata", Some(leaf));
        let one = json!({ "max_versions": 1 });
        self.server.ask(&Question::post(path, &one)).map(drop)
    }
}

impl SecretStore for OpenBao {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let found: Found<Kept> = self.find(name)?;
        let kept = found
            .content
            .map(|kept| Secret::new(kept.secret.to_string()));
        Ok(kept.and_then(Result::ok))
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let leaf = Self::leaf(name);
        let known = self.versions.borrow().get(&leaf).copied();
        let version = match known {
            Some(version) => version,
            None => self.find::<Value>(name)?.version,
        };
        if version > 0 {
            self.keep_one_version(&leaf)?;
        }
        let content = json!({ "secret": secret.expose(), "label": label });
        match self.put(&leaf, version, &content) {
            Ok(version) => {
                self.versions.borrow_mut().insert(leaf, version);
                Ok(())
            }
            // A write that broke off and landed all the same looks like another's.
            Err(OpenBaoError::Conflict) => match self.read(name)? {
                Some(there) if there.expose() == secret.expose() => Ok(()),
                _ => Err(OpenBaoError::Conflict.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let leaf = Self::leaf(name);
        let known = self.versions.borrow().get(&leaf).copied();
        if known != Some(0) {
            let path = self.server.kv("metadata", Some(&leaf));
            self.server.ask(&Question::delete(path))?;
            self.versions.borrow_mut().insert(leaf, 0);
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let listed = self
            .server
            .ask(&Question::list(self.server.kv("metadata", None)))?;
        let names = listed
            .map(|reply| wire::data::<Names>(&reply))
            .transpose()?;
        let leaves = names.map(|names| names.keys).unwrap_or_default();
        Ok(leaves.iter().map(|leaf| leaf.replace('.', "/")).collect())
    }

    fn claim(&self, name: &str) -> Result<Claimed, StoreError> {
        Ok(self.take(name)?)
    }

    fn keep_claim(&self, name: &str) -> Result<(), StoreError> {
        Ok(self.renew(name)?)
    }

    fn release(&self, name: &str, release: Release) -> Result<(), StoreError> {
        Ok(self.give_back(name, release)?)
    }

    fn removed_by(&self, name: &str) -> Result<Option<String>, StoreError> {
        let found: Found<Record> = self.find(name)?;
        Ok(found.content.and_then(|record| record.removed_by))
    }

    /// Keeps what we have while Instagram is waited for: the token, and what is claimed.
    fn idle(&self) {
        let _ = self.server.idle();
        self.renew_all();
    }
}
