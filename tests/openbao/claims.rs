//! One refresh per account, whichever machine makes it; what one machine does is seen by the others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use super::team::{Team, first, with_json};
use crate::harness::accounts::PEOPLE;
use crate::harness::{HANG, OpenBao, until, until_within};

const ID: &str = PEOPLE[0].0;
const NAME: &str = PEOPLE[0].1;

/// How long a claim holds that nothing renews.
const CLAIM: Duration = Duration::from_secs(25);

#[track_caller]
fn team(homes: usize) -> Option<Team> {
    let team = Team::gather(OpenBao::start, homes, "backdated")?;
    team.connect(&team.homes[0], NAME);
    for home in &team.homes[1..] {
        let listed = with_json(home, &["list", "--from-store"])
            .run()
            .assert_code(0);
        assert_eq!(first(&listed)["id"], ID, "{}", listed.report());
        assert_eq!(first(&listed)["state"], "unverified", "{}", listed.report());
    }
    Some(team)
}

#[test]
fn homes_that_refresh_at_once_make_one_request() {
    let Some(team) = team(3) else {
        return;
    };
    let mut outcomes: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = (team.homes.iter())
            .map(|home| scope.spawn(|| with_json(home, &["refresh"]).run().assert_code(0)))
            .collect();
        let ended = running.into_iter().map(|one| one.join().unwrap());
        ended
            .map(|output| first(&output)["outcome"].as_str().unwrap().to_owned())
            .collect()
    });
    outcomes.sort();
    assert_eq!(outcomes, ["not_due", "not_due", "renewed"]);
    assert_eq!(team.renewals().len(), 1);
    let tokens = team.tokens(ID);
    assert_eq!(tokens.len(), 1);
    for home in &team.homes {
        let token = home
            .command(&["token", ID])
            .prints_a_secret()
            .run()
            .assert_code(0);
        assert_eq!(token.stdout().trim_end(), tokens[0]);
    }
}

#[test]
fn a_refresh_by_another_machine_is_seen_without_instagram() {
    let Some(team) = team(2) else {
        return;
    };
    let [here, there] = [&team.homes[0], &team.homes[1]];
    let _ = there.command(&["refresh"]).run().assert_code(0);
    let asked = team.front.asked().len();
    let stale = with_json(here, &["status"]).run().assert_code(0);
    assert_eq!(first(&stale)["state"], "expiring");
    let listed = with_json(here, &["list", "--from-store"])
        .run()
        .assert_code(0);
    assert_eq!(first(&listed)["state"], "connected", "{}", listed.report());
    let again = with_json(here, &["status"]).run().assert_code(0);
    assert_eq!(first(&again)["state"], "connected");
    assert_eq!(team.front.asked().len(), asked, "Instagram was asked");
}

#[test]
fn a_disconnect_is_seen_by_the_others_and_never_undone() {
    let Some(team) = team(3) else {
        return;
    };
    let gone = team.homes[0].command(&["disconnect", "--yes"]).run();
    let _ = gone.assert_code(0);
    let commands: [&[&str]; 2] = [&["token", ID], &["list", "--from-store"]];
    for (home, command) in team.homes[1..].iter().zip(commands) {
        let ended = home.command(command).run();
        if command[0] == "token" {
            let ended = ended.assert_fails(4);
            let _ = ended
                .assert_says("disconnected on another machine")
                .assert_says("machine-0");
        } else {
            let _ = ended.assert_code(0);
        }
        let status = with_json(home, &["status"]).run().assert_code(4);
        assert_eq!(
            first(&status)["state"],
            "needs_login",
            "{}",
            status.report()
        );
        assert_eq!(
            first(&status)["reason"],
            "it was disconnected on another machine"
        );
        let _ = home.command(&["refresh", "--all"]).run().assert_code(4);
        assert!(team.tokens(ID).is_empty());
        let _ = home.command(&["disconnect", "--yes"]).run().assert_code(0);
        let _ = home.command(&["status"]).run().assert_code(4);
    }
    assert_eq!(team.server.names(&team.folder()), [format!("claim.{ID}")]);
    assert!(team.renewals().is_empty());
    // Connected again it is an account like any other.
    team.connect(&team.homes[1], NAME);
    let listed = with_json(&team.homes[2], &["list", "--from-store"]).run();
    assert_eq!(first(&listed.assert_code(0))["state"], "unverified");
}

