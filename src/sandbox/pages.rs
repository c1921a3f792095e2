//! Pages from templates. Every text is escaped, and no page loads, runs or frames anything.

use super::accounts::ACCOUNTS;
use super::response::Response;
use super::scenario::Scenario;
use super::state::{APP_ID, APP_SECRET};

/// The page of a captive portal that answers instead of an API.
pub(super) const PORTAL: &str = include_str!("html/portal.html");

/// The header with the sentence of a refusal, for a program without a browser.
pub(super) const REFUSAL_HEADER: &str = "x-sandbox-refusal";

/// Chromium applies `form-action` to the redirect after a form too, and callbacks are https.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' https:; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Safe markup: only made from our templates and escaped texts.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Escapes a text for content and for quoted attributes.
    pub(super) fn text(text: &str) -> Self {
        // The ampersand first, or it would escape the others again.
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let escaped = escaped.replace('>', "&gt;").replace('"', "&quot;");
        Self(escaped.replace('\'', "&#39;"))
    }

    pub(super) fn flag(is_set: bool, word: &'static str) -> Self {
        Self(if is_set { word } else { "" }.to_owned())
    }

    pub(super) fn joined(parts: impl Iterator<Item = Self>) -> Self {
        Self(parts.map(|part| part.0).collect())
    }
}

/// Replaces each `{{name}}` once. What a part contains is not searched for further names.
pub(super) fn fill(template: &'static str, parts: &[(&str, Html)]) -> Html {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, next) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        filled.push_str(before);
        filled.push_str(part.map_or("", |(_, html)| &html.0));
        // After the part, never into it: a text of the user may contain braces.
        rest = next;
    }
    filled.push_str(rest);
    Html(filled)
}

pub(super) fn page(status: u16, title: &str, body: Html) -> Response {
    let parts = [
        ("title", Html::text(title)),
        ("style", Html(include_str!("html/style.css").to_owned())),
        ("body", body),
    ];
    let html = fill(include_str!("html/layout.html"), &parts);
    Response::text(status, "text/html; charset=utf-8", html.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_become_markup_or_a_placeholder() {
        let parts = [
            ("a", Html::text("<b a='\"'>&{{b}}")),
            ("b", Html::text("no")),
        ];
        let filled = fill("<p>{{a}}|{{b}}|{{c}}", &parts);
        assert_eq!(filled.0, "<p>&lt;b a=&#39;&quot;&#39;&gt;&amp;{{b}}|no|");
    }
}
