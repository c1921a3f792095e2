//! What Instagram refused is kept as a state, and a change that goes on is not an interrupted one.

use std::path::Path;

#[cfg(unix)]
use rustix::process::Signal;
use url::Url;

use crate::harness::accounts::WRECKSHOP;
use crate::harness::faulty::{Faulty, Step};
use crate::harness::front::{SandboxBehindFront, sandbox_beside};
#[cfg(unix)]
use crate::harness::need;
use crate::harness::{World, until};
use crate::network::endpoint::{Endpoint, good_and_due, reply};
use crate::network::scene::Scene;

/// Refusals that say nothing about the token, and the reason that stays.
const REFUSALS: [(&str, &str); 6] = [
    (
        r#"{"error":{"message":"API access deactivated. To reactivate, go to the app dashboard","code":200}}"#,
        "Meta has disabled the app",
    ),
    (
        r#"{"error":{"message":"API access disrupted. Go to the App Dashboard and complete Data Use Checkup","code":200}}"#,
        "Meta has disabled the app",
    ),
    (
        r#"{"error":{"message":"API access blocked.","code":200}}"#,
        "Meta has disabled the app",
    ),
    (
        r#"{"error":{"message":"(#10) Application does not have permission for this action","code":10}}"#,
        "lacks a permission",
    ),
    (
        r#"{"error":{"message":"(#3) Application does not have the capability","code":3}}"#,
        "lacks a permission",
    ),
    (
        r#"{"error":{"message":"Unsupported get request. Object does not exist","code":100,"error_subcode":33}}"#,
        "lacks a permission",
    ),
];

#[test]
fn a_refusal_of_the_app_is_kept_and_never_green_again_by_a_guess() {
    for (body, reason) in REFUSALS {
        let scene = Scene::new();
        scene
            .server
            .play(move |request| match Endpoint::of(request) {
                Some(Endpoint::Me) => vec![Step::Say(reply("403 Forbidden", "", body))],
                _ => good_and_due(request),
            });
        let _ = scene.then(&["status", "--verify"]).assert_code(4);
        let offline = scene.then(&["status", "--json"]).assert_code(3).json();
        assert_eq!(offline["accounts"][0]["state"], "unverified", "{body}");
        let said = offline["accounts"][0]["reason"].as_str().unwrap();
        assert!(said.contains(reason), "{said}");
        assert_eq!(scene.then(&["status", "--format", "nagios"]).code(), 3);
        let output = scene.then(&["token"]).assert_fails(4);
        assert_eq!(output.stdout(), "");
        // Once Instagram accepts the token again, so does everything else.
        scene.server.play(good_and_due);
        let output = scene.then(&["token"]).assert_code(0);
        assert_ne!(output.stdout(), "");
        let _ = scene.then(&["status"]).assert_code(0);
    }
}

#[test]
fn the_advice_about_an_app_is_given_once_for_all_of_its_accounts() {
    let world = World::new();
    world.connect_two();
    let server = Faulty::start(|_| vec![Step::Say(reply("403 Forbidden", "", REFUSALS[0].0))]);
    std::fs::rename(world.sandbox_folder(), world.world_folder(server.port())).unwrap();
    world.set_env(
        "IGCONNECT_INSTAGRAM",
        format!("http://127.0.0.1:{}", server.port()),
    );
    let verify = ["status", "--verify", "--all"];
    let output = world.command(&verify).run().assert_code(4);
    assert_eq!(
        output.stderr().matches("Follow the alerts").count(),
        1,
        "{}",
        output.report()
    );
    output.assert_warns("@wreckshop.records");
    output.assert_warns("@lina.draws");
}

