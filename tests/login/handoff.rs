//! A login in two calls: the first hands an address to somebody, the second takes back where they landed.

use url::Url;

use super::people::{FIRST, SECOND};
use crate::harness::World;
use crate::harness::database::PendingLogin;
use crate::harness::front::SandboxBehindFront;
use crate::harness::visitor::parameter;

/// Begins a login; returns the address to visit.
fn begun(world: &World, more: &[&str]) -> Url {
    let output = world.command(&[&["login", "--begin"], more].concat()).run();
    let json = output.assert_code(0).json();
    assert_eq!(json["schema"], 1);
    assert!(json["expires_at"].as_str().unwrap().ends_with('Z'));
    Url::parse(json["url"].as_str().unwrap()).unwrap()
}

/// Where the person lands who agrees.
fn landed(world: &World, address: &Url) -> Url {
    world.visitor_without_trust().consent(address)
}

fn finish(world: &World, line: &str) -> crate::harness::Output {
    let run = world.command(&["login", "--finish", "--json"]);
    run.stdin(format!("{line}\n")).run()
}

#[test]
fn the_second_call_connects_with_the_alias_of_the_first() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let address = begun(&world, &["--as", "shop", "--expect", "@wreckshop.records"]);
    let back = landed(&world, &address);
    let account = finish(&world, back.as_str()).assert_code(0).json()["accounts"][0].clone();
    assert_eq!(account["id"], FIRST.1);
    assert_eq!(account["alias"], "shop");
    // The answer is good once.
    let again = finish(&world, back.as_str()).assert_code(8);
    assert_eq!(again.json()["error"]["code"], "unfinished");
    assert_eq!(
        instagram.front.asked_for("POST /oauth/access_token").len(),
        1
    );
}

#[test]
fn neither_state_nor_code_is_kept_in_between() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let address = begun(&world, &[]);
    let mut canaries = crate::harness::Canaries::new();
    canaries.watch("state", &parameter(&address, "state"));
    let leaks = canaries.in_folder(&world.folder("HOME").join(".."));
    crate::harness::scan::assert_none(&leaks);
}

#[test]
fn logins_of_several_people_wait_at_the_same_time() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let first = begun(&world, &["--as", "one"]);
    let second = begun(&world, &["--as", "two", "--expect", "@lina.draws"]);
    let back = landed(&world, &second);
    // The second was meant for somebody else: nothing is stored.
    let output = finish(&world, back.as_str()).assert_code(8);
    let message = output.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        message.contains(FIRST.0) && message.contains(SECOND.0),
        "{message}"
    );
    let back = landed(&world, &first);
    let account = finish(&world, back.as_str()).assert_code(0).json()["accounts"][0].clone();
    assert_eq!(account["alias"], "one");
}

#[test]
fn a_query_or_a_bare_code_works_and_a_wrong_state_is_refused() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let address = begun(&world, &[]);
    let back = landed(&world, &address);
    let state = parameter(&address, "state");
    let stranger = back.as_str().replace(&state, &"B".repeat(43));
    let _ = finish(&world, &stranger).assert_code(8);
    let _ = finish(&world, "what is this?").assert_code(2);
    let _ = finish(&world, "").assert_code(2);
    let _ = finish(&world, &format!("?{}#_", back.query().unwrap())).assert_code(0);
    let back = landed(&world, &begun(&world, &[]));
    let _ = finish(&world, &format!("{}#_", parameter(&back, "code"))).assert_code(0);
}

#[test]
fn a_denial_ends_the_login() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "denies");
    let address = begun(&world, &[]);
    let back = landed(&world, &address);
    let output = finish(&world, back.as_str()).assert_code(8);
    output.assert_warns("access was denied");
    let _ = finish(&world, back.as_str()).assert_code(8);
}

#[test]
fn a_login_begun_an_hour_ago_has_expired() {
    let world = World::new();
    let instagram = SandboxBehindFront::start(&world, "agrees");
    let address = begun(&world, &[]);
    let back = landed(&world, &address);
    let port = instagram.front.port();
    let database = world.database_of(port);
    database.change_rows(|login: &mut PendingLogin| login.expires_at -= 3600);
    let output = finish(&world, back.as_str()).assert_code(8);
    output.assert_warns("within an hour");
    assert_eq!(instagram.front.asked_for("POST").len(), 0);
}

#[cfg(unix)]
#[test]
fn on_a_terminal_the_address_is_pasted_unseen() {
    let world = World::new();
    // Without a scheduler, nothing is asked after the login.
    for scheduler in ["systemctl", "crontab"] {
        world.script(scheduler, "#!/bin/sh\nexit 1\n");
    }
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let back = landed(&world, &begun(&world, &[]));
    let Some(run) = world.at_a_keyboard(&["login", "--finish"]) else {
        return;
    };
    let mut running = run.spawn();
    running.stdout_line("the question", |line| line.contains("Paste the address"));
    running.write(format!("{back}\n"));
    let output = running.finish().assert_code(0);
    output.assert_prints(FIRST.0);
    output.assert_never_prints(&parameter(&back, "code"));
}
