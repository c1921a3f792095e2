//! Every state of an account, every command, every flag: the exit code. The states enumerate themselves, so that a new
//! one without its codes does not compile; a command or flag that is never typed here fails.

use igconnect::account::State;

use super::grammar::Typed;
use super::judge::{Judge, parsers_are_here};
use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::files::Files;
use crate::harness::keeper::ABSENT;

/// The state after this one; the first after none.
pub(super) fn next(standing: Option<State>) -> Option<State> {
    match standing {
        None => Some(State::Connected),
        Some(State::Connected) => Some(State::Expiring),
        Some(State::Expiring) => Some(State::Expired),
        Some(State::Expired) => Some(State::NeedsLogin),
        Some(State::NeedsLogin) => Some(State::Unverified),
        Some(State::Unverified) => Some(State::Unknown),
        Some(State::Unknown) => None,
    }
}

/// What each command ends with.
struct Codes {
    /// `status`, offline.
    status: i32,
    /// `status --expires-within 20d`, offline.
    within: i32,
    /// `status --verify`.
    verify: i32,
    /// `status --verify --expires-within 20d`.
    verify_within: i32,
    /// `token` and `run`.
    token: i32,
    /// `refresh`.
    refresh: i32,
    /// `refresh --all --scheduled`, which waits for the next day as long as there are many.
    scheduled: i32,
    /// `refresh --dry-run`.
    foreseen: i32,
    /// `disconnect --yes`.
    disconnect: i32,
}

fn codes(standing: State) -> Codes {
    let healthy = Codes {
        status: 0,
        within: 0,
        verify: 0,
        verify_within: 0,
        token: 0,
        refresh: 0,
        scheduled: 0,
        foreseen: 0,
        disconnect: 0,
    };
    match standing {
        State::Connected => healthy,
        State::Expiring => Codes {
            within: 5,
            verify_within: 5,
            ..healthy
        },
        // Disconnecting is always possible, as long as the store can be asked.
        State::Expired => Codes {
            disconnect: 0,
            ..all(4)
        },
        State::NeedsLogin => Codes {
            disconnect: 0,
            ..all(4)
        },
        State::Unverified => Codes {
            disconnect: 0,
            scheduled: 0,
            ..all(3)
        },
        // The store is not asked offline, so the state is that of the cache.
        State::Unknown => Codes {
            status: 0,
            within: 0,
            scheduled: 0,
            foreseen: 0,
            ..all(6)
        },
    }
}

fn all(code: i32) -> Codes {
    Codes {
        status: code,
        within: code,
        verify: code,
        verify_within: code,
        token: code,
        refresh: code,
        scheduled: code,
        foreseen: code,
        disconnect: code,
    }
}

/// A world with one account in this state, and the scenario in which Instagram agrees that it is.
fn build(standing: State) -> (World, &'static str) {
    let world = World::new();
    let learned = |scenario: &'static str, code: i32| {
        let line = ["--scenario", scenario, "status", "--verify"];
        let _ = world.sandbox(&line).run().assert_code(code);
        scenario
    };
    let scenario = match standing {
        State::Connected => {
            world.connect();
            "agrees"
        }
        State::Expiring => {
            super::judge::connect_due(&world);
            "agrees"
        }
        State::Expired => {
            world.connect();
            world.database().expire_in(-60);
            "expired"
        }
        State::NeedsLogin => {
            world.connect();
            learned("revoked", 4)
        }
        State::Unverified => {
            world.connect();
            learned("checkpoint", 3)
        }
        // This world has no bus, and so no keyring that could be asked.
        State::Unknown => {
            world.connect();
            world
                .database()
                .change(|account| account.store = ABSENT.into());
            // `list --from-store` asks the chosen store, which is another one on Windows.
            if cfg!(windows) {
                world.set_env("IGCONNECT_STORE", ABSENT);
            }
            "agrees"
        }
    };
    (world, scenario)
}

/// As a plug-in of Nagios ends: known trouble is 2, an unknown state 3.
fn nagios(standing: State, threshold: bool, code: i32) -> i32 {
    match code {
        0 if standing == State::Expiring && !threshold => 1,
        0 => 0,
        5 => 1,
        4 => 2,
        _ => 3,
    }
}

#[test]
fn every_state_has_its_code_in_every_command() {
    if !parsers_are_here() {
        return;
    }
    let judge = Judge::new();
    let typed = Typed::default();
    std::thread::scope(|threads| {
        let mut standing = next(None);
        while let Some(state) = standing {
            let (judge, typed) = (&judge, &typed);
            threads.spawn(move || one_state(state, judge, typed));
            standing = next(Some(state));
        }
    });
    judge.ask_other_parsers(&World::new());
    typed.assert_complete();
}

