//! From a request on the socket to a response: the right Host, a bounded body, the right endpoint.

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use serde_json::json;

use super::accounts::SandboxAccount;
use super::api_call::ApiCall;
use super::endpoint::{Endpoint, unknown_components};
use super::recorded::replay_with;
use super::request::{self, Request};
use super::response::Response;
use super::state::SandboxState;
use super::token::Token;
use super::{authorize, consent, exchange, faults, pages, profile};

/// Forms of this API are far smaller.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// The error is a refusal.
pub(super) async fn route(
    state: &SandboxState,
    request: hyper::Request<Incoming>,
) -> Result<Response, Response> {
    if !has_own_host(&request, state.port) {
        let why = "the sandbox only answers on its own loopback address";
        return Err(error(421, why));
    }
    // Before the body is read: an unknown address gets no memory.
    let endpoint = Endpoint::find(request.method().as_str(), request.uri().path())
        .ok_or_else(|| refuse_unknown(&request))?;
    let object = Endpoint::object(request.uri().path());
    let mut request = read(request).await?;
    request.object = object;
    match endpoint {
        Endpoint::Home => Ok(pages::home(state.port, state.scenario)),
        Endpoint::Authorize => authorize::authorize(state, &request),
        Endpoint::Consent => consent::decide(state, &request),
        _ => Ok(call_api(state, endpoint, &request).await),
    }
}

async fn call_api(state: &SandboxState, endpoint: Endpoint, request: &Request) -> Response {
    let scenario = state.scenario_of(request);
    let call = ApiCall {
        state,
        scenario,
        request,
    };
    let result = match (endpoint, faults::choose_answer(scenario, endpoint)) {
        (_, Some(answer)) if answer.status != 200 => {
            let account = request.token().and_then(Token::open);
            let account = account.and_then(|token| SandboxAccount::find(&token.username));
            // A usage header names the account.
            let value = account.map(|account| ("account", account.user_id.to_owned()));
            Ok(answer.respond(value.as_slice()))
        }
        (Endpoint::Me, form) => profile::me(&call, form),
        (Endpoint::Objects, _) => profile::objects(&call),
        (Endpoint::Exchange, Some(form)) => exchange::exchange(&call, form),
        (Endpoint::Extend, Some(form)) => exchange::extend(&call, form),
        (Endpoint::Refresh, Some(form)) => exchange::refresh(&call, form),
        (Endpoint::Revoke, Some(form)) => exchange::revoke(&call, form),
        _ => Err(error(500, "the sandbox has no answer for this")),
    };
    let (Ok(response) | Err(response)) = result;
    faults::disturb(scenario, response).await
}

/// Refuses every other name that resolves to 127.0.0.1, so that no web page can talk to the sandbox (DNS rebinding).
fn has_own_host(request: &hyper::Request<Incoming>, port: u16) -> bool {
    // Of two names, a proxy in between might have checked the other one.
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let is = |name: &str| host.as_bytes() == format!("{name}:{port}").as_bytes();
    is("127.0.0.1") || is("localhost")
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, Response> {
    let (head, body) = request.into_parts();
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let body = Limited::new(body, BODY_MAX_BYTES)
        .collect()
        .await
        .map_err(|_| error(413, "the body is longer than 64 KiB"))?
        .to_bytes();
    Ok(Request {
        query: request::parse_pairs(head.uri.query().unwrap_or_default().as_bytes()),
        form: request::parse_form(header(CONTENT_TYPE).unwrap_or_default(), &body),
        bearer: header(AUTHORIZATION)
            .and_then(request::parse_bearer)
            .map(str::to_owned),
        object: None,
    })
}

/// Answers an unknown address as the Graph API does: in JSON. Only addresses for browsers get a page.
fn refuse_unknown(request: &hyper::Request<Incoming>) -> Response {
    let path = request.uri().path();
    let is_for_browsers = path == "/" || path.starts_with("/oauth/");
    if is_for_browsers {
        return pages::refusal(404, "Sorry, this page isn't available.");
    }
    let mut methods = ["GET", "POST", "DELETE"].iter();
    let has_other_method = methods.any(|method| Endpoint::find(method, path).is_some());
    if has_other_method {
        let method = request.method().as_str().to_ascii_lowercase();
        let message = format!("Unsupported request - method type: {method}");
        return replay_with("me_err_unsupported_post", &[("message", message)]);
    }
    let components = unknown_components(path);
    refusal(
        2500,
        "OAuthException",
        &format!("Unknown path components: {components}"),
    )
}

/// A refusal that was not recorded, in the form of the recorded ones.
pub(super) fn refusal(code: u32, kind: &str, message: &str) -> Response {
    let error = json!({ "message": message, "type": kind, "code": code, "fbtrace_id": "AFAKEfbtraceid0000000000" });
    Response::json(400, &json!({ "error": error }))
}

fn error(status: u16, why: &str) -> Response {
    Response::json(status, &json!({ "sandbox": why }))
}
