//! Logins as a person has them: a real browser that trusts nothing yet, the sandbox's consent page, a real keyring.

use std::fs;

use serde_json::Value;

use crate::harness::login::{Login, NO_WINDOW, certificate};
use crate::harness::process::Run;
use crate::harness::{Browser, SecretService, World, until};
use crate::login::people::{FIRST, SECOND, accounts};

const SERVICE: &str = "igconnect-sandbox";

/// A login whose browser is a script that notes its arguments; returns it with the address of the page it was given.
#[track_caller]
pub fn noted(world: &World, run: Run) -> (Login, String) {
    let note = world.folder("TMPDIR").join("arguments");
    let _ = fs::remove_file(&note);
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >{0}.new\nmv {0}.new {0}\n",
        note.display()
    );
    let browser = world.script("a-browser", &script);
    let login = Login::waiting(world, run.arg("--browser").arg(browser));
    let arguments = until("the browser's arguments", || fs::read_to_string(&note).ok());
    let address = arguments.trim_end();
    assert!(
        !address.contains(['\n', '?', '#']) && address.starts_with("file:///"),
        "only a private page is given to a browser: {address}"
    );
    let address = address.to_owned();
    (login, address)
}

pub fn sandbox_login(world: &World, more: &[&str]) -> Run {
    world.command(&[&["--sandbox", "login", "--port", "0"], more].concat())
}

/// From the start address over the warning to the consent page.
#[track_caller]
pub fn to_the_consent(browser: &Browser, address: &str) {
    browser.open(address);
    assert!(
        browser
            .text("body")
            .contains("Your connection is not private")
    );
    browser.pass_certificate_warning();
    browser.find("#allow");
}

/// Waits for the last page, with title and heading. Of the answer its address may hold the fragment `#_` alone, which
/// Instagram appends and browsers keep.
#[track_caller]
pub fn last_page(browser: &Browser) -> (String, String) {
    let end = |url: &str| url.trim_end_matches("#_").ends_with("/outcome");
    let url = browser.wait_for_url("the outcome", end);
    assert!(!url.contains('?'), "{url}");
    (browser.title(), browser.text("h1"))
}

pub fn choose(browser: &Browser, username: &str) {
    browser.click(&format!("input[value='{username}']"));
}

#[test]
fn a_person_connects_an_account_and_disconnects_it() {
    let world = World::new();
    let Some(keyring) = SecretService::start(&world) else {
        return;
    };
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &["--json"]));
    to_the_consent(&browser, &address);
    choose(&browser, SECOND.0);
    browser.click("#allow");
    assert_eq!(
        last_page(&browser),
        (
            "Connected · igconnect".to_owned(),
            format!("@{} is connected.", SECOND.0)
        )
    );
    let output = login.finish().assert_code(0);
    assert_eq!(output.json()["accounts"][0]["id"], SECOND.1);

    let listed = accounts(&world);
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["username"], &listed[0]["state"]),
        (&SECOND.0.into(), &"connected".into())
    );
    let slots = ["a", "b"].map(|slot| format!("acct/{}/{slot}", SECOND.1));
    let entry = keyring
        .lookup(SERVICE, &slots[0])
        .expect("the token in the keyring");
    let entry = crate::harness::keeper::read_entry(&entry);
    assert!(entry["token"].as_str().unwrap().starts_with("IGAA"));
    assert_eq!(keyring.lookup(SERVICE, &slots[1]), None);

    let _ = world
        .command(&["--sandbox", "disconnect", "--yes"])
        .run()
        .assert_code(0);
    assert_eq!(
        slots.map(|slot| keyring.lookup(SERVICE, &slot)),
        [None, None]
    );
    assert_eq!(keyring.search_all(SERVICE), []);
    assert_eq!(accounts(&world), Vec::<Value>::new());
}

#[test]
fn a_person_says_no() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &[]));
    to_the_consent(&browser, &address);
    browser.click("#deny");
    assert_eq!(
        last_page(&browser),
        (
            "Access denied · igconnect".to_owned(),
            "Access denied.".to_owned()
        )
    );
    let output = login.finish().assert_code(8);
    output.assert_warns("access was denied");
    assert_eq!(accounts(&world), Vec::<Value>::new());
}

