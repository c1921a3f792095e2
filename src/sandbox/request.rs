//! An authorization request: what Instagram demands of it, and the ways back to its callback.

use url::Url;

use super::{
    answers::Answer,
    pages,
    people::Person,
    permissions::Permissions,
    scenario::Scenario,
    seal::{mark, nonce},
    token::Code,
    wire::{Ask, Reply},
    world::{APP_ID, World},
};

/// An authorization request that Instagram would show a consent page for.
#[derive(Debug)]
pub(super) struct Request {
    /// Where the answer goes, as it was written: the exchange has to repeat it letter by letter.
    pub(super) redirect_uri: String,
    /// What is asked for.
    pub(super) asked: Permissions,
    /// What has to come back with the answer.
    pub(super) state: Option<String>,
}

/// Reads the request; `scope_name` is the parameter that lists the permissions. The error is a page.
pub(super) fn judge(ask: &Ask, scope_name: &str) -> Result<Request, Reply> {
    match ask.param("client_id") {
        Some(APP_ID) => {}
        Some(_) => return Err(pages::refusal(400, "Invalid platform app")),
        None => return Err(pages::refusal(404, "Sorry, this page isn't available.")),
    }
    let redirect_uri = ask.param("redirect_uri").unwrap_or_default();
    let address = Url::parse(redirect_uri)
        .ok()
        .filter(|url| url.scheme() == "https");
    if address.is_none_or(|url| url.fragment().is_some()) {
        return Err(invalid("Invalid redirect_uri"));
    }
    if ask.param("response_type") != Some("code") {
        return Err(invalid("Invalid response_type"));
    }
    let asked = Permissions::parse(ask.param(scope_name).unwrap_or_default())
        .map_err(|name| invalid(&format!("Invalid scope: {name}")))?;
    if !asked.has_basic() {
        return Err(invalid(
            "Invalid scope: instagram_business_basic is required",
        ));
    }
    let state = ask.param("state").map(str::to_owned);
    Ok(Request {
        redirect_uri: redirect_uri.to_owned(),
        asked,
        state,
    })
}

/// A fresh code for `person`.
pub(super) fn code(
    world: &World,
    request: &Request,
    person: &Person,
    permissions: Permissions,
    fate: Option<Scenario>,
) -> String {
    let code = Code {
        person: person.username.to_owned(),
        app: APP_ID.to_owned(),
        redirect: mark(&request.redirect_uri),
        permissions,
        issued_at: world.now().as_second(),
        nonce: nonce(),
        fate: fate.map(|scenario| scenario.name().to_owned()),
    };
    code.seal()
}

/// The redirect to the callback in the form of a recorded one, with this login's code and state.
pub(super) fn back(request: &Request, recorded: &Answer, code: Option<&str>) -> Reply {
    let like = recorded
        .text("location")
        .and_then(|text| Url::parse(text).ok());
    let (Some(like), Ok(mut to)) = (like, Url::parse(&request.redirect_uri)) else {
        return invalid("Invalid redirect_uri");
    };
    for (name, value) in like.query_pairs() {
        let value = match name.as_ref() {
            "code" => code,
            "state" => request.state.as_deref(),
            _ => Some(value.as_ref()),
        };
        if let Some(value) = value {
            to.query_pairs_mut().append_pair(&name, value);
        }
    }
    to.set_fragment(like.fragment());
    Reply::redirect(&to)
}

fn invalid(what: &str) -> Reply {
    pages::refusal(
        400,
        &format!("Invalid Request: Request parameters are invalid: {what}"),
    )
}
