//! The pages of the listener. Their texts come from igconnect and from Instagram's API, and are escaped.
//!
//! Invariant: nothing here receives any part of a request, so nothing can be reflected. Only the page of
//! [`LoginOutcome::Connected`] has a heading that says "connected".

use std::sync::LazyLock;

use ring::digest::{SHA256, digest};

use crate::html::{Html, RINGS, TOKENS, fill, head};

/// How the login ended, for the page that the person is looking at.
#[derive(Debug)]
pub(crate) enum LoginOutcome {
    /// The account is connected and its token stored.
    Connected(ConnectedPage),
    /// The person denied access. What to run to start again.
    Denied { command: String },
    /// The person denied access, and the terminal waits for another try.
    DeniedForNow {
        /// The path of the start address.
        start: String,
        /// A time of day.
        until: String,
    },
    /// Anything else.
    Failed(FailedPage),
}

/// Who was connected, and what to do next. The texts are not escaped yet.
#[derive(Debug, Default)]
pub(crate) struct ConnectedPage {
    /// `@username`
    pub(crate) account: String,
    /// The name that people read, if the account has one.
    pub(crate) name: String,
    pub(crate) facts: Vec<Fact>,
    /// What a command does, and the command.
    pub(crate) next: Vec<(&'static str, String)>,
}

/// A figure of the account: `Followers`, `15,420`, `87 posts`.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// Why a login failed, in whole sentences. The texts are not escaped yet.
#[derive(Debug, Default)]
pub(crate) struct FailedPage {
    pub(crate) lead: &'static str,
    pub(crate) reason: String,
    pub(crate) cause: String,
    pub(crate) fix: String,
    /// What to run, if anything.
    pub(crate) command: String,
}

impl LoginOutcome {
    pub(super) fn page(&self) -> String {
        match self {
            Self::Connected(page) => page.html(),
            Self::Denied { command } => {
                let parts = [("command", Html::text(command))];
                denied(fill(include_str!("html/start_again.html"), &parts))
            }
            Self::DeniedForNow { start, until } => {
                let parts = [("start", Html::text(start)), ("until", Html::text(until))];
                denied(fill(include_str!("html/try_again.html"), &parts))
            }
            Self::Failed(page) => page.html(),
        }
    }
}

impl ConnectedPage {
    fn html(&self) -> String {
        let shown = if self.name.is_empty() {
            &self.account
        } else {
            &self.name
        };
        let initial = shown.chars().find(|c| c.is_alphanumeric());
        let initial: String = initial.into_iter().flat_map(char::to_uppercase).collect();
        let facts = self.facts.iter().map(|fact| {
            let parts = [
                ("label", Html::text(fact.label)),
                ("value", Html::text(&fact.value)),
                ("note", Html::text(&fact.note)),
            ];
            fill(include_str!("html/fact.html"), &parts)
        });
        let next = self.next.iter().map(|(about, command)| {
            let parts = [
                ("about", Html::text(about)),
                ("command", Html::text(command)),
            ];
            fill(include_str!("html/next.html"), &parts)
        });
        let parts = [
            ("initial", Html::text(&initial)),
            ("name", Html::text(&self.name)),
            ("account", Html::text(&self.account)),
            ("facts", Html::joined(facts)),
            ("next", Html::joined(next)),
        ];
        let body = fill(include_str!("html/connected.html"), &parts);
        layout("Connected", "", body)
    }
}

impl FailedPage {
    fn html(&self) -> String {
        let parts = [
            ("lead", Html::text(self.lead)),
            ("reason", Html::text(&self.reason)),
            ("cause", Html::text(&self.cause)),
            ("fix", Html::text(&self.fix)),
            ("command", Html::text(&self.command)),
        ];
        let body = fill(include_str!("html/failed.html"), &parts);
        layout("Login not finished", "calm", body)
    }
}

fn denied(next: Html) -> String {
    let body = fill(include_str!("html/denied.html"), &[("next", next)]);
    layout("Access denied", "calm", body)
}

pub(super) fn used_page() -> String {
    let body = Html::ours(include_str!("html/used.html"));
    layout("Already used", "plain", body)
}

pub(super) fn not_found_page() -> String {
    let body = Html::ours(include_str!("html/notfound.html"));
    layout("Page not found", "plain", body)
}

fn layout(title: &str, class: &str, body: Html) -> String {
    let parts = [
        ("head", head()),
        ("title", Html::text(title)),
        ("style", Html::joined([TOKENS, STYLE].map(Html::ours))),
        ("class", Html::text(class)),
        ("body", body),
        ("rings", Html::ours(RINGS)),
    ];
    fill(include_str!("html/layout.html"), &parts).into_string()
}

const STYLE: &str = include_str!("html/style.css");

/// No script, remote resource, frame or form. The policy allows this very style and no other, so it is hashed and not
/// named.
pub(super) static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = digest(&SHA256, [TOKENS, STYLE].concat().as_bytes());
    let style = data_encoding::BASE64.encode(style.as_ref());
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'none'"
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of outside that tries everything.
    const HOSTILE: &str = "<script src=//x>alert(1)</script>\"'&{{style}}";

    fn all() -> [String; 6] {
        let hostile = || HOSTILE.to_owned();
        let connected = ConnectedPage {
            account: hostile(),
            name: hostile(),
            facts: vec![Fact {
                label: "Followers",
                value: hostile(),
                note: hostile(),
            }],
            next: vec![("Print the token", hostile())],
        };
        let failed = FailedPage {
            lead: "Nothing was stored.",
            reason: hostile(),
            cause: hostile(),
            fix: hostile(),
            command: hostile(),
        };
        let outcomes = [
            LoginOutcome::Connected(connected),
            LoginOutcome::Denied { command: hostile() },
            LoginOutcome::DeniedForNow {
                start: hostile(),
                until: hostile(),
            },
            LoginOutcome::Failed(failed),
        ];
        let [connected, denied, for_now, failed] = outcomes.map(|outcome| outcome.page());
        [
            connected,
            denied,
            for_now,
            failed,
            used_page(),
            not_found_page(),
        ]
    }

    #[test]
    fn every_page_is_complete_accessible_and_self_contained() {
        for html in all() {
            for part in [
                "<!doctype html>",
                "<html lang=\"en\">",
                "<meta charset=\"utf-8\">",
                "name=\"viewport\"",
                "<link rel=\"icon\" href=\"data:image/svg+xml,",
                "<title>",
                "<main>",
                "<h1>",
                "</html>",
            ] {
                assert_eq!(html.matches(part).count(), 1, "{html} {part}");
            }
            let html = html.replace(Html::text(HOSTILE).into_string().as_str(), "");
            for untrusted in [
                "<script", "http:", "https:", "//", "src=", "style=", "@import", "url(", "{{",
            ] {
                assert!(!html.contains(untrusted), "{html} {untrusted}");
            }
        }
    }

    #[test]
    fn only_the_heading_of_success_says_connected() {
        let says = |html: &String| {
            let heading = html.split("<h1>").nth(1).unwrap().split("</h1>").next();
            heading.unwrap().contains("connected")
        };
        assert_eq!(
            all().each_ref().map(says),
            [true, false, false, false, false, false]
        );
    }
}