#[cfg(unix)]
#[test]
fn a_refresh_that_goes_on_is_not_an_interrupted_one() {
    let world = World::new();
    let sandbox = SandboxBehindFront::start(&world, "backdated");
    world.connect_person("wreckshop.records");
    sandbox.front.hold();
    let refresh = world.command(&["refresh"]).spawn();
    until("the refresh asks Instagram", || {
        (sandbox.front.held() > 0).then_some(())
    });
    let status = world.command(&["status", "--json"]).run().assert_code(0);
    assert_eq!(status.json()["accounts"][0]["state"], "expiring");
    let _ = world
        .command(&["status", "--all", "--quiet"])
        .run()
        .assert_code(0);
    let list = world
        .command(&["list", "--json"])
        .run()
        .assert_code(0)
        .json();
    assert_eq!(list["accounts"][0]["state"], "expiring");
    // One that was killed is.
    refresh.signal(Signal::KILL);
    let _ = refresh.finish();
    let _ = world.command(&["status"]).run().assert_code(3);
    let _ = world
        .command(&["status", "--all", "--quiet"])
        .run()
        .assert_code(3);
}

#[cfg(unix)]
#[test]
fn a_refresh_that_ends_while_status_reads_is_not_an_interrupted_one() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    let sandbox = SandboxBehindFront::start(&world, "backdated");
    world.connect_person("wreckshop.records");
    sandbox.front.hold();
    let refresh = world.command(&["refresh"]).spawn();
    until("the refresh asks Instagram", || {
        (sandbox.front.held() > 0).then_some(())
    });
    let folder = world.world_folder(sandbox.front.port());
    let lock = folder.join(format!("locks/{WRECKSHOP}.lock"));
    // The row is read by then, and the lock is not tested yet.
    let slow = [
        "-e",
        "trace=flock",
        "-e",
        "inject=flock:delay_enter=3000000",
    ];
    let status = world.traced(&slow, &["status", "--json"]).spawn();
    until("status has opened the lock", || {
        (holders(&lock) > 1).then_some(())
    });
    sandbox.front.pass_on();
    let _ = refresh.finish().assert_code(0);
    let status = status.finish().assert_code(0).json();
    assert_eq!(status["accounts"][0]["state"], "connected");
}

/// How many processes have this file open.
fn holders(path: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let has_open = |process: &Path| {
        let files = std::fs::read_dir(process.join("fd")).into_iter().flatten();
        let mut files = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        files.any(|file| file == path)
    };
    processes
        .filter(|process| has_open(&process.path()))
        .count()
}

#[cfg(unix)]
#[test]
fn a_login_under_a_wrong_clock_keeps_the_end_that_instagram_stated() {
    if !need("faketime") {
        return;
    }
    for clock in ["-400d", "-3d", "+3d", "+400d"] {
        let world = World::new();
        let _ = sandbox_beside(&world, "agrees");
        let begun = world
            .at_clock(clock, &["login", "--begin"])
            .run()
            .assert_code(0)
            .json();
        let url = Url::parse(begun["url"].as_str().unwrap()).unwrap();
        let back = world.visitor_without_trust().consent_as(&url, None);
        let finish = world.at_clock(clock, &["login", "--finish"]);
        let _ = finish.stdin(back.as_str()).run();
        // Once the clock is right again, so is everything that is known.
        let status = world
            .command(&["status", "--json"])
            .run()
            .assert_code(0)
            .json();
        let account = &status["accounts"][0];
        assert_eq!(account["state"], "connected", "{clock}");
        let left = account["token"]["expires_in_seconds"].as_i64().unwrap();
        assert!((5_180_000..5_190_000).contains(&left), "{clock}: {left}");
    }
}

#[test]
fn a_token_that_instagram_refuses_for_its_app_is_not_printed_and_ends_with_4() {
    for (body, reason) in REFUSALS {
        let scene = Scene::new();
        scene
            .server
            .play(move |request| match Endpoint::of(request) {
                Some(Endpoint::Me) => vec![Step::Say(reply("403 Forbidden", "", body))],
                _ => good_and_due(request),
            });
        let _ = scene.then(&["status", "--verify"]).assert_code(4);
        for command in [&["token"][..], &["run", "--", "true"], &["refresh"]] {
            let output = scene.then(command).assert_fails(4);
            assert_eq!(output.stdout(), "", "{command:?} {body}");
        }
        // Offline it is what was learned, with the same reason.
        let offline = scene.then(&["status", "--json"]).assert_code(3).json();
        let said = offline["accounts"][0]["reason"].as_str().unwrap();
        assert!(said.contains(reason), "{said}");
    }
}
