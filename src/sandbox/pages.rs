//! Pages from templates: every text is escaped on its way in, and no page loads, runs or frames anything.

use super::{
    people::PEOPLE,
    scenario::Scenario,
    wire::Reply,
    world::{APP_ID, APP_SECRET},
};

/// What a captive portal says in the place of an API.
pub(super) const PORTAL: &str = include_str!("pages/portal.html");

/// The header with the sentence of a refusal, for a program that plays the person.
pub(super) const REFUSAL_HEADER: &str = "x-sandbox-refusal";

/// Chromium holds `form-action` against the redirect after a form too, and callbacks are https.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' https:; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Markup that is safe to send: made from templates of ours and escaped texts, in no other way.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// A text, escaped for content and for quoted attributes.
    pub(super) fn text(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                c => escaped.push(c),
            }
        }
        Self(escaped)
    }

    /// A word of ours where it applies, nothing where not.
    pub(super) fn flag(applies: bool, word: &'static str) -> Self {
        Self(if applies {
            word.to_owned()
        } else {
            String::new()
        })
    }

    /// One after the other.
    pub(super) fn joined(parts: impl Iterator<Item = Self>) -> Self {
        Self(parts.map(|part| part.0).collect())
    }
}

/// Puts each part in the place of its `{{name}}`, once: what a part contains is never looked at again.
pub(super) fn fill(template: &'static str, parts: &[(&str, Html)]) -> Html {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, next) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        filled.push_str(before);
        filled.push_str(part.map_or("", |(_, html)| &html.0));
        rest = next;
    }
    filled.push_str(rest);
    Html(filled)
}

/// A whole page.
pub(super) fn page(status: u16, title: &str, body: &Html) -> Reply {
    let parts = [
        ("title", Html::text(title)),
        ("style", Html(include_str!("pages/style.css").to_owned())),
        ("body", Html(body.0.clone())),
    ];
    let html = fill(include_str!("pages/layout.html"), &parts);
    Reply::text(status, "text/html; charset=utf-8", html.0).with("content-security-policy", POLICY)
}

/// The page on which Instagram keeps the person instead of sending them back to the callback.
pub(super) fn refusal(status: u16, sentence: &str) -> Reply {
    let body = fill(
        include_str!("pages/refusal.html"),
        &[("sentence", Html::text(sentence))],
    );
    page(status, "Refused", &body).with(REFUSAL_HEADER, sentence)
}

/// The page that says what this is.
pub(super) fn home(port: u16, scenario: Scenario) -> Reply {
    let people = PEOPLE
        .iter()
        .map(|person| row(person.username, person.about));
    let scenarios = Scenario::all()
        .iter()
        .map(|scenario| row(scenario.name(), scenario.about()));
    let answers = Scenario::answers().map(|scenario| row(scenario.name(), scenario.about()));
    let parts = [
        ("address", Html::text(&format!("http://127.0.0.1:{port}"))),
        ("app", Html::text(APP_ID)),
        ("secret", Html::text(APP_SECRET)),
        ("scenario", Html::text(scenario.name())),
        ("about", Html::text(scenario.about())),
        ("people", Html::joined(people)),
        ("scenarios", Html::joined(scenarios)),
        ("answers", Html::joined(answers)),
    ];
    page(
        200,
        "igconnect sandbox",
        &fill(include_str!("pages/home.html"), &parts),
    )
}

fn row(name: &str, about: &str) -> Html {
    fill(
        include_str!("pages/row.html"),
        &[("name", Html::text(name)), ("about", Html::text(about))],
    )
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