fn one_state(standing: State, judge: &Judge, typed: &Typed) {
    let codes = codes(standing);
    let (world, scenario) = build(standing);
    let data = world.folder("XDG_DATA_HOME");
    let kept = Files::of(&data);
    let end = |line: &[&str], code: i32| {
        typed.note(line);
        let line = [&["--scenario", scenario], line].concat();
        let output = world.sandbox(&line).prints_a_secret().run();
        output.assert_code(code)
    };
    let changing = |line: &[&str], code: i32| {
        let output = end(line, code);
        kept.put_back(&data);
        output
    };
    for (verify, within, code) in [
        (false, false, codes.status),
        (false, true, codes.within),
        (true, false, codes.verify),
        (true, true, codes.verify_within),
    ] {
        let line = |more: &[&'static str]| {
            let mut line = vec!["status"];
            line.extend(more);
            line.extend(verify.then_some("--verify"));
            line.extend(within.then_some("--expires-within=20d"));
            line
        };
        for named in [&["--all"][..], &[], &["@wreckshop.records"]] {
            let output = changing(&[&line(named)[..], &["--json"]].concat(), code);
            let account = judge.judge("status", &output)["accounts"][0].clone();
            let state = match (standing, verify) {
                // The store was not asked.
                (State::Unknown, false) => State::Connected,
                // Instagram has said so, which is more than a date.
                (State::Expired, true) => State::NeedsLogin,
                (standing, _) => standing,
            };
            let state = serde_json::to_value(state).unwrap();
            assert_eq!(account["state"], state, "{}", output.report());
        }
        for format in ["human", "json", "prometheus", "junit", "github"] {
            let output = changing(&line(&["--all", "--format", format]), code);
            assert!(!output.stdout().is_empty(), "{}", output.report());
        }
        let line = line(&["--format", "nagios"]);
        let _ = changing(&line, nagios(standing, within, code));
    }
    let json = |name: &str, line: &[&str], code: i32| {
        let output = changing(&[line, &["--json"]].concat(), code);
        judge.judge(name, &output);
    };
    json("list", &["list"], 0);
    let chosen = [
        "list", "--state", "expired", "--sort", "name", "--limit", "1",
    ];
    json("list", &chosen, 0);
    // The content of an unreachable store is unknown.
    let from_store = if standing == State::Unknown { 6 } else { 0 };
    json("list", &["list", "--from-store"], from_store);
    json("history", &["history"], 0);
    json("use", &["use", WRECKSHOP], 0);
    json("token", &["token"], codes.token);
    let _ = changing(&["run", "--", "true"], codes.token);
    let shell = if cfg!(windows) {
        ["cmd", "/c"]
    } else {
        ["sh", "-c"]
    };
    let _ = end(
        &["run", "--json", "--", shell[0], shell[1], "exit 77"],
        if codes.token == 0 { 77 } else { codes.token },
    );
    for arguments in [
        &[][..],
        &["--all"],
        &["--all", "--if-expires-within", "20d"],
    ] {
        json(
            "refresh",
            &[&["refresh"], arguments].concat(),
            codes.refresh,
        );
        let line = [&["refresh", "--dry-run"], arguments].concat();
        json("refresh", &line, codes.foreseen);
    }
    json("refresh", &["refresh", "--hand-to", "true"], codes.refresh);
    json("disconnect", &["disconnect"], 2);
    json("disconnect", &["disconnect", "--yes"], codes.disconnect);
    json(
        "disconnect",
        &["disconnect", "--yes", "--all"],
        codes.disconnect,
    );
    let _ = changing(&["refresh", "--force"], codes.refresh);
    let _ = changing(&["refresh", "--all", "--scheduled"], codes.scheduled);
    let set = [
        "refresh",
        "--all",
        "--scheduled",
        "--set",
        "NO_PROXY=example.org",
    ];
    let _ = changing(&set, codes.scheduled);
    let _ = changing(&["disconnect", "--yes", "--revoke"], codes.disconnect);
    let _ = changing(&["token", "--show"], codes.token);
    let _ = changing(&["token", "--format=env"], codes.token);
    let _ = changing(&["run", "--env=IG_TOKEN", "--", "true"], codes.token);
    let _ = end(
        &[
            "history",
            "--all",
            "--since=1d",
            "--limit=1",
            "--format=csv",
        ],
        0,
    );
    // How much is said, and how, changes no code.
    for voice in [
        "--json",
        "--quiet",
        "--verbose",
        "--no-input",
        "--account=@wreckshop.records",
    ] {
        for (line, code) in [
            (&["status"][..], codes.status),
            (&["status", "--verify"], codes.verify),
            (&["list"], 0),
            (&["history"], 0),
            (
                &["use", WRECKSHOP],
                if voice.starts_with("--account") { 2 } else { 0 },
            ),
            (&["token"], codes.token),
            (&["refresh", "--dry-run"], codes.foreseen),
            (&["disconnect"], 2),
        ] {
            let (first, rest) = line.split_first().unwrap();
            let _ = changing(&[&[*first, voice], rest].concat(), code);
        }
        let _ = end(&["run", voice, "--", "true"], codes.token);
    }
    // Another account is unknown in every state.
    for line in [
        &["status", "@unknown"][..],
        &["token", "@unknown"],
        &["refresh", "@unknown"],
        &["use", "@unknown"],
    ] {
        json(line[0], line, 4);
    }
}
