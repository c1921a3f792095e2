//! Every reason for the state of an account, and what each command ends with when Instagram has
//! nothing against it. A new reason without its codes does not compile.

use igconnect::account::{Operation, Reason, Trouble};

use super::judge::{Judge, loose_token};
use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::now;
use crate::harness::files::Files;
use crate::harness::keeper::ABSENT;

/// The reason after this one; the first after none.
fn next(reason: Option<Reason>) -> Option<Reason> {
    use Operation::{Disconnect, Login, Rebuild, Refresh};
    use Reason::{
        ClockBehind, Expired, ExpiresSoon, ExpiryUnknown, Interrupted, NotVerified,
        StoreUnavailable, Trouble as Wrong,
    };
    Some(match reason {
        None => Wrong(Trouble::TokenRefused),
        Some(Wrong(Trouble::TokenRefused)) => Wrong(Trouble::TokenExpired),
        Some(Wrong(Trouble::TokenExpired)) => Wrong(Trouble::AppRemoved),
        Some(Wrong(Trouble::AppRemoved)) => Wrong(Trouble::PasswordChanged),
        Some(Wrong(Trouble::PasswordChanged)) => Wrong(Trouble::LoggedOut),
        Some(Wrong(Trouble::LoggedOut)) => Wrong(Trouble::Checkpoint),
        Some(Wrong(Trouble::Checkpoint)) => Wrong(Trouble::Unconfirmed),
        Some(Wrong(Trouble::Unconfirmed)) => Wrong(Trouble::AppDisabled),
        Some(Wrong(Trouble::AppDisabled)) => Wrong(Trouble::PermissionMissing),
        Some(Wrong(Trouble::PermissionMissing)) => Wrong(Trouble::SecretGone),
        Some(Wrong(Trouble::SecretGone)) => Wrong(Trouble::Removed),
        Some(Wrong(Trouble::Removed)) => Interrupted(Login),
        Some(Interrupted(Login)) => Interrupted(Refresh),
        Some(Interrupted(Refresh)) => Interrupted(Disconnect),
        Some(Interrupted(Disconnect)) => Interrupted(Rebuild),
        Some(Interrupted(Rebuild)) => ExpiryUnknown,
        Some(ExpiryUnknown) => NotVerified,
        Some(NotVerified) => StoreUnavailable,
        Some(StoreUnavailable) => Expired,
        Some(Expired) => ExpiresSoon,
        Some(ExpiresSoon) => ClockBehind,
        Some(ClockBehind) => return None,
    })
}

/// What the commands of [`LINES`] end with.
type Codes = [i32; 8];

const LINES: [&[&str]; 8] = [
    &["status"],
    &["status", "--expires-within", "20d"],
    &["status", "--verify"],
    &["status", "--verify", "--expires-within", "20d"],
    &["token"],
    &["refresh"],
    &["refresh", "--dry-run"],
    &["disconnect", "--yes"],
];

fn codes(reason: Reason) -> Codes {
    match reason {
        // What was known is over as soon as Instagram says so; until then no token is handed out, and no renewal
        // foreseen.
        Reason::Trouble(Trouble::Checkpoint | Trouble::Unconfirmed) => [3, 3, 0, 0, 3, 0, 3, 0],
        // Both may pass, so the token is handed out once Instagram has accepted it again.
        Reason::Trouble(Trouble::AppDisabled | Trouble::PermissionMissing) => {
            [3, 3, 0, 0, 0, 0, 3, 0]
        }
        Reason::Trouble(_) => [4, 4, 0, 0, 4, 0, 4, 0],
        // The next command finishes the interrupted one; after a disconnect the account is gone.
        Reason::Interrupted(Operation::Disconnect) => [3, 3, 4, 4, 4, 4, 4, 0],
        Reason::Interrupted(_) => [3, 3, 0, 0, 0, 0, 0, 0],
        // That it works is known then, and not until when: a renewal tells.
        Reason::ExpiryUnknown => [3, 3, 3, 3, 0, 0, 0, 0],
        // The environment's token is not kept: nothing is to be renewed or forgotten.
        Reason::NotVerified => [3, 3, 0, 3, 0, 2, 2, 4],
        // The store is not asked offline.
        Reason::StoreUnavailable => [0, 0, 6, 6, 6, 6, 0, 6],
        // The date was wrong if Instagram takes the token, which only --verify asks about one that is over.
        Reason::Expired => [4, 4, 0, 0, 4, 4, 4, 0],
        Reason::ExpiresSoon => [0, 5, 0, 5, 0, 0, 0, 0],
        Reason::ClockBehind => [3, 3, 0, 0, 3, 0, 0, 0],
    }
}

/// The word of the database.
fn word(of: impl serde::Serialize) -> String {
    let word = serde_json::to_value(of).unwrap();
    word.as_str().unwrap().to_owned()
}

/// A world with one account that has this reason.
fn build(reason: Reason) -> World {
    let world = World::new();
    let connected = || {
        world.connect();
        world.database()
    };
    match reason {
        Reason::Trouble(trouble) => connected().set_trouble(&word(trouble)),
        Reason::Interrupted(operation) => connected().interrupt(WRECKSHOP, &word(operation)),
        Reason::ExpiryUnknown => {
            let run = world.sandbox(&["login", "--with-token"]);
            let _ = run.stdin(loose_token()).run().assert_code(0);
        }
        Reason::NotVerified => {
            world.set_env("IGCONNECT_SANDBOX_TOKEN", loose_token());
        }
        // This world has no bus, and so no keyring that could be asked.
        Reason::StoreUnavailable => connected().change(|account| account.store = ABSENT.into()),
        Reason::Expired => connected().expire_in(-60),
        Reason::ExpiresSoon => world.connect_in("backdated"),
        Reason::ClockBehind => {
            connected().change(|account| account.verified_at = Some(now() + 90_000));
        }
    }
    world
}

#[test]
fn every_reason_has_its_code_in_every_command() {
    let judge = Judge::new();
    let reasons = std::iter::successors(next(None), |reason| next(Some(*reason)));
    let reasons: Vec<Reason> = reasons.collect();
    std::thread::scope(|threads| {
        for part in reasons.chunks(5) {
            threads.spawn(|| part.iter().for_each(|reason| one(*reason, &judge)));
        }
    });
}

fn one(reason: Reason, judge: &Judge) {
    let world = build(reason);
    let data = world.folder("XDG_DATA_HOME");
    let kept = Files::of(&data);
    let mut found = Vec::new();
    for line in LINES {
        let line = [line, &["--json"]].concat();
        let output = world.sandbox(&line).prints_a_secret().run();
        let document = judge.judge(line[0], &output);
        // Offline a silent store is not noticed.
        if line == ["status", "--json"] && reason != Reason::StoreUnavailable {
            // Which store it is, is said where the account is shown.
            let beginning = reason.sentence().trim_end_matches("store");
            let shown = document["accounts"][0]["reason"].as_str().unwrap();
            assert!(shown.starts_with(beginning), "{shown}");
        }
        found.push(output.code());
        kept.put_back(&data);
    }
    assert_eq!(found, codes(reason), "{reason:?}: {LINES:?}");
}
