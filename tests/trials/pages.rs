//! The pages of a login, its certificate and the daily refresh.

use crate::harness::World;
use crate::harness::login::Login;
use crate::harness::visitor::{self, Reply};

#[cfg(unix)] // cron
#[test]
fn what_is_printed_before_an_installation_is_what_is_printed_the_next_time() {
    let world = World::new();
    for with in ["cron", "systemd"] {
        let line = ["schedule", "install", "--print", "--json", "--with", with];
        let [first, second] = [(); 2].map(|()| world.sandbox(&line).run().assert_code(0).json());
        assert_eq!(first, second);
    }
}

/// What a person reads of a page, without its head.
fn read(reply: &Reply) -> String {
    let html = reply.text();
    let (_, body) = html.split_once("<main>").expect("a page");
    body.to_owned()
}

#[track_caller]
fn assert_shows(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

#[test]
fn the_page_of_a_login_shows_who_was_connected_and_commands_that_work() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let page = read(&login.agree());
    let _ = login.finish().assert_code(0);
    assert_shows(
        &page,
        &[
            "@wreckshop.records is connected.",
            "Wreckshop Records",
            ">W<",
            "1,234",
            "78 posts",
        ],
    );
    assert_shows(&page, &["60 days left", "Profile and posts"]);
    let commands: Vec<_> = page.split("<code>igconnect ").skip(1).collect();
    assert!(commands.len() >= 2, "{page}");
    for command in commands {
        let command = command.split("</code>").next().unwrap();
        let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let _ = world.command(&arguments).run().assert_code(0);
    }
}

#[test]
fn texts_of_an_account_are_escaped_on_its_page() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let page = read(&login.agree_as("escape_artist"));
    let _ = login.finish().assert_code(0);
    assert_shows(
        &page,
        &["@escape_artist is connected.", "&lt;b&gt;", r"\u{202e}"],
    );
    for raw in ["<b>&amp;</b>", "\u{1b}", "\u{202e}", "\u{7}"] {
        assert!(!page.contains(raw), "{raw:?} in {page}");
    }
}

#[test]
fn the_page_of_a_failed_login_says_why_what_to_do_and_that_nothing_was_stored() {
    for (arguments, texts) in [
        (
            &["--scenario", "code-used"][..],
            &[
                "The code was already used.",
                "This authorization code has been used",
                "Start again:",
            ][..],
        ),
        (
            &["--expect", "lina.draws"],
            &[
                "The browser logged in @wreckshop.records",
                "igconnect --sandbox login --expect lina.draws --force-reauth",
            ],
        ),
        (
            &["--scenario", "insufficient-role"],
            &["Instagram ended the login.", "App Dashboard"],
        ),
    ] {
        let world = World::new();
        let login = Login::in_sandbox(&world, arguments);
        let page = read(&login.agree());
        let _ = login.finish().assert_code(8);
        assert_shows(
            &page,
            &[
                "Login not finished.",
                "Nothing was stored, and no account has changed.",
            ],
        );
        assert_shows(&page, texts);
    }
}

#[test]
fn the_page_of_a_denied_login_says_how_to_start_again() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &["--scenario", "denies"]);
    let page = read(&login.agree());
    let _ = login.finish().assert_code(8);
    assert_shows(
        &page,
        &[
            "Access denied.",
            "Nothing was stored",
            ">igconnect --sandbox login<",
        ],
    );
}

#[test]
fn the_buttons_of_the_consent_page_come_before_the_other_accounts() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let page = read(&visitor::get(login.authorize()));
    let at = |text: &str| {
        page.find(text)
            .unwrap_or_else(|| panic!("no {text} in {page}"))
    };
    let order = [
        "value=\"wreckshop.records\"",
        "id=\"allow\"",
        "id=\"deny\"",
        "value=\"lina.draws\"",
    ];
    assert!(order.map(at).is_sorted(), "{page}");
    for joke in [r"\u{", "\u{1b}", "\u{202e}"] {
        assert!(!page.contains(joke), "{joke:?} in {page}");
    }
}

#[test]
fn the_login_and_the_sandbox_have_one_look_and_an_icon() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let consent = visitor::get(login.authorize());
    let page = login.agree();
    let _ = login.finish().assert_code(0);
    for part in [
        "--paper: #f6f4ef",
        "--accent: #6fd0bd",
        "<link rel=\"icon\" href=\"data:image/svg+xml,",
    ] {
        assert!(
            consent.text().contains(part) && page.text().contains(part),
            "{part}"
        );
    }
}
