//! Requests to one server and their replies, with retries while the server is starting or busy.
//!
//! Invariant: a token of OpenBao leaves this module only in a header of a request to that server.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;
use url::Url;

use super::access::OpenBaoAccess;
use super::error::OpenBaoError;
use super::replies;
use crate::account::Secret;
use crate::http::{Client, HttpError, Method, Reply};

const RETRY_PAUSE: Duration = Duration::from_millis(200);

/// The last try ends this long before the time of the call is over.
const MARGIN: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(super) struct OpenBaoRequest<'a> {
    method: Method,
    path: Vec<&'a str>,
    is_list: bool,
    json: Option<&'a Value>,
}

impl<'a> OpenBaoRequest<'a> {
    fn new(method: Method, path: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            method,
            path: path.into_iter().collect(),
            is_list: false,
            json: None,
        }
    }

    pub(super) fn get(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Lists the names below a path.
    pub(super) fn list(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            is_list: true,
            ..Self::get(path)
        }
    }

    pub(super) fn post(path: impl IntoIterator<Item = &'a str>, json: &'a Value) -> Self {
        Self {
            json: Some(json),
            ..Self::new(Method::POST, path)
        }
    }

    pub(super) fn delete(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::DELETE, path)
    }
}

pub(super) struct OpenBaoTransport {
    runtime: Runtime,
    client: Client,
    base: Url,
    namespace: Option<String>,
    request_limit: Duration,
    /// For one call with all its tries.
    call_limit: Duration,
    /// A server that has answered once is waited for while it restarts. Any other is not there.
    has_answered: Cell<bool>,
}

impl OpenBaoTransport {
    /// Sends nothing yet.
    pub(super) fn open(access: &mut OpenBaoAccess, limit: Duration) -> Result<Self, OpenBaoError> {
        let setup = OpenBaoError::Unreachable(HttpError::Setup);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| setup)?;
        let mut base = access.address.clone();
        if let Some(name) = &access.server_name {
            // The client resolves no other name than that in the certificate, so it gets the addresses.
            access.server.addresses = Some((name.clone(), resolve(&runtime, &base)?));
            base.set_host(Some(name)).map_err(|_| setup)?;
        }
        Ok(Self {
            runtime,
            client: Client::for_server(&access.server).map_err(OpenBaoError::Unreachable)?,
            base,
            namespace: access.namespace.clone(),
            request_limit: access.request_limit,
            call_limit: limit.saturating_sub(MARGIN),
            has_answered: Cell::new(false),
        })
    }

    /// Sends a request until it is answered or the time is over. `None` means that nothing is at its path.
    pub(super) fn ask(
        &self,
        request: &OpenBaoRequest<'_>,
        token: Option<&Secret>,
    ) -> Result<Option<Reply>, OpenBaoError> {
        let began = instant_now();
        loop {
            let left = self.call_limit.saturating_sub(began.elapsed());
            let answer = self.ask_once(request, token, self.request_limit.min(left));
            if answer.is_ok() {
                self.has_answered.set(true);
            }
            match answer {
                Err(error)
                    if error.is_temporary()
                        && self.has_answered.get()
                        && began.elapsed() + RETRY_PAUSE < self.call_limit =>
                {
                    std::thread::sleep(RETRY_PAUSE);
                }
                answer => return answer,
            }
        }
    }

    fn ask_once(
        &self,
        request: &OpenBaoRequest<'_>,
        token: Option<&Secret>,
        limit: Duration,
    ) -> Result<Option<Reply>, OpenBaoError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| OpenBaoError::Unreachable(HttpError::Setup))?
            .pop_if_empty()
            .push("v1")
            .extend(&request.path);
        url.set_query(request.is_list.then_some("list=true"));
        // An agent of OpenBao accepts only requests with this header, which no page in a browser can send.
        let mut headers = vec![("x-vault-request", "true")];
        headers.extend(token.map(|token| ("x-vault-token", token.expose())));
        let namespace = self.namespace.as_deref();
        headers.extend(namespace.map(|namespace| ("x-vault-namespace", namespace)));
        let json = request.json.map(|json| json.to_string().into_bytes());
        let method = request.method.clone();
        let call = self.client.call(method, url, &headers, json, limit);
        let reply = self
            .runtime
            .block_on(call)
            .map_err(OpenBaoError::Unreachable)?;
        replies::check(reply)
    }
}

fn resolve(runtime: &Runtime, address: &Url) -> Result<Vec<SocketAddr>, OpenBaoError> {
    let host = address.host_str().unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    let port = address.port_or_known_default().unwrap_or(443);
    let found = runtime.block_on(tokio::net::lookup_host((host, port)));
    let found = found.map_err(|_| OpenBaoError::Unreachable(HttpError::Connect))?;
    Ok(found.collect())
}

#[allow(
    clippy::disallowed_methods,
    reason = "measures durations, not the time of day"
)]
pub(super) fn instant_now() -> Instant {
    Instant::now()
}