#[test]
fn a_person_at_the_terminal_says_no_by_mistake_and_tries_again() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let arguments = ["--sandbox", "login", "--port", "0", "--browser", NO_WINDOW];
    let Some(run) = world.at_a_keyboard(&arguments) else {
        return;
    };
    let login = Login::at_a_keyboard(&world, run);
    to_the_consent(&browser, login.shown.as_str());
    let first = browser.url();
    for _ in 0..2 {
        browser.click("#deny");
        assert_eq!(last_page(&browser).1, "Access denied.");
        assert!(browser.text("main").contains("The terminal waits until"));
        browser.click(".button");
        browser.find("#allow");
        assert_ne!(browser.url(), first, "a fresh state");
    }
    choose(&browser, SECOND.0);
    browser.click("#allow");
    assert_eq!(
        last_page(&browser).1,
        format!("@{} is connected.", SECOND.0)
    );
    let output = login.finish().assert_code(0);
    output.assert_prints("Access was denied. Try again in the browser");
    assert_eq!(accounts(&world).len(), 1);
}

#[test]
fn a_used_code_fails_in_browser_and_terminal() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &[]));
    to_the_consent(&browser, &address);
    browser.click("#failures summary");
    browser.click("#failure-code-used");
    assert_eq!(
        last_page(&browser),
        (
            "Login not finished · igconnect".to_owned(),
            "Login not finished.".to_owned()
        )
    );
    let output = login.finish().assert_code(8);
    output.assert_warns("the code was already used");
    assert_eq!(accounts(&world), Vec::<Value>::new());
}

#[test]
fn a_browser_that_trusts_the_certificate_shows_no_warning_and_a_reconnected_account_stays_itself() {
    let world = World::new();
    // The first login makes the certificate and the account; another one comes beside it.
    let _ = sandbox_login(&world, &["--as", "shop"])
        .run()
        .assert_code(0);
    let another = sandbox_login(&world, &["--scenario", "wrong-account"]);
    let _ = another.run().assert_code(0);
    let before = accounts(&world);
    let Some(browser) = Browser::start_trusting(&world, &certificate(&world)) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &[]));
    browser.open(&address);
    browser.find("#allow");
    choose(&browser, FIRST.0);
    browser.click("#allow");
    assert_eq!(last_page(&browser).1, format!("@{} is connected.", FIRST.0));
    let _ = login.finish().assert_code(0);

    let after = accounts(&world);
    assert_eq!(after.len(), 2);
    let shop = |accounts: &[Value]| {
        let found = accounts.iter().find(|account| account["id"] == FIRST.1);
        found.unwrap().clone()
    };
    let (before, after) = (shop(&before), shop(&after));
    assert_eq!(
        (&after["alias"], &after["default"]),
        (&"shop".into(), &true.into())
    );
    assert_ne!(
        before["token"]["fingerprint"],
        after["token"]["fingerprint"]
    );
    let history = world.database().history().into_iter();
    let connected =
        history.filter(|event| event.account_id == FIRST.1 && event.kind == "connected");
    assert_eq!(connected.count(), 2);
}

#[test]
fn going_back_and_reloading_after_the_end_harms_nothing() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &[]));
    to_the_consent(&browser, &address);
    let consent = browser.url();
    browser.open(login.shown.join("/callback").unwrap().as_str());
    assert_eq!(browser.text("h1"), "Page not found.");
    browser.open(&consent);
    browser.click("#allow");
    assert_eq!(last_page(&browser).1, format!("@{} is connected.", FIRST.0));
    let _ = login.finish().assert_code(0);
    assert_eq!(accounts(&world).len(), 1);
}

#[test]
fn the_start_page_opened_twice_says_so_and_the_account_needs_a_confirmation() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &[]));
    to_the_consent(&browser, &address);
    let consent = browser.url();
    browser.open(&address);
    assert_eq!(browser.text("h1"), "This address was already used.");
    browser.open(&consent);
    browser.click("#allow");
    assert_eq!(last_page(&browser).1, "Login not finished.");
    let output = login.finish().assert_code(8);
    output.assert_warns("the login was opened twice");
    assert_eq!(accounts(&world), Vec::<Value>::new());
}
