//! Pages from templates. Every text is escaped, and no page loads, runs or frames anything.

use super::accounts::ACCOUNTS;
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_ID, APP_SECRET};
use crate::html::{Html, RINGS, TOKENS, fill, head};

/// The page of a captive portal that answers instead of an API.
pub(super) const PORTAL: &str = include_str!("html/portal.html");

/// The header with the sentence of a refusal, for a program without a browser.
pub(super) const REFUSAL_HEADER: &str = "x-sandbox-refusal";

const STYLE: &str = include_str!("html/style.css");

/// Chromium applies `form-action` to the redirect after a form too, and callbacks are https.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self' https:; \
                      base-uri 'none'; frame-ancestors 'none'";

pub(super) fn page(status: u16, title: &str, body: Html) -> Response {
    let parts = [
        ("title", Html::text(title)),
        ("head", head()),
        ("rings", Html::ours(RINGS)),
        ("style", Html::joined([TOKENS, STYLE].map(Html::ours))),
        ("body", body),
    ];
    let html = fill(include_str!("html/layout.html"), &parts);
    Response::text(status, "text/html; charset=utf-8", html.into_string())
        .with_header("content-security-policy", POLICY)
}

/// Draws the page on which Instagram keeps the user, instead of sending them back to the callback.
pub(super) fn refusal(status: u16, sentence: &str) -> Response {
    let parts = [("sentence", Html::text(sentence))];
    let body = fill(include_str!("html/refusal.html"), &parts);
    page(status, "Refused", body).with_header(REFUSAL_HEADER, sentence)
}

pub(super) fn home(port: u16, scenario: Scenario) -> Response {
    let row = |name, about| describe(include_str!("html/row.html"), name, about);
    let of_scenario = |scenario: Scenario| row(scenario.name(), scenario.about());
    let accounts = ACCOUNTS.iter().map(|it| row(it.username, it.about));
    let scenarios = Scenario::NAMED.iter().copied().map(of_scenario);
    let answers = Scenario::answers().map(of_scenario);
    let parts = [
        ("address", Html::text(&format!("http://127.0.0.1:{port}"))),
        ("app", Html::text(APP_ID)),
        ("secret", Html::text(APP_SECRET)),
        ("scenario", Html::text(scenario.name())),
        ("about", Html::text(scenario.about())),
        ("accounts", Html::joined(accounts)),
        ("scenarios", Html::joined(scenarios)),
        ("answers", Html::joined(answers)),
    ];
    let body = fill(include_str!("html/home.html"), &parts);
    page(200, "igconnect sandbox", body)
}

/// Fills a template with the name of something and a line about it.
pub(super) fn describe(template: &'static str, name: &str, about: &str) -> Html {
    let parts = [("name", Html::text(name)), ("about", Html::text(about))];
    fill(template, &parts)
}
