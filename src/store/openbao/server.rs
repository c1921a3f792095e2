//! A server after the login: requests with the token of this run.

use std::time::Duration;

use super::access::OpenBaoAccess;
use super::error::OpenBaoError;
use super::login_token::LoginToken;
use super::replies::{self, MountInfo};
use super::transport::{OpenBaoRequest, OpenBaoTransport};
use crate::http::Reply;

pub(super) struct OpenBaoServer {
    transport: OpenBaoTransport,
    token: LoginToken,
    access: OpenBaoAccess,
}

impl OpenBaoServer {
    /// Connects, logs in, and makes sure that a KV engine of version 2 is mounted. A call takes no longer than `limit`.
    pub(super) fn connect(
        mut access: OpenBaoAccess,
        limit: Duration,
    ) -> Result<Self, OpenBaoError> {
        let transport = OpenBaoTransport::open(&mut access, limit)?;
        let token = LoginToken::obtain(&transport, &access.login)?;
        let server = Self {
            transport,
            token,
            access,
        };
        server.check_mount()?;
        Ok(server)
    }

    fn check_mount(&self) -> Result<(), OpenBaoError> {
        let engine = ["sys", "internal", "ui", "mounts"].into_iter();
        let engine = OpenBaoRequest::get(engine.chain(self.access.mount.split('/')));
        let reply = match self.ask(&engine) {
            Ok(Some(reply)) => reply,
            Ok(None) => return Err(OpenBaoError::NoMount),
            // A token with any permission at a mount may read this, so the token itself must be wrong.
            Err(OpenBaoError::Denied) if self.token.is_doubtful() => {
                return Err(OpenBaoError::BadToken);
            }
            Err(error) => return Err(error),
        };
        let found: MountInfo = replies::parse_data(&reply)?;
        let version = found.options.map(|options| options.version);
        match (found.kind.as_str(), version.as_deref()) {
            ("kv", Some("2")) => Ok(()),
            _ => Err(OpenBaoError::NotVersion2),
        }
    }

    /// Returns a path of the KV engine. `part` is `data` or `metadata`; without a name it is the folder.
    pub(super) fn kv<'a>(
        &'a self,
        part: &'a str,
        name: Option<&'a str>,
    ) -> impl Iterator<Item = &'a str> {
        let folder = self.access.path.split('/');
        let mount = self.access.mount.split('/');
        mount.chain([part]).chain(folder).chain(name)
    }

    /// Sends a request; `None` if nothing is at its path. A token that expired meanwhile is replaced once.
    pub(super) fn ask(&self, request: &OpenBaoRequest<'_>) -> Result<Option<Reply>, OpenBaoError> {
        self.keep_alive()?;
        let token = self.token.current();
        match self.transport.ask(request, Some(&token)) {
            Err(OpenBaoError::Denied) => {
                self.token
                    .replace_if_expired(&self.transport, &self.access.login)?;
                self.transport.ask(request, Some(&self.token.current()))
            }
            answered => answered,
        }
    }

    /// Renews the token when it is time.
    pub(super) fn keep_alive(&self) -> Result<(), OpenBaoError> {
        self.token.renew_if_due(&self.transport, &self.access.login)
    }
}

impl Drop for OpenBaoServer {
    fn drop(&mut self) {
        self.token.revoke(&self.transport);
    }
}
