//! A server after the login: requests with the token of this run, which is renewed or replaced meanwhile.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Value, json};

use super::access::{OpenBaoAccess, OpenBaoLogin};
use super::error::{OpenBaoError, OpenBaoResult};
use super::login_token::{LoginToken, half_of, look_up};
use super::replies::{self, LoginReply, MountInfo};
use super::transport::{OpenBaoRequest, OpenBaoTransport, instant_now};
use crate::http::Reply;

pub(super) struct OpenBaoServer {
    transport: OpenBaoTransport,
    token: RefCell<LoginToken>,
}

impl OpenBaoServer {
    /// Connects, logs in, and makes sure that a KV engine of version 2 is mounted. A call takes no longer than `limit`.
    pub(super) fn connect(access: OpenBaoAccess, limit: Duration) -> OpenBaoResult<Self> {
        let transport = OpenBaoTransport::open(access, limit)?;
        let token = RefCell::new(LoginToken::obtain(&transport)?);
        // Made before the mount is checked, so that a token that was just issued is revoked if it is not there.
        let server = Self { transport, token };
        server.check_mount()?;
        Ok(server)
    }

    fn check_mount(&self) -> OpenBaoResult<()> {
        let engine = format!("sys/internal/ui/mounts/{}", self.transport.access.mount);
        let reply = match self.ask(OpenBaoRequest::Get(&engine)) {
            // A token with any permission at a mount may read this, so the token itself must be wrong.
            Err(OpenBaoError::Denied) if self.token.borrow().is_doubtful => {
                return Err(OpenBaoError::BadToken);
            }
            reply => reply?.ok_or(OpenBaoError::NoMount)?,
        };
        let found: MountInfo = replies::parse_data(&reply)?;
        let version = found.options.get("version").and_then(Value::as_str);
        let is_version_2 = found.kind == "kv" && version == Some("2");
        is_version_2.then_some(()).ok_or(OpenBaoError::NotVersion2)
    }

    /// Returns the path of an entry. `part` is `data` or `metadata`.
    pub(super) fn kv_path(&self, part: &str, name: &str) -> String {
        // All entries are in one folder, so that one request lists them.
        format!("{}/{}", self.kv_folder(part), name.replace('/', "."))
    }

    pub(super) fn kv_folder(&self, part: &str) -> String {
        let access = &self.transport.access;
        format!("{}/{part}/{}", access.mount, access.path)
    }

    /// Sends a request; `None` if nothing is at its path. A token that expired meanwhile is replaced once.
    pub(super) fn ask(&self, request: OpenBaoRequest<'_>) -> OpenBaoResult<Option<Reply>> {
        self.keep_alive()?;
        match self.ask_once(request) {
            Err(OpenBaoError::Denied) => {
                self.replace_if_expired()?;
                self.ask_once(request)
            }
            answered => answered,
        }
    }

    fn ask_once(&self, request: OpenBaoRequest<'_>) -> OpenBaoResult<Option<Reply>> {
        let token = self.token.borrow();
        self.transport.ask(request, Some(&token.secret))
    }

    /// Renews the token when it is time. One that cannot be renewed is replaced when it expires.
    pub(super) fn keep_alive(&self) -> OpenBaoResult<()> {
        let due = self.token.borrow().renewal;
        let Some((_, seconds)) = due.filter(|(from, _)| *from <= instant_now()) else {
            return Ok(());
        };
        // Not before each request again, if the server refuses it.
        self.token.borrow_mut().renewal = None;
        let body = json!({ "increment": format!("{seconds}s") });
        match self.ask_once(OpenBaoRequest::Post("auth/token/renew-self", &body)) {
            Ok(Some(reply)) => {
                let renewed: LoginReply = replies::parse(&reply)?;
                let half = half_of(renewed.auth.lease_duration);
                self.token.borrow_mut().renewal = half.map(|from| (from, seconds));
                Ok(())
            }
            Err(OpenBaoError::Denied) => self.replace_if_expired(),
            // The reply to the next request shows what is wrong.
            Ok(None) | Err(_) => Ok(()),
        }
    }

    /// Finds out why a request was denied. An expired token is replaced if possible; a valid one stays denied.
    fn replace_if_expired(&self) -> OpenBaoResult<()> {
        let is_known = look_up(&self.transport, &self.token.borrow().secret)?.is_some();
        if is_known || self.token.borrow().is_doubtful {
            return Err(OpenBaoError::Denied);
        }
        let new = LoginToken::obtain_again(&self.transport)?;
        self.token.replace(new);
        Ok(())
    }
}

impl Drop for OpenBaoServer {
    fn drop(&mut self) {
        // Only a token that was issued for this run: others belong to the person or an agent.
        if matches!(self.transport.access.login, OpenBaoLogin::Exchange { .. }) {
            // One that cannot be revoked expires soon.
            let _ = self.ask_once(OpenBaoRequest::Post("auth/token/revoke-self", &json!({})));
        }
    }
}
