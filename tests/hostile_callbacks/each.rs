//! After every hostile callback of the table the right one completes the login.

use std::collections::HashSet;
use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use super::login::{Clock, Login};
use super::table::{Entry, Expected};
use crate::harness::World;

/// The bar; the table holds more.
const CALLBACKS_MIN: usize = 300;

/// The logins that share the table.
const LOGINS: usize = 8;

/// The entries after each of which alone a login of its own is completed.
const SAMPLE: usize = 12;

/// A connection that was open for so long was cut at the listener's deadline of five seconds.
const NEARLY_THE_DEADLINE: Duration = Duration::from_secs(4);

/// The whole page, byte by byte: nothing of a request is in it.
static NOT_FOUND: LazyLock<String> = LazyLock::new(|| {
    let style = concat!(
        include_str!("../../src/html/tokens.css"),
        include_str!("../../src/callback/html/style.css"),
    );
    include_str!("../../src/callback/html/layout.html")
        .replace("{{head}}", include_str!("../../src/html/head.html"))
        .replace("{{icon}}", include_str!("../../src/html/icon.txt"))
        .replace("{{title}}", "Page not found")
        .replace("{{style}}", style)
        .replace("{{class}}", "plain")
        .replace(
            "{{body}}",
            include_str!("../../src/callback/html/notfound.html"),
        )
        .replace("{{rings}}", include_str!("../../src/html/rings.svg"))
});

const USE_HTTPS: &str = "This port speaks HTTPS. The address must begin with https://\n";

#[test]
fn after_every_callback_of_the_table_the_right_one_completes_the_login() {
    let entries = super::table::all();
    let names: HashSet<_> = entries.iter().map(|entry| &entry.name).collect();
    assert_eq!(names.len(), entries.len(), "two callbacks have one name");
    assert!(entries.len() >= CALLBACKS_MIN, "{}", entries.len());

    // What is cut at the deadline has a login whose clock goes as usual; what is closed at once has a slow one, where the
    // deadline would not come.
    let (cut, others): (Vec<_>, Vec<_>) = (entries.iter()).partition(|entry| entry.is_cut());
    let worlds: Vec<_> = (0..=LOGINS).map(|_| World::new()).collect();
    let clocks = std::iter::once(Clock::Usual).chain(std::iter::repeat(Clock::Slow));
    let logins = worlds
        .iter()
        .zip(clocks)
        .map(|(world, clock)| Login::start(world, clock));
    let Some(logins) = logins.collect::<Option<Vec<_>>>() else {
        return;
    };
    let states: Vec<_> = logins.iter().map(Login::state).collect();
    thread::scope(|scope| {
        for (n, login) in logins.into_iter().enumerate() {
            // Neighbours of the table go to different logins, so none has all of one idea.
            let share = match n {
                0 => cut.clone(),
                n => others.iter().copied().skip(n - 1).step_by(LOGINS).collect(),
            };
            let other = &states[(n + 1) % states.len()];
            scope.spawn(move || {
                meet(&login, other, &share);
                let output = login.complete();
                let said = output
                    .stderr()
                    .contains("requests to the listener that do not belong");
                assert!(said || n == 0, "{}", output.report());
            });
        }
    });
    println!(
        "{} callbacks, {} logins completed",
        entries.len(),
        LOGINS + 1
    );
}

#[test]
fn after_any_single_callback_the_right_one_completes_the_login() {
    let seed = env::var("IGCONNECT_TESTS_SEED")
        .ok()
        .map(|seed| seed.parse().expect("a number"));
    let seed = seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
    println!("IGCONNECT_TESTS_SEED={seed}");
    let mut entries = super::table::all();
    entries.retain(|entry| !entry.is_cut());
    // Steps of a length that has no divisor in common with it reach every entry.
    let first = seed as usize % entries.len();
    let sample = (0..SAMPLE).map(|n| &entries[(first + n * 257) % entries.len()]);

    let world = World::new();
    for entry in sample {
        let Some(login) = Login::start(&world, Clock::Slow) else {
            return;
        };
        meet(&login, &"x".repeat(43), &[entry]);
        let _ = login.complete();
    }
}

