//! What another machine wrote is never lost to this one: check-and-set on the real server, seen from outside.

use std::time::Duration;

use rustix::process::Signal;

use super::team::Team;
use crate::harness::accounts::PEOPLE;
use crate::harness::front::Front;
use crate::harness::{OpenBao, until};

const ID: &str = PEOPLE[0].0;
const NAME: &str = PEOPLE[0].1;

/// A program that sleeps with a new token in its hands, while its claim ends and another machine stores a later one.
#[test]
fn a_version_that_another_machine_wrote_is_not_written_over() {
    let Some(team) = Team::gather(OpenBao::start, 2, "backdated") else {
        return;
    };
    team.connect(&team.homes[0], NAME);
    let listed = team.homes[1].command(&["list", "--from-store"]).run();
    let _ = listed.assert_code(0);
    // This home's way to the server, where what it says can be held up.
    let way = Front::plain(team.server.port);
    let [slow, other] = [&team.homes[0], &team.homes[1]];
    slow.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", way.port()));
    team.front.hold();
    let asleep = slow.command(&["refresh"]).spawn();
    until("a renewal on its way", || {
        (team.front.held() > 0).then_some(())
    });
    way.hold();
    team.front.pass_on();
    until("a new token on its way to the server", || {
        (way.held() > 0 && team.renewals().len() == 1).then_some(())
    });
    asleep.signal(Signal::STOP);
    let refreshed = other.command(&["refresh"]).run().assert_code(0);
    assert!(
        refreshed.took() > Duration::from_secs(10),
        "{}",
        refreshed.report()
    );
    let stored = team.tokens(ID);
    assert_eq!((stored.len(), team.renewals().len()), (1, 2));
    // What was on its way arrives, and what sent it wakes.
    way.pass_on();
    asleep.signal(Signal::CONT);
    let woken = asleep.finish();
    assert!([6, 9].contains(&woken.code()), "{}", woken.report());
    assert_eq!(team.tokens(ID), stored, "what the other one wrote is gone");
    for home in &team.homes {
        let _ = home.command(&["refresh"]).run().assert_code(0);
        let _ = home.command(&["status", "--verify"]).run().assert_code(0);
        assert_eq!(team.tokens(ID), stored);
    }
}
