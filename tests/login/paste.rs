//! The person pastes the address that the browser ended on: on a terminal, where it stays hidden.

use url::Url;

use super::people::accounts;
use crate::harness::login::Login;
use crate::harness::visitor::parameter;
use crate::harness::{SecretService, World};

/// A login on a terminal, with a browser that shows nothing.
fn waiting(world: &World, more: &[&str]) -> Option<Login> {
    let arguments = ["--sandbox", "login", "--browser", "true"];
    let run = world.at_a_keyboard(&[&arguments, more].concat())?;
    Some(Login::at_a_keyboard(world, run))
}

#[test]
fn a_wrong_paste_is_asked_again_with_the_reason_and_the_right_one_is_taken_unseen() {
    let world = World::new();
    let Some(mut login) = waiting(&world, &["--port", "0"]) else {
        return;
    };
    let answer = login.answer();
    let (code, state) = (parameter(&answer, "code"), login.state());
    let stranger = answer.as_str().replace(&state, &"B".repeat(43));
    let elsewhere = answer.as_str().replace("localhost", "elsewhere.example");
    let codeless = answer.as_str().replace(&format!("code={code}&"), "");
    for (paste, reason) in [
        ("what?", "the browser did not end there"),
        (
            login.authorize().clone().as_str(),
            "the browser did not end there",
        ),
        (&elsewhere, "the browser did not end there"),
        (&stranger, "this address belongs to another login"),
        (&codeless, "this address contains no code"),
    ] {
        let said = |line: &str| line.contains("warning:") && line.contains(reason);
        login.running().write(format!("{paste}\n"));
        let _ = login.running().stdout_line(reason, said);
    }
    login.running().write(format!("\n  {answer}  \n"));
    let output = login.finish().assert_code(0);
    output.assert_prints("@wreckshop.records");
    assert!(
        !output.stdout().contains(&code),
        "the paste was shown\n{}",
        output.report()
    );
    assert_eq!(accounts(&world).len(), 1);
}

#[test]
fn the_whole_address_its_query_or_the_bare_code_will_do() {
    let forms: [fn(&Url) -> String; 4] = [
        |answer| answer.to_string(),
        |answer| format!("'{answer}'"),
        |answer| format!("?{}#_", answer.query().unwrap()),
        |answer| format!("{}#_", parameter(answer, "code")),
    ];
    for form in forms {
        let world = World::new();
        let Some(mut login) = waiting(&world, &["--port", "0"]) else {
            return;
        };
        let answer = login.answer();
        assert_eq!(answer.fragment(), Some("_"));
        login.running().write(format!("{}\n", form(&answer)));
        let output = login.finish().assert_code(0);
        output.assert_never_prints(&parameter(&answer, "code"));
    }
}

#[test]
fn a_redirect_uri_elsewhere_takes_a_paste_and_needs_no_listener() {
    let world = World::new();
    let uri = "https://my.example/cb";
    let Some(mut login) = waiting(&world, &["--redirect-uri", uri]) else {
        return;
    };
    let answer = world.visitor_without_trust().consent(login.authorize());
    assert!(answer.as_str().starts_with(uri));
    login.running().write(format!("{answer}\n"));
    let _ = login.finish().assert_code(0);
    assert!(
        !crate::harness::login::certificate(&world).exists(),
        "a certificate for nothing"
    );
}

#[test]
fn a_pasted_denial_is_a_denial() {
    let world = World::new();
    let Some(mut login) = waiting(&world, &["--port", "0", "--scenario", "denies"]) else {
        return;
    };
    let answer = login.answer();
    login.running().write(format!("{answer}\n"));
    let output = login.finish().assert_code(8);
    output.assert_prints("access was denied");
}

#[test]
fn ctrl_c_gives_the_terminal_back_as_it_was() {
    let world = World::new();
    let Some(_keyring) = SecretService::start(&world) else {
        return;
    };
    let Some(mut login) = waiting(&world, &["--port", "0"]) else {
        return;
    };
    let port = login.port();
    // The key itself: the terminal makes the signal of it.
    login.running().write("\u{3}\n");
    let output = login.finish().assert_code(130);
    output.assert_prints("interrupted");
    crate::harness::login::assert_port_gets_free(port);
}
