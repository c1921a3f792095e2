//! Many processes at once: one renewal, and an end that some order of them explains.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::judge::{closed_to_others, no_token_at_all, sound_database};
use super::scene::{Ended, Place, SCENES, ended_fed};
use super::sweep::size;

/// For how many seconds the crowd is at work, instead of a few turns for each process.
const CROWD: &str = "IGCONNECT_TESTS_CROWD";

/// The sandbox's people with professional accounts: their ids and names.
const PEOPLE: [(&str, &str); 4] = [
    ("17841400000000017", "wreckshop.records"),
    ("17841400000000025", "lina.draws"),
    ("17841400000000033", "kaffeehaus_koeln"),
    ("17841400000000058", "escape_artist"),
];

#[test]
fn thirty_two_processes_make_one_renewal() {
    // A second renewal of the same token would be refused here, and its command would fail.
    let scene = SCENES.iter().find(|scene| scene.old_token_dies).unwrap();
    let template = scene.template();
    let place = scene.place(template.path());
    let ended: Vec<Ended> = thread::scope(|scope| {
        let running: Vec<_> = (0..32)
            .map(|_| scope.spawn(|| place.run(&["refresh", "--json"])))
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let outcomes = ended.iter().map(|ended| {
        assert_eq!(ended.code, 0, "{}", ended.said);
        let json: Value = serde_json::from_slice(&ended.stdout).unwrap();
        json["accounts"][0]["outcome"].as_str().unwrap().to_owned()
    });
    let (renewed, others): (Vec<_>, Vec<_>) = outcomes.partition(|outcome| outcome == "renewed");
    assert_eq!(renewed.len(), 1);
    assert!(
        others.iter().all(|outcome| outcome == "not_due"),
        "{others:?}"
    );
    assert_eq!(place.database().count_events("refreshed"), 1);
}

#[test]
fn whatever_eight_processes_do_to_four_accounts_some_order_explains_the_end() {
    let mut place = Place::empty();
    place.start_stand_in("backdated");
    let tokens = PEOPLE.map(|(id, name)| token_of(&place, id, name));
    for (id, _) in PEOPLE {
        assert_eq!(place.run(&["disconnect", id, "--yes"]).code, 0);
    }
    let turns = size(200) / 8;
    let seconds = env::var(CROWD).map(|seconds| seconds.parse().expect("a number of seconds"));
    let end = Instant::now() + Duration::from_secs(seconds.as_ref().copied().unwrap_or(0));
    let codes = Mutex::new(BTreeMap::<(usize, i32), usize>::new());
    thread::scope(|scope| {
        for worker in 0..8_usize {
            let (place, tokens, codes, seconds) = (&place, &tokens, &codes, &seconds);
            scope.spawn(move || {
                // A sequence of its own for each worker, the same in each run.
                let mut number = worker as u64 + 1;
                let mut done = 0;
                while if seconds.is_ok() {
                    Instant::now() < end
                } else {
                    done < turns
                } {
                    done += 1;
                    number = number
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let pick = usize::try_from(number >> 33).unwrap();
                    let what = pick / 4 % ACTIONS;
                    let code = turn(place, tokens, pick % 4, what);
                    *codes.lock().unwrap().entry((what, code)).or_default() += 1;
                }
            });
        }
    });
    // Past the test runner, which swallows what a passing test prints.
    let codes = codes.into_inner().unwrap();
    let done: usize = codes.values().sum();
    let _ = writeln!(
        io::stderr(),
        "a crowd's commands: {done}, by (command, code): {codes:?}"
    );
    sound_database(&place.data()).unwrap();
    one_default(&place);
    closed_to_others(place.root()).unwrap();
    for (id, _) in PEOPLE {
        let listed = place.run(&["status", id, "--json"]);
        let verified = place.run(&["status", id, "--verify", "--json"]);
        assert_eq!(
            listed.code == 4,
            verified.code == 4,
            "{}{}",
            listed.said,
            verified.said
        );
        if verified.code == 4 {
            assert!(verified.said.contains("no account"), "{}", verified.said);
            continue;
        }
        let token = place.run(&["token", id]);
        assert_eq!(token.code, 0, "{}", token.said);
        let text = String::from_utf8(token.stdout).unwrap();
        let me = ask(
            &place,
            &format!("/v25.0/me?fields=user_id&access_token={}", text.trim()),
        );
        assert!(me.contains(id), "{me}");
    }
    assert_eq!(place.run(&["disconnect", "--all", "--yes"]).code, 0);
    no_token_at_all(&place).unwrap();
}

/// Whoever is connected, one of them is the default account.
fn one_default(place: &Place) {
    let listed = place.run(&["list", "--json"]);
    let json: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let accounts = json["accounts"].as_array().unwrap();
    let defaults = accounts.iter().filter(|account| account["default"] == true);
    assert_eq!(defaults.count(), accounts.len().min(1), "{}", listed.said);
}

/// How many things [`turn`] knows to do.
const ACTIONS: usize = 21;

/// Does one of them, and returns its code.
fn turn(place: &Place, tokens: &[String; 4], who: usize, what: usize) -> i32 {
    let (id, _) = PEOPLE[who];
    let ended = match what {
        0 | 1 => ended_fed(place.command(&["login", "--with-token"]), &tokens[who]),
        2 => place.run(&["refresh", id, "--force"]),
        3 => place.run(&["refresh", "--all"]),
        4 => place.run(&["status", "--all"]),
        5 => place.run(&["status", id, "--verify"]),
        6 => place.run(&["token", id]),
        7 => place.run(&["disconnect", id, "--yes"]),
        8 => place.run(&["run", id, "--", "true"]),
        9 => place.run(&["use", id]),
        10 => place.run(&["list", "--json"]),
        11 => place.run(&["refresh", "--all", "--dry-run"]),
        12 => place.run(&["login", "--begin"]),
        13 => place.run(&["app", "list"]),
        14 => place.run(&["doctor"]),
        15 => place.run(&["certificate"]),
        16 => place.run(&["explain", "190"]),
        18 => place.run(&["store", "move", "--to", "sealed", id, "--yes"]),
        19 => place.run(&["store", "move", "--to", "file", id, "--yes"]),
        20 => place.run(&["store", "check", "--all"]),
        _ => place.run(&["status", "--all", "--format", "nagios"]),
    };
    // Gone in the meantime, not known yet, or somebody else at work; never a bug, never a broken state. Nagios has
    // codes of its own.
    let codes: &[i32] = if what == 17 {
        &[0, 1, 2, 3]
    } else {
        &[0, 3, 4, 9]
    };
    assert!(
        codes.contains(&ended.code) && !ended.said.contains("a bug in igconnect"),
        "{what} {id}: {}",
        ended.said
    );
    ended.code
}

/// Connects this person and reads the token from the store.
fn token_of(place: &Place, id: &str, name: &str) -> String {
    let begun = place.run(&["login", "--begin"]);
    assert_eq!(begun.code, 0, "{}", begun.said);
    let begun: Value = serde_json::from_slice(&begun.stdout).unwrap();
    let page = ask(place, path_of(begun["url"].as_str().unwrap()));
    let usual = header(&page, "x-sandbox-answer").replace("wreckshop.records", name);
    let landed = header(&ask(place, path_of(&usual)), "location");
    let finished = ended_fed(place.command(&["login", "--finish"]), &landed);
    assert_eq!(finished.code, 0, "{}", finished.said);
    // Not by `token`, which would renew it first: the crowd is to find it due.
    let slot = place.data().join(format!("secrets/acct.{id}.a"));
    let entry = fs::read_to_string(slot).unwrap();
    let (_, entry) = entry.split_once(':').unwrap();
    let entry: Value = serde_json::from_str(entry).unwrap();
    entry["token"].as_str().unwrap().to_owned()
}

fn path_of(url: &str) -> &str {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    &rest[rest.find('/').unwrap()..]
}

fn header(reply: &str, name: &str) -> String {
    let line = reply.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    });
    line.unwrap_or_else(|| panic!("no {name} in {reply}"))
}

/// A request to the sandbox beside the program; the whole reply.
fn ask(place: &Place, path: &str) -> String {
    let host = place.stand_in().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}
