//! From a request on the socket to a reply: the one right Host, a bounded body, the right door.

use http_body_util::{BodyExt, Limited};
use hyper::{
    Request, Response,
    body::Incoming,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use serde_json::json;

use super::{
    answers::{Facts, play_with},
    authorize, consent,
    door::Door,
    exchange, faults, form, graph, pages,
    people::Person,
    profile,
    token::Token,
    wire::{Ask, Reply, Stream},
    world::World,
};

/// No form of this API comes near it.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// Answers one request.
pub(super) async fn answer(world: &World, request: Request<Incoming>) -> Response<Stream> {
    let reply = match route(world, request).await {
        Ok(reply) | Err(reply) => reply,
    };
    reply.into_response()
}

async fn route(world: &World, request: Request<Incoming>) -> Result<Reply, Reply> {
    if !is_for_us(&request, world.port()) {
        return Err(plain(
            421,
            "the sandbox answers only to its own loopback address",
        ));
    }
    let door = Door::at(request.method().as_str(), request.uri().path());
    let door = door.ok_or_else(|| nowhere(&request))?;
    let ask = read(request).await?;
    match door {
        Door::Home => Ok(pages::home(world.port(), world.scenario())),
        Door::Authorize => authorize::authorize(world, &ask),
        Door::Consent => consent::decide(world, &ask),
        _ => Ok(api(world, door, &ask).await),
    }
}

async fn api(world: &World, door: Door, ask: &Ask) -> Reply {
    let scenario = world.scenario_of(ask);
    let reply = match (door, faults::answer(scenario, door)) {
        (_, Some(answer)) if !answer.is_success() => Ok(answer.reply(&account(ask))),
        (Door::Me, shape) => profile::me(world, scenario, shape, ask),
        (Door::Exchange, Some(shape)) => exchange::exchange(world, shape, ask),
        (Door::Extend, Some(shape)) => graph::extend(world, scenario, shape, ask),
        (Door::Refresh, Some(shape)) => graph::refresh(world, scenario, shape, ask),
        (Door::Revoke, Some(shape)) => graph::revoke(world, shape, ask),
        _ => Err(plain(500, "the sandbox has no answer for this")),
    };
    let (Ok(reply) | Err(reply)) = reply;
    faults::on_the_way(scenario, reply).await
}

/// The account that a usage header names, where the token says it.
fn account(ask: &Ask) -> Facts {
    let token = ask.token().and_then(Token::open);
    let person = token.and_then(|token| Person::named(&token.person));
    person.map_or_else(Facts::default, |person| {
        Facts::default().and("account", person.user_id)
    })
}

/// A name that somebody else points at 127.0.0.1 is not ours: no web page may talk to the sandbox.
fn is_for_us(request: &Request<Incoming>, port: u16) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let ours = |name: &str| host.as_bytes() == format!("{name}:{port}").as_bytes();
    ours("127.0.0.1") || ours("localhost")
}

async fn read(request: Request<Incoming>) -> Result<Ask, Reply> {
    let (head, body) = request.into_parts();
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let body = Limited::new(body, BODY_MAX_BYTES).collect().await;
    let body = body
        .map_err(|_| plain(413, "the body is longer than 64 KiB"))?
        .to_bytes();
    Ok(Ask {
        query: form::urlencoded(head.uri.query().unwrap_or_default().as_bytes()),
        form: form::read(header(CONTENT_TYPE).unwrap_or_default(), &body),
        bearer: header(AUTHORIZATION).and_then(bearer).map(str::to_owned),
    })
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A Graph path with a method it does not take has an answer of its own; every other address has none.
fn nowhere(request: &Request<Incoming>) -> Reply {
    let path = request.uri().path();
    let mut known = ["GET", "POST", "DELETE"]
        .iter()
        .filter_map(|method| Door::at(method, path));
    if !known.any(Door::is_graph) {
        return pages::refusal(404, "Sorry, this page isn't available.");
    }
    let method = request.method().as_str().to_ascii_lowercase();
    let message = format!("Unsupported request - method type: {method}");
    play_with(
        "me_err_unsupported_post",
        &Facts::default().and("message", message),
    )
}

fn plain(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({ "sandbox": why }))
}
