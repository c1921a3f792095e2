//! Addresses as people copy them: the one that the browser ended on, and that of a profile.

use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::{Login, NO_WINDOW};
use crate::harness::visitor::parameter;
use crate::login::people::{FIRST, accounts};

/// Forms of an address that copying gives it. Lines are typed one after the other.
fn forms(address: &str, code: &str) -> Vec<String> {
    let plain = address.trim_end_matches("#_");
    let (first, second) = plain.split_at(plain.len() / 2);
    vec![
        plain.replace("https://", ""),
        format!("{first}\n{second}"),
        format!("  {first}\n   {second}#_"),
        format!("<{address}>"),
        format!("({plain})."),
        format!("\u{201c}{plain}\u{201d}"),
        format!("`{address}`"),
        format!("Here: {address}"),
        format!("{code}#_"),
        format!("<{code}>"),
    ]
}

#[cfg(unix)]
#[test]
fn a_pasted_address_is_taken_as_people_copy_it() {
    for number in 0..forms("#_", "").len() {
        let world = World::new();
        let login = ["--sandbox", "login", "--browser", NO_WINDOW, "--port", "0"];
        let Some(run) = world.at_a_keyboard(&login) else {
            return;
        };
        let mut login = Login::at_a_keyboard(&world, run);
        let answer = login.answer();
        let form = &forms(answer.as_str(), &parameter(&answer, "code"))[number];
        login.running().write(format!("{form}\n"));
        let output = login.finish().assert_code(0);
        assert_eq!(accounts(&world).len(), 1, "{form}: {}", output.report());
    }
}

#[test]
fn the_second_of_two_steps_takes_the_same_forms() {
    for number in 0..forms("#_", "").len() {
        let world = World::new();
        let _instagram = SandboxBehindFront::start(&world, "agrees");
        let begun = world
            .command(&["login", "--begin"])
            .run()
            .assert_code(0)
            .json();
        let address = begun["url"].as_str().unwrap().parse().unwrap();
        let answer = world.visitor_without_trust().consent(&address);
        let form = &forms(answer.as_str(), &parameter(&answer, "code"))[number];
        let finish = world
            .command(&["login", "--finish", "--json"])
            .stdin(form.as_str());
        let finished = finish.run().assert_code(0).json();
        assert_eq!(finished["accounts"][0]["id"], FIRST.1, "{form}");
    }
}

#[test]
fn the_address_of_a_profile_names_its_account_in_every_command() {
    let world = World::new();
    let address = "https://www.instagram.com/wreckshop.records/?hl=en";
    let login = ["--sandbox", "login", "--port", "0", "--expect"];
    let _ = world
        .command(&[&login[..], &[address]].concat())
        .run()
        .assert_code(0);
    let wrong = "https://www.instagram.com/lina.draws/";
    let _ = world
        .command(&[&login[..], &[wrong]].concat())
        .run()
        .assert_code(8);
    for command in [
        &["status", address][..],
        &["status", "--account", address],
        &["history", address],
        &["refresh", address],
        &["token", "--show", address],
        &["run", address, "--", "true"],
        &["use", address],
        &["disconnect", "--yes", address],
    ] {
        let _ = world
            .sandbox(command)
            .prints_a_secret()
            .run()
            .assert_code(0);
    }
    assert!(accounts(&world).is_empty());
}