#[test]
fn the_right_answer_sent_eight_times_at_once_is_exchanged_once() {
    let world = World::new();
    let Some(login) = Login::start(&world, Clock::Usual) else {
        return;
    };
    let target = login.consent();
    let visitors: Vec<_> = (0..8)
        .map(|_| (login.visitor.clone(), target.clone()))
        .collect();
    let replies: Vec<_> = visitors
        .into_iter()
        .map(|(visitor, target)| thread::spawn(move || visitor.navigate(&target)))
        .collect();
    let replies: Vec<_> = replies
        .into_iter()
        .map(|reply| reply.join().unwrap())
        .collect();
    let first = replies
        .iter()
        .filter(|reply| reply.starts_with("HTTP/1.1 303 "));
    assert_eq!(first.count(), 1, "{replies:?}");
    let _ = login.end();
}

/// Says every callback of the share to the login, and judges what comes back.
#[track_caller]
fn meet(login: &Login, other_state: &str, share: &[&Entry]) {
    let words = login.words(other_state);
    let headers = headers_of(&login.visitor.ask("GET / HTTP/1.1\r\n\r\n"));
    let judged = &|entry: &Entry| {
        let speech = entry.speech(&words);
        let begun = Instant::now();
        let reply = login.visitor.say(entry.way, &speech);
        let took = begun.elapsed();
        judge(entry, &String::from_utf8_lossy(&reply), took, &headers)
            .map_err(|wrong| format!("{}: {wrong}", entry.name))
            .err()
    };
    let (slow, quick): (Vec<_>, Vec<_>) = share.iter().partition(|entry| entry.is_cut());
    let wrong: Vec<_> = thread::scope(|scope| {
        let slow: Vec<_> = slow
            .into_iter()
            .map(|entry| scope.spawn(move || judged(entry)))
            .collect();
        let wrong: Vec<_> = quick.into_iter().filter_map(judged).collect();
        let late = slow.into_iter().filter_map(|visit| visit.join().unwrap());
        wrong.into_iter().chain(late).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judge(
    entry: &Entry,
    reply: &str,
    took: Duration,
    headers: &HashSet<String>,
) -> Result<(), String> {
    let (status, page) = match entry.expected {
        Expected::Gone => return Ok(()),
        Expected::Closed | Expected::Cut if reply.contains("HTTP/") => {
            return Err(format!("answered: {reply}"));
        }
        Expected::Cut if took < NEARLY_THE_DEADLINE => return Err(format!("cut after {took:?}")),
        Expected::Closed | Expected::Cut => return Ok(()),
        Expected::UseHttps => (400, USE_HTTPS),
        // The answer to half a megabyte may be lost: not all of it is taken.
        Expected::Page(431) if reply.is_empty() => return Ok(()),
        Expected::Page(status) => (status, NOT_FOUND.as_str()),
    };
    let Some((head, body)) = reply.split_once("\r\n\r\n") else {
        return Err(format!("no reply but {reply:?}"));
    };
    if !head.starts_with(&format!("HTTP/1.1 {status} ")) {
        let line = head.lines().next().unwrap_or_default();
        return Err(format!("not {status} but {line}"));
    }
    let bodiless = entry.name.ends_with("HEAD") || entry.name.ends_with("HEAD before it");
    if body != if bodiless { "" } else { page } {
        return Err(format!("not the page: {body}"));
    }
    if headers_of(reply) != *headers {
        return Err(format!("other headers: {head}"));
    }
    Ok(())
}

/// The headers of a reply, but for those that belong to one status or one page.
fn headers_of(reply: &str) -> HashSet<String> {
    let head = reply.split_once("\r\n\r\n").expect("a whole head").0;
    let own = ["Content-Length:", "Content-Type:", "Allow: GET"];
    let lines = head.split("\r\n").skip(1);
    let lines = lines.filter(|line| !own.iter().any(|own| line.starts_with(own)));
    let headers: HashSet<_> = lines.map(str::to_owned).collect();
    assert!(headers.contains("Cache-Control: no-store"), "{reply}");
    assert!(headers.contains("Connection: close"), "{reply}");
    headers
}
