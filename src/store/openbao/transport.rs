//! Requests to one server and their replies, with retries while the server is starting or busy.
//!
//! Invariant: a token of OpenBao leaves this module only in a header of a request to that server.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;

use super::access::OpenBaoAccess;
use super::error::{OpenBaoError, OpenBaoResult};
use super::replies;
use crate::account::Secret;
use crate::http::{Client, HttpError, Method, Reply};

const RETRY_PAUSE: Duration = Duration::from_millis(200);

/// The last try ends this long before the time of the call is over.
const MARGIN: Duration = Duration::from_millis(500);

/// A request to a path below `/v1`.
#[derive(Clone, Copy)]
pub(super) enum OpenBaoRequest<'a> {
    Get(&'a str),
    /// Lists the names below the path.
    List(&'a str),
    Post(&'a str, &'a Value),
    Delete(&'a str),
}

pub(super) struct OpenBaoTransport {
    runtime: Runtime,
    client: Client,
    pub(super) access: OpenBaoAccess,
    /// For one call with all its tries.
    call_limit: Duration,
    /// A server that has answered once is waited for while it restarts. Any other is not there.
    has_answered: Cell<bool>,
}

impl OpenBaoTransport {
    /// Sends nothing yet.
    pub(super) fn open(mut access: OpenBaoAccess, limit: Duration) -> OpenBaoResult<Self> {
        let setup = OpenBaoError::Unreachable(HttpError::Setup);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().map_err(|_| setup)?;
        if let Some(name) = &access.server_name {
            // The client resolves no other name than that in the certificate, so it gets the addresses.
            let addresses = access.address.socket_addrs(|| Some(443));
            let addresses = addresses.map_err(|_| OpenBaoError::Unreachable(HttpError::Connect))?;
            access.server.addresses = Some((name.clone(), addresses));
            access.address.set_host(Some(name)).map_err(|_| setup)?;
        }
        let client = Client::for_server(&access.server).map_err(OpenBaoError::Unreachable)?;
        Ok(Self {
            runtime,
            client,
            access,
            call_limit: limit.saturating_sub(MARGIN),
            has_answered: Cell::new(false),
        })
    }

    /// Sends a request until it is answered or the time is over. `None` means that nothing is at its path.
    pub(super) fn ask(
        &self,
        request: OpenBaoRequest<'_>,
        token: Option<&Secret>,
    ) -> OpenBaoResult<Option<Reply>> {
        let began = instant_now();
        loop {
            let left = self.call_limit.saturating_sub(began.elapsed());
            let answer = self.ask_once(request, token, self.access.request_limit.min(left));
            let Err(error) = answer else {
                self.has_answered.set(true);
                return answer;
            };
            let has_time = began.elapsed() + RETRY_PAUSE < self.call_limit;
            if !(error.is_temporary() && self.has_answered.get() && has_time) {
                return Err(error);
            }
            std::thread::sleep(RETRY_PAUSE);
        }
    }

    fn ask_once(
        &self,
        request: OpenBaoRequest<'_>,
        token: Option<&Secret>,
        limit: Duration,
    ) -> OpenBaoResult<Option<Reply>> {
        let (method, path, json) = match request {
            // The LIST of the documentation is not a method of HTTP, and proxies may refuse it.
            OpenBaoRequest::Get(path) | OpenBaoRequest::List(path) => (Method::GET, path, None),
            OpenBaoRequest::Post(path, json) => (Method::POST, path, Some(json)),
            OpenBaoRequest::Delete(path) => (Method::DELETE, path, None),
        };
        let mut url = self.access.address.clone();
        url.path_segments_mut()
            .map_err(|()| OpenBaoError::Unreachable(HttpError::Setup))?
            .pop_if_empty()
            .push("v1")
            .extend(path.split('/'));
        let is_list = matches!(request, OpenBaoRequest::List(_));
        url.set_query(is_list.then_some("list=true"));
        // An agent of OpenBao accepts only requests with this header, which no page in a browser can send.
        let mut headers = vec![("x-vault-request", "true")];
        headers.extend(token.map(|token| ("x-vault-token", token.expose())));
        let namespace = self.access.namespace.as_deref();
        headers.extend(namespace.map(|namespace| ("x-vault-namespace", namespace)));
        let json = json.map(|json| json.to_string().into_bytes());
        let call = self.client.call(method, url, &headers, json, limit);
        let reply = self.runtime.block_on(call);
        replies::check(reply.map_err(OpenBaoError::Unreachable)?)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "measures durations, not the time of day"
)]
pub(super) fn instant_now() -> Instant {
    Instant::now()
}
