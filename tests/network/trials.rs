//! Each fault for each command, and what is left of the account.

use std::thread;

use super::endpoint::{Case, Endpoint, RENEWED, good, reply};
use super::faults::{FAULTS, FLOOD, Fault, SLOW};
use super::oracle::{Expected, NOTHING, Says, Store, follows};
use super::scene::{Left, Scene, Scenes};
use crate::harness::faulty::{ClosedPort, Deaf, Faulty, Step};
use crate::harness::sweep::{size, spread, try_all};

/// What is wrong with what a run left behind, if anything.
pub fn judge(scene: &Scene, left: &Left, port: u16, expected: &Expected) -> Result<(), String> {
    let wrong = |what: String| Err(format!("{what}; {expected:?}\n{}", left.output.report()));
    if left.output.code() != expected.code {
        return wrong(format!("ended with {}", left.output.code()));
    }
    if let Some(leak) = left.leak() {
        return wrong(leak);
    }
    let stored = match &expected.store {
        Store::AsBefore => left.keeps_the_store(),
        Store::Only(token) => left.tokens() == [token.as_str()],
        Store::Also(token) => left.tokens().contains(token) && left.tokens().len() == 2,
    };
    if !stored {
        return wrong("the store holds something else".to_owned());
    }
    if left.before != left.after {
        let state = scene.state(port);
        if state.as_deref() != expected.state {
            return wrong(format!("the state is {state:?}"));
        }
    }
    if expected.code != 0 && left.output.stderr().lines().count() > 3 {
        return wrong("more is said than three lines".to_owned());
    }
    Ok(())
}

/// A code and a renewal are asked for once, whatever comes back; what can be asked again is, twice at most.
pub fn judge_requests(heard: &[String]) -> Result<(), String> {
    let count = |endpoint| {
        let to = |request: &&String| Endpoint::of(request.lines().next().unwrap_or_default());
        heard
            .iter()
            .filter(|request| to(request) == Some(endpoint))
            .count()
    };
    let counts = Endpoint::ALL.map(count);
    let [exchanged, extended, refreshed, asked] = counts;
    if exchanged > 1 || refreshed > 1 || extended > 3 || asked > 3 {
        return Err(format!("asked too often: {counts:?}"));
    }
    match heard
        .iter()
        .find(|request| request.to_lowercase().contains("\naccept-encoding:"))
    {
        Some(_) => Err("an encoding was asked for".to_owned()),
        None => Ok(()),
    }
}

/// What an answer says that is good.
pub fn good_answer(endpoint: Endpoint) -> Says {
    super::oracle::read(endpoint, 200, endpoint.body().as_bytes())
}

fn attempt(scene: &Scene, case: Case, fault: Fault) -> Result<(), String> {
    scene.server.play(move |line| match Endpoint::of(line) {
        Some(endpoint) if endpoint == case.endpoint() => (fault.steps)(&endpoint.body()),
        _ => good(line),
    });
    let port = scene.server.port();
    let left = scene.run(case, port);
    let says = if fault.is_good {
        good_answer(case.endpoint())
    } else {
        NOTHING
    };
    judge(scene, &left, port, &follows(case, &says))?;
    judge_requests(&scene.server.heard())
}

#[test]
fn no_fault_on_the_way_costs_a_token_or_is_taken_for_an_answer() {
    let all: Vec<_> = (FAULTS.iter())
        .flat_map(|fault| Case::ALL.map(|case| (case, *fault)))
        .collect();
    // One for each fault, each with another command than the one before it.
    let some = spread(&all, size(FAULTS.len()).min(all.len()));
    let scenes = Scenes::default();
    try_all("faults", &some, |(case, fault)| {
        scenes.with(|scene| attempt(scene, *case, *fault))
    });
}

/// All at once, since each of them waits for its own deadline.
#[test]
fn a_slow_helper_is_given_up() {
    let cases = [
        Case::LoginExchange,
        Case::LoginExtend,
        Case::RefreshRefresh,
        Case::VerifyMe,
    ];
    thread::scope(|scope| {
        let waiting: Vec<_> = (SLOW.iter())
            .flat_map(|fault| cases.map(|case| (case, *fault)))
            .map(|(case, fault)| {
                let tried = scope.spawn(move || attempt(&Scene::new(), case, fault));
                (case, fault, tried)
            })
            .collect();
        for (case, fault, tried) in waiting {
            let tried = tried.join().expect("a trial that ends");
            assert_eq!(tried, Ok(()), "{case:?} {fault:?}");
        }
    });
}

#[test]
fn a_flood_of_interim_answers_has_an_end() {
    assert_eq!(attempt(&Scene::new(), Case::RefreshRefresh, FLOOD), Ok(()));
}

#[test]
fn without_a_connection_nothing_was_sent_and_nothing_is_in_doubt() {
    let deaf = Deaf::new();
    let closed = ClosedPort::hold();
    let says = &Says::Nothing { was_sent: false };
    thread::scope(|scope| {
        for case in [
            Case::LoginExchange,
            Case::RefreshRefresh,
            Case::VerifyMe,
            Case::TokenRefresh,
        ] {
            for port in [deaf.port(), closed.number()] {
                scope.spawn(move || {
                    let scene = Scene::new();
                    let left = scene.run(case, port);
                    let judged = judge(&scene, &left, port, &follows(case, says));
                    assert_eq!(judged, Ok(()), "{case:?} at {port}");
                });
            }
        }
    });
}

#[test]
fn no_redirect_is_followed_wherever_it_leads() {
    let elsewhere = Faulty::start(good);
    let other = format!("http://127.0.0.1:{}/x", elsewhere.port());
    let places = [
        other.as_str(),
        "/refresh_access_token",
        "",
        "//127.0.0.1/",
        "https://graph.instagram.com/me",
        "file:///etc/passwd",
        "data:application/json,{}",
        "javascript:1",
    ];
    let statuses = [
        "300 Multiple",
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ];
    let all: Vec<_> = (statuses.iter())
        .flat_map(|status| places.map(|place| (*status, place)))
        .flat_map(|(status, place)| Case::ALL.map(|case| (case, status, place)))
        .collect();
    let scenes = Scenes::default();
    try_all(
        "redirects",
        &spread(&all, size(24)),
        |(case, status, place)| {
            scenes.with(|scene| {
                let case = *case;
                let answer = reply(
                    status,
                    &format!("Location: {place}\r\n"),
                    case.endpoint().body(),
                );
                scene.server.play(move |line| match Endpoint::of(line) {
                    Some(endpoint) if endpoint == case.endpoint() => {
                        vec![Step::Say(answer.clone())]
                    }
                    _ => good(line),
                });
                let port = scene.server.port();
                let left = scene.run(case, port);
                judge(scene, &left, port, &follows(case, &NOTHING))?;
                judge_requests(&scene.server.heard())
            })
        },
    );
    assert_eq!(
        elsewhere.heard(),
        [] as [String; 0],
        "a redirect was followed"
    );
}

/// The next good answer settles what a fault has left in doubt.
#[test]
fn the_next_answer_settles_a_doubtful_token() {
    let scene = Scene::new();
    let fault = FAULTS
        .iter()
        .find(|fault| fault.name == "reset within the body");
    assert_eq!(
        attempt(&scene, Case::RefreshRefresh, *fault.unwrap()),
        Ok(())
    );
    scene.server.play(good);
    let token = scene.then(&["token"]).assert_code(0);
    assert_eq!(token.stdout().trim_end(), RENEWED);
    assert_eq!(
        scene.state(scene.server.port()).as_deref(),
        Some("connected")
    );
}
