//! Many processes at once: one renewal, and an end that some order of them explains.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use rusqlite::Connection;
use serde_json::Value;

use super::judge::{closed_to_others, no_token_at_all, sound_database};
use super::scene::{Ended, Place, SCENES, ended_fed};
use super::sweep::size;

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
    let recorded: i64 = Connection::open(place.data().join("igconnect.sqlite"))
        .unwrap()
        .query_row(
            "SELECT count(*) FROM history WHERE kind = 'refreshed'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(recorded, 1);
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
    thread::scope(|scope| {
        for worker in 0..8_usize {
            let (place, tokens) = (&place, &tokens);
            scope.spawn(move || {
                // A sequence of its own for each worker, the same in each run.
                let mut number = worker as u64 + 1;
                for _ in 0..turns {
                    number = number
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let pick = usize::try_from(number >> 33).unwrap();
                    turn(place, tokens, pick % 4, pick / 4 % 9);
                }
            });
        }
    });
    sound_database(&place.data()).unwrap();
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

fn turn(place: &Place, tokens: &[String; 4], who: usize, what: usize) {
    let (id, _) = PEOPLE[who];
    let ended = match what {
        0 | 1 => ended_fed(place.command(&["login", "--with-token"]), &tokens[who]),
        2 => place.run(&["refresh", id, "--force"]),
        3 => place.run(&["refresh", "--all"]),
        4 => place.run(&["status", "--all"]),
        5 => place.run(&["status", id, "--verify"]),
        6 => place.run(&["token", id]),
        7 => place.run(&["disconnect", id, "--yes"]),
        _ => place.run(&["run", id, "--", "true"]),
    };
    // Gone in the meantime, not known yet, or somebody else at work; never a bug, never a broken state.
    assert!(
        [0, 3, 4, 9].contains(&ended.code),
        "{what} {id}: {}",
        ended.said
    );
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
    let token = place.run(&["token", id]);
    String::from_utf8(token.stdout).unwrap().trim().to_owned()
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