#[test]
fn the_claim_of_a_killed_holder_is_free_later_and_at_once_in_its_own_home() {
    let Some(team) = team(2) else {
        return;
    };
    let [here, there] = [&team.homes[0], &team.homes[1]];
    let holder = || {
        let path = format!("secret/data/{}/claim.{ID}", team.folder());
        team.server.ask("GET", &path, None).1["data"]["data"]["holder"].clone()
    };
    for (next, limit) in [(there, HANG), (here, CLAIM)] {
        // Instagram does not answer, so it is killed with the claim in its hands.
        team.front.hold();
        let running = here.command(&["refresh"]).spawn();
        until("a claim", || {
            (holder()["writer"] == "machine-0").then_some(())
        });
        running.signal(Signal::KILL);
        drop(running);
        assert_eq!(holder()["writer"], "machine-0", "it was given back");
        team.front.let_go();
        let began = Instant::now();
        until_within("a refresh", limit, || {
            let ended = with_json(next, &["refresh"]).run();
            assert!([0, 9].contains(&ended.code()), "{}", ended.report());
            (ended.code() == 0).then_some(())
        });
        println!("free after {:?}", began.elapsed());
        assert!(holder().is_null());
    }
    assert_eq!(team.tokens(ID).len(), 1);
    assert_eq!(team.renewals().len(), 1);
}

/// Returns the random name of a home.
fn name_of_home(world: &crate::harness::World) -> String {
    let files = [world.data(), world.sandbox_folder()];
    let mut folders: Vec<_> = files.into_iter().filter(|folder| folder.is_dir()).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("home") {
                return std::fs::read_to_string(path).unwrap();
            }
        }
    }
    panic!("this home has no name");
}

#[test]
fn a_holder_that_lives_is_waited_for_and_then_named() {
    let Some(team) = team(2) else {
        return;
    };
    let path = format!("secret/data/{}/claim.{ID}", team.folder());
    // A copy of this home on another machine has its name.
    let home = name_of_home(&team.homes[0]);
    let holder = json!({ "writer": "machine-9", "home": home, "run": "1" });
    let claim = json!({ "data": { "holder": holder, "removed_by": null } });
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        // As a machine does that is alive and has much to do.
        scope.spawn(|| {
            until("the end of the others' patience", || {
                team.server.expect("POST", &path, Some(claim.clone()));
                is_over.load(Ordering::Relaxed).then_some(())
            });
        });
        until("a claim", || {
            (team.server.ask("GET", &path, None).0 == 200).then_some(())
        });
        let asked = team.front.asked().len();
        let refresh = team.homes[0].command(&["refresh"]).spawn();
        let gone = team.homes[1].command(&["disconnect", "--yes"]).run();
        let refresh = refresh.finish();
        is_over.store(true, Ordering::Relaxed);
        for ended in [refresh, gone] {
            // The patience of the program.
            assert!(
                ended.took() >= Duration::from_secs(30),
                "{:?}",
                ended.took()
            );
            let _ = ended.assert_fails(9).assert_says("machine-9");
        }
        assert_eq!(team.front.asked().len(), asked, "Instagram was asked");
    });
    let _ = with_json(&team.homes[0], &["status"]).run().assert_code(0);
    assert_eq!(team.tokens(ID).len(), 1);
}

#[test]
fn a_move_into_the_server_is_for_all_and_one_out_of_it_too() {
    let Some(team) = team(2) else {
        return;
    };
    let [here, there] = [&team.homes[0], &team.homes[1]];
    let move_to = |store: &str| {
        let run = here.command(&["store", "move", ID, "--yes", "--to", store]);
        let run = run.env(
            "IGCONNECT_SEAL_KEY_FILE",
            here.folder("HOME").join("seal.key"),
        );
        let _ = run.run().assert_code(0);
    };
    move_to("sealed");
    assert!(team.tokens(ID).is_empty());
    let listed = with_json(there, &["list", "--from-store"])
        .run()
        .assert_code(0);
    let reason = &first(&listed)["reason"];
    assert_eq!(
        reason,
        "it was disconnected on another machine",
        "{}",
        listed.report()
    );
    move_to("openbao");
    assert_eq!(team.tokens(ID).len(), 1);
    let claim = format!("secret/data/{}/claim.{ID}", team.folder());
    let claim = &team.server.ask("GET", &claim, None).1["data"]["data"];
    assert!(
        claim["removed_by"].is_null() && claim["holder"].is_null(),
        "{claim}"
    );
    let _ = there.command(&["refresh"]).run().assert_code(0);
    let _ = with_json(here, &["list", "--from-store"])
        .run()
        .assert_code(0);
    let token = |home: &crate::harness::World| {
        let token = home.command(&["token", ID]).prints_a_secret().run();
        token.assert_code(0).stdout().to_owned()
    };
    assert_eq!(token(here), token(there));
}

#[test]
fn a_later_token_of_another_machine_stays_in_the_store_that_an_interrupted_move_left() {
    let Some(team) = team(2) else {
        return;
    };
    let [here, there] = [&team.homes[0], &team.homes[1]];
    let moved = here.command(&["store", "move", ID, "--yes", "--to", "file"]);
    let _ = moved.run().assert_code(0);
    team.connect(there, NAME);
    // As if the move had been killed before it emptied the server.
    (here.database()).change(|account| account.other_store = Some("openbao".into()));
    let gone = here.command(&["disconnect", "--yes"]).run();
    let _ = gone.assert_code(0);
    let token = there.command(&["token", ID]).prints_a_secret().run();
    let token = token.assert_code(0).stdout().trim_end().to_owned();
    assert_eq!(team.tokens(ID), [token]);
}
