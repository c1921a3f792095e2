//! The consent page: choose an account, what to allow and how to fail. And where its form leads.

use url::form_urlencoded;

use super::accounts::{ACCOUNTS, ANOTHER, FIRST, PERSONAL, SandboxAccount};
use super::authorize::{AuthorizationRequest, issue_code};
use super::pages::{self, describe};
use super::permissions::Permissions;
use super::recorded::find;
use super::request::Request;
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_ID, SandboxState};
use crate::account::Untrusted;
use crate::html::{Html, fill};

/// The header with the address that the user would click to, for a program without a browser.
pub(super) const ANSWER_HEADER: &str = "x-sandbox-answer";

/// The failures that the page offers for one login.
const FAILURES: [Scenario; 8] = [
    Scenario::NoTesterRole,
    Scenario::InsufficientRole,
    Scenario::FacebookAppId,
    Scenario::WrongSecret,
    Scenario::CodeUsed,
    Scenario::Revoked,
    Scenario::RateLimited,
    Scenario::Down,
];

/// Draws the page, with the choices that the scenario would make.
pub(super) fn show(state: &SandboxState, request: &AuthorizationRequest) -> Response {
    let scenario = state.scenario;
    let (account, allowed) = choose(scenario, request.requested);
    let hidden = hidden_fields(request);
    let fields = hidden.iter().map(|(name, value)| {
        let parts = [("name", Html::text(name)), ("value", Html::text(value))];
        fill(include_str!("html/hidden.html"), &parts)
    });
    let others = ACCOUNTS.iter().filter(|one| *one != account);
    let others = others.map(|one| account_card(one, false));
    let scopes = request.requested.each();
    let scopes = scopes.map(|scope| scope_row(scope, allowed));
    let of_scenario = |template, it: Scenario| describe(template, it.name(), it.about());
    let button = |failure| of_scenario(include_str!("html/failure.html"), failure);
    let note = match scenario {
        Scenario::Agrees => Html::default(),
        other => of_scenario(include_str!("html/note.html"), other),
    };
    // Shown to the user, and anybody can make up a redirect URI.
    let callback = Untrusted::new(&request.redirect_uri).to_string();
    let parts = [
        ("fields", Html::joined(fields)),
        ("chosen", account_card(account, true)),
        ("others", Html::joined(others)),
        ("scopes", Html::joined(scopes)),
        ("failures", Html::joined(FAILURES.into_iter().map(button))),
        ("scenario", note),
        ("callback", Html::text(&callback)),
        ("app", Html::text(APP_ID)),
    ];
    let body = fill(include_str!("html/consent.html"), &parts);
    let decision = match scenario {
        Scenario::Denies => "deny",
        _ => "allow",
    };
    let answer = answer_address(&hidden, account, allowed, decision);
    pages::page(200, "Allow access?", body).with_header(ANSWER_HEADER, answer)
}

/// `GET /oauth/consent`: sends the answer of the page back to the callback.
pub(super) fn decide(state: &SandboxState, request: &Request) -> Result<Response, Response> {
    let authorization = AuthorizationRequest::parse(request, "asked")?;
    let picked = request.param("scenario");
    let picked = picked.and_then(|name| name.parse::<Scenario>().ok());
    let scenario = picked.unwrap_or(state.scenario);
    let refusal = match (request.param("decision"), scenario) {
        (Some("deny"), _) => find("authorize_redirect_cancel"),
        (_, Scenario::InsufficientRole) => find("authorize_redirect_no_role"),
        _ => None,
    };
    // A refusal needs no account: Instagram sends the user back without asking for one.
    if let Some(refusal) = refusal {
        return Ok(authorization.redirect_back(refusal, None));
    }
    let no_account = || pages::refusal(400, "Choose one of the accounts");
    let account = request.param("account").and_then(SandboxAccount::find);
    let account = account.ok_or_else(no_account)?;
    if !account.is_professional() {
        let sentence =
            "This account is a personal account. Switch to a professional account to continue.";
        return Err(pages::refusal(400, sentence));
    }
    // A form sends each ticked box as a parameter of the same name.
    let scopes = request.query.iter().filter(|(name, _)| name == "scope");
    let allowed: Vec<_> = scopes.map(|(_, value)| value.as_str()).collect();
    let allowed = Permissions::parse(&allowed.join(",")).unwrap_or(authorization.requested);
    let granted = authorization.requested.grant(allowed);
    let code = issue_code(state, &authorization, account, granted, picked);
    let success = find("authorize_redirect_success").ok_or_else(no_account)?;
    Ok(authorization.redirect_back(success, Some(&code)))
}

fn choose(scenario: Scenario, requested: Permissions) -> (&'static SandboxAccount, Permissions) {
    match scenario {
        Scenario::WrongAccount => (ANOTHER, requested),
        Scenario::PersonalAccount => (PERSONAL, requested),
        Scenario::FewerScopes => (FIRST, Permissions::BASIC),
        _ => (FIRST, requested),
    }
}

fn hidden_fields(request: &AuthorizationRequest) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("client_id", APP_ID.to_owned()),
        ("redirect_uri", request.redirect_uri.clone()),
        ("response_type", "code".to_owned()),
        ("asked", request.requested.joined()),
    ];
    fields.extend(request.state.clone().map(|state| ("state", state)));
    fields
}

fn answer_address(
    hidden: &[(&'static str, String)],
    account: &SandboxAccount,
    allowed: Permissions,
    decision: &str,
) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(hidden)
        .append_pair("account", account.username)
        .extend_pairs(allowed.each().map(|(name, _)| ("scope", name)))
        .append_pair("decision", decision)
        .finish();
    format!("/oauth/consent?{query}")
}

fn account_card(account: &SandboxAccount, is_chosen: bool) -> Html {
    // A name that tries to deceive is shown to those who choose it.
    let name = account
        .name
        .filter(|name| Untrusted::new(*name).to_string() == *name);
    let name = name.unwrap_or(account.username);
    let initial: String = name.chars().take(1).collect();
    let kind = match account.account_type {
        "BUSINESS" => "Business",
        "MEDIA_CREATOR" => "Creator",
        _ => "Personal",
    };
    let parts = [
        ("username", Html::text(account.username)),
        ("initial", Html::text(&initial.to_uppercase())),
        ("name", Html::text(name)),
        ("kind", Html::text(kind)),
        ("about", Html::text(account.about)),
        ("checked", Html::flag(is_chosen, "checked")),
    ];
    fill(include_str!("html/account.html"), &parts)
}

fn scope_row((name, about): (&str, &str), allowed: Permissions) -> Html {
    let is_required = Permissions::parse(name) == Ok(Permissions::BASIC);
    let is_allowed = allowed.each().any(|(allowed, _)| allowed == name);
    let parts = [
        ("name", Html::text(name)),
        ("about", Html::text(about)),
        ("checked", Html::flag(is_allowed, "checked")),
        ("fixed", Html::flag(is_required, "disabled")),
        ("note", Html::flag(is_required, "always")),
    ];
    fill(include_str!("html/scope.html"), &parts)
}
