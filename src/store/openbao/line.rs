//! The way to one server, before anybody is known there: a question and its answer, and how long a bad moment is waited
//! through.
//!
//! Invariant: a token of OpenBao leaves this room only in a header of a request to that server.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;
use url::Url;

use super::access::Access;
use super::problem::OpenBaoError;
use super::wire;
use crate::account::Secret;
use crate::http::{Client, HttpError, Method, Reply};

/// The pause before a question is asked again.
const PAUSE: Duration = Duration::from_millis(200);

/// What is left of the time for one call when the last try must have ended.
const MARGIN: Duration = Duration::from_millis(500);

/// One question.
#[derive(Clone)]
pub(super) struct Question<'a> {
    method: Method,
    path: Vec<&'a str>,
    is_list: bool,
    json: Option<&'a Value>,
}

impl<'a> Question<'a> {
    /// GET of this path.
    pub(super) fn get(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            method: Method::GET,
            path: path.into_iter().collect(),
            is_list: false,
            json: None,
        }
    }

    /// GET of the names below this path.
    pub(super) fn list(path: impl IntoIterator<Item = &'a str>) -> Self {
        let is_list = true;
        Self {
            is_list,
            ..Self::get(path)
        }
    }

    /// POST to this path.
    pub(super) fn post(path: impl IntoIterator<Item = &'a str>, json: &'a Value) -> Self {
        Self {
            method: Method::POST,
            json: Some(json),
            ..Self::get(path)
        }
    }

    /// DELETE of this path.
    pub(super) fn delete(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            method: Method::DELETE,
            ..Self::get(path)
        }
    }
}

/// The way to the server.
pub(super) struct Line {
    runtime: Runtime,
    client: Client,
    base: Url,
    namespace: Option<String>,
    /// For one request, and for one call with all its tries.
    limits: (Duration, Duration),
    /// A server that has answered is waited for: it is being started anew. One that never did is not there.
    has_answered: Cell<bool>,
}

impl Line {
    /// Nothing is asked yet.
    pub(super) fn open(access: &mut Access, limit: Duration) -> Result<Self, OpenBaoError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| OpenBaoError::Unreachable(HttpError::Setup))?;
        let mut base = access.address.clone();
        if let Some(name) = &access.server_name {
            access.server.addresses = Some((name.clone(), addresses(&runtime, &base)?));
            let unusable = |_| OpenBaoError::Unreachable(HttpError::Setup);
            base.set_host(Some(name)).map_err(unusable)?;
        }
        let client = Client::for_server(&access.server).map_err(OpenBaoError::Unreachable)?;
        Ok(Self {
            runtime,
            client,
            base,
            namespace: access.namespace.clone(),
            limits: (access.request_limit, limit.saturating_sub(MARGIN)),
            has_answered: Cell::new(false),
        })
    }

    /// Asks until there is an answer or the time is over. `None` is that nothing is there.
    pub(super) fn ask(
        &self,
        question: &Question<'_>,
        token: Option<&Secret>,
    ) -> Result<Option<Reply>, OpenBaoError> {
        let (began, (request, call)) = (now(), self.limits);
        loop {
            let left = call.saturating_sub(began.elapsed());
            match self.ask_once(question, token, request.min(left)) {
                Err(error)
                    if error.is_passing()
                        && self.has_answered.get()
                        && began.elapsed() + PAUSE < call =>
                {
                    std::thread::sleep(PAUSE);
                }
                answer => {
                    self.has_answered
                        .set(self.has_answered.get() || answer.is_ok());
                    return answer;
                }
            }
        }
    }

    fn ask_once(
        &self,
        question: &Question<'_>,
        token: Option<&Secret>,
        limit: Duration,
    ) -> Result<Option<Reply>, OpenBaoError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| OpenBaoError::Unreachable(HttpError::Setup))?
            .pop_if_empty()
            .push("v1")
            .extend(&question.path);
        url.set_query(question.is_list.then_some("list=true"));
        // An agent of OpenBao takes only what says this: no page in a browser can.
        let mut headers = vec![("x-vault-request", "true")];
        headers.extend(token.map(|token| ("x-vault-token", token.expose())));
        let namespace = self.namespace.as_deref();
        headers.extend(namespace.map(|namespace| ("x-vault-namespace", namespace)));
        let json = question.json.map(|json| json.to_string().into_bytes());
        let method = question.method.clone();
        let call = self.client.call(method, url, &headers, json, limit);
        let reply = self
            .runtime
            .block_on(call)
            .map_err(OpenBaoError::Unreachable)?;
        wire::judged(reply)
    }
}

fn addresses(runtime: &Runtime, address: &Url) -> Result<Vec<std::net::SocketAddr>, OpenBaoError> {
    let host = address
        .host_str()
        .unwrap_or_default()
        .trim_matches(['[', ']']);
    let port = address.port_or_known_default().unwrap_or(443);
    let found = runtime.block_on(tokio::net::lookup_host((host, port)));
    let found = found.map_err(|_| OpenBaoError::Unreachable(HttpError::Connect))?;
    Ok(found.collect())
}

#[allow(
    clippy::disallowed_methods,
    reason = "only how long something has taken: no time of day"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
