//! The consent page: who to be, what to allow, how to fail. And where its answer leads.

use url::form_urlencoded;

use super::{
    answers::find,
    pages::{self, Html, fill},
    people::{ANOTHER, FIRST, PEOPLE, PERSONAL, Person},
    permissions::Permissions,
    request::{Request, back, code, judge},
    scenario::Scenario,
    wire::{Ask, Reply},
    world::{APP_ID, World},
};
use crate::account::Untrusted;

/// The header that tells a program without a browser which address the person would have clicked to.
pub(super) const ANSWER_HEADER: &str = "x-sandbox-answer";

/// The ways to fail that the page offers for one login.
const FATES: [Scenario; 8] = [
    Scenario::NoTesterRole,
    Scenario::InsufficientRole,
    Scenario::FacebookAppId,
    Scenario::WrongSecret,
    Scenario::CodeUsed,
    Scenario::Revoked,
    Scenario::RateLimited,
    Scenario::Down,
];

/// The page, with the answer of the person whom the scenario has in mind.
pub(super) fn page(world: &World, request: &Request) -> Reply {
    let scenario = world.scenario();
    let (person, ticked) = usual(scenario, request.asked);
    let hidden = hidden(request);
    let fields = hidden.iter().map(|(name, value)| {
        fill(
            include_str!("pages/hidden.html"),
            &[("name", Html::text(name)), ("value", Html::text(value))],
        )
    });
    let parts = [
        ("fields", Html::joined(fields)),
        (
            "people",
            Html::joined(PEOPLE.iter().map(|p| person_card(p, p == person))),
        ),
        (
            "scopes",
            Html::joined(request.asked.each().map(|scope| scope_row(scope, ticked))),
        ),
        ("fates", Html::joined(FATES.into_iter().map(fate_button))),
        ("scenario", note(scenario)),
        (
            "callback",
            Html::text(&Untrusted::new(&request.redirect_uri).to_string()),
        ),
        ("app", Html::text(APP_ID)),
    ];
    let body = fill(include_str!("pages/consent.html"), &parts);
    let reply = pages::page(200, "Allow access?", &body);
    let decision = if scenario == Scenario::Denies {
        "deny"
    } else {
        "allow"
    };
    reply.with(
        ANSWER_HEADER,
        answer_address(&hidden, person, ticked, decision),
    )
}

/// `GET /oauth/consent`: the answer of the page goes back to the callback.
pub(super) fn decide(world: &World, ask: &Ask) -> Result<Reply, Reply> {
    let request = judge(ask, "asked")?;
    let fate = ask
        .param("fate")
        .and_then(|name| name.parse::<Scenario>().ok());
    let no_code = match (ask.param("decision"), fate.unwrap_or(world.scenario())) {
        (Some("deny"), _) => find("authorize_redirect_cancel"),
        (_, Scenario::InsufficientRole) => find("authorize_redirect_no_role"),
        _ => None,
    };
    if let Some(recorded) = no_code {
        return Ok(back(&request, recorded, None));
    }
    let nobody = || pages::refusal(400, "Choose one of the people");
    let person = ask
        .param("person")
        .and_then(Person::named)
        .ok_or_else(nobody)?;
    if !person.is_professional() {
        return Err(pages::refusal(
            400,
            "This account is a personal account. Switch to a professional account to continue.",
        ));
    }
    let ticked = ask
        .query
        .iter()
        .filter(|(name, _)| name == "scope")
        .map(|(_, value)| value.as_str());
    let ticked = Permissions::parse(&ticked.collect::<Vec<_>>().join(",")).unwrap_or(request.asked);
    let granted = request.asked.granted_of(ticked);
    let code = code(world, &request, person, granted, fate);
    let success = find("authorize_redirect_success").ok_or_else(nobody)?;
    Ok(back(&request, success, Some(&code)))
}

/// Who the person is and what stays ticked, as the scenario has it.
fn usual(scenario: Scenario, asked: Permissions) -> (&'static Person, Permissions) {
    match scenario {
        Scenario::WrongAccount => (ANOTHER, asked),
        Scenario::PersonalAccount => (PERSONAL, asked),
        Scenario::FewerScopes => (FIRST, Permissions::BASIC),
        _ => (FIRST, asked),
    }
}

fn hidden(request: &Request) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("client_id", APP_ID.to_owned()),
        ("redirect_uri", request.redirect_uri.clone()),
        ("response_type", "code".to_owned()),
        ("asked", request.asked.joined()),
    ];
    fields.extend(request.state.clone().map(|state| ("state", state)));
    fields
}

fn answer_address(
    hidden: &[(&'static str, String)],
    person: &Person,
    ticked: Permissions,
    decision: &str,
) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(hidden)
        .append_pair("person", person.username)
        .extend_pairs(ticked.each().map(|(name, _)| ("scope", name)))
        .append_pair("decision", decision)
        .finish();
    format!("/oauth/consent?{query}")
}

fn person_card(person: &Person, chosen: bool) -> Html {
    let name = Untrusted::new(person.name.unwrap_or(person.username)).shortened(40);
    let kind = match person.account_type {
        "BUSINESS" => "Business",
        "MEDIA_CREATOR" => "Creator",
        _ => "Personal",
    };
    let parts = [
        ("username", Html::text(person.username)),
        (
            "initial",
            Html::text(&name.chars().take(1).collect::<String>().to_uppercase()),
        ),
        ("name", Html::text(&name)),
        ("kind", Html::text(kind)),
        ("about", Html::text(person.about)),
        ("checked", Html::flag(chosen, "checked")),
    ];
    fill(include_str!("pages/person.html"), &parts)
}

fn scope_row((name, about): (&str, &str), ticked: Permissions) -> Html {
    let fixed = Permissions::parse(name) == Ok(Permissions::BASIC);
    let parts = [
        ("name", Html::text(name)),
        ("about", Html::text(about)),
        (
            "checked",
            Html::flag(ticked.each().any(|(ticked, _)| ticked == name), "checked"),
        ),
        ("fixed", Html::flag(fixed, "disabled")),
        ("note", Html::flag(fixed, "always")),
    ];
    fill(include_str!("pages/scope.html"), &parts)
}

fn fate_button(scenario: Scenario) -> Html {
    let parts = [
        ("name", Html::text(scenario.name())),
        ("about", Html::text(scenario.about())),
    ];
    fill(include_str!("pages/fate.html"), &parts)
}

fn note(scenario: Scenario) -> Html {
    if scenario == Scenario::Agrees {
        return Html::default();
    }
    let parts = [
        ("name", Html::text(scenario.name())),
        ("about", Html::text(scenario.about())),
    ];
    fill(include_str!("pages/note.html"), &parts)
}
