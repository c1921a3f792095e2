//! `GET /oauth/authorize`: the consent page for a valid request, Instagram's own error page for an invalid one.

use url::Url;

use super::accounts::{FIRST, SandboxAccount};
use super::endpoint::Endpoint;
use super::permissions::Permissions;
use super::recorded::RecordedAnswer;
use super::request::Request;
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_ID, SandboxState};
use super::token::{Code, hash, nonce};
use super::{consent, pages};

/// An authorization request that Instagram would show a consent page for.
#[derive(Debug)]
pub(super) struct AuthorizationRequest {
    /// As it was written, because the exchange has to repeat it exactly.
    pub(super) redirect_uri: String,
    pub(super) requested: Permissions,
    pub(super) state: Option<String>,
}

/// Shows the consent page, or the recorded answer that the scenario names.
pub(super) fn authorize(state: &SandboxState, request: &Request) -> Result<Response, Response> {
    let request = AuthorizationRequest::parse(request, "scope")?;
    let answer = match state.scenario {
        Scenario::Answer(answer) if answer.endpoint == Endpoint::Authorize => answer,
        _ => return Ok(consent::show(state, &request)),
    };
    if answer.text("location").is_some() {
        let code = issue_code(state, &request, FIRST, request.requested, None);
        return Ok(request.redirect_back(answer, Some(&code)));
    }
    Ok(answer.text("page_text").map_or_else(
        || answer.respond(&[]),
        |text| pages::refusal(answer.status, text),
    ))
}

impl AuthorizationRequest {
    /// `scope_name` is the parameter that lists the permissions. The error is a page.
    pub(super) fn parse(request: &Request, scope_name: &str) -> Result<Self, Response> {
        match request.param("client_id") {
            Some(APP_ID) => {}
            Some(_) => return Err(pages::refusal(400, "Invalid platform app")),
            None => return Err(pages::refusal(404, "Sorry, this page isn't available.")),
        }
        let redirect_uri = request.param("redirect_uri").unwrap_or_default();
        let is_allowed = |url: Url| url.scheme() == "https" && url.fragment().is_none();
        if !Url::parse(redirect_uri).is_ok_and(is_allowed) {
            return Err(refuse("Invalid redirect_uri"));
        }
        if request.param("response_type") != Some("code") {
            return Err(refuse("Invalid response_type"));
        }
        let requested = Permissions::parse(request.param(scope_name).unwrap_or_default())
            .map_err(|name| refuse(&format!("Invalid scope: {name}")))?;
        if !requested.has_basic() {
            let what = "Invalid scope: instagram_business_basic is required";
            return Err(refuse(what));
        }
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            requested,
            state: request.param("state").map(str::to_owned),
        })
    }

    /// Redirects to the callback in the form of a recorded redirect, with the code and state of this login.
    pub(super) fn redirect_back(&self, recorded: &RecordedAnswer, code: Option<&str>) -> Response {
        let form = recorded.text("location").map(Url::parse);
        let (Some(Ok(form)), Ok(mut to)) = (form, Url::parse(&self.redirect_uri)) else {
            return refuse("Invalid redirect_uri");
        };
        for (name, value) in form.query_pairs() {
            let value = match name.as_ref() {
                "code" => code,
                "state" => self.state.as_deref(),
                _ => Some(value.as_ref()),
            };
            if let Some(value) = value {
                to.query_pairs_mut().append_pair(&name, value);
            }
        }
        // Instagram adds `#_`, which a pasted address has and a browser never sends.
        to.set_fragment(form.fragment());
        Response::redirect(&to)
    }
}

pub(super) fn issue_code(
    state: &SandboxState,
    request: &AuthorizationRequest,
    account: &SandboxAccount,
    permissions: Permissions,
    scenario: Option<Scenario>,
) -> String {
    Code {
        username: account.username.to_owned(),
        app: APP_ID.to_owned(),
        redirect_hash: hash(&request.redirect_uri),
        permissions,
        issued_at: state.now().as_second(),
        nonce: nonce(),
        scenario: scenario.map(|scenario| scenario.name().to_owned()),
    }
    .seal()
}

fn refuse(what: &str) -> Response {
    let sentence = format!("Invalid Request: Request parameters are invalid: {what}");
    pages::refusal(400, &sentence)
}
