//! Commands that only read hold one account at a time. Commands that change accounts hold what they print of each.

use crate::harness::Output;
use crate::harness::World;
use crate::harness::database::{Event, Profile, now};

/// How many accounts there are, how much is known of each, and the data that a process may hold (bash: `ulimit -d`).
struct Crowd {
    accounts: i64,
    biography_bytes: usize,
    data_max_kib: u32,
}

/// Three times as much as a command may hold.
const MUCH_TEXT: Crowd = Crowd {
    accounts: 400,
    biography_bytes: 100_000,
    data_max_kib: 14_000,
};

/// As many accounts as the largest users have. A biography has at most 150 characters, of at most four bytes.
const MANY_ACCOUNTS: Crowd = Crowd {
    accounts: 10_000,
    biography_bytes: 600,
    data_max_kib: 48_000,
};

/// Few enough to change each of them in a test, with so much text that holding it twice would be noticed.
const SOME_ACCOUNTS: Crowd = Crowd {
    accounts: 400,
    biography_bytes: 20_000,
    data_max_kib: 24_000,
};

impl Crowd {
    /// Only one of the accounts has its token in the store.
    fn world(&self) -> World {
        let world = World::new();
        world.connect();
        world.connect_many(self.accounts);
        let database = world.database();
        database.change(|account| account.generation = 1);
        let accounts = database.accounts();
        let ids: Vec<_> = accounts.into_iter().map(|account| account.id).collect();
        let without_profile = ids.iter().filter(|id| id.starts_with('2'));
        database.add(without_profile.map(|id| Profile {
            account_id: id.clone(),
            biography: Some("0".repeat(self.biography_bytes)),
            fetched_at: now(),
            ..Profile::default()
        }));
        database.add(ids.iter().map(|id| Event {
            account_id: id.clone(),
            at: now(),
            kind: "verified".into(),
            ..Event::default()
        }));
        world
    }

    /// Runs a command in little memory and counts the accounts that it prints.
    fn run(&self, world: &World, line: &[&str], code: i32) -> Output {
        let limited = format!(
            "ulimit -d {}; exec \"$0\" --sandbox \"$@\"",
            self.data_max_kib
        );
        let binary = world.binary().to_str().unwrap();
        let output = world.program("sh", &[&["-c", &limited, binary][..], line].concat());
        let output = output.run().assert_code(code);
        let all = usize::try_from(self.accounts).unwrap() + 1;
        if line.contains(&"--json") {
            let printed = output.json()["accounts"].as_array().unwrap().len();
            assert_eq!(printed, all, "{line:?}");
        } else {
            let printed = output.stdout().lines().count();
            assert!(printed >= all, "{line:?}: {printed} lines");
        }
        output
    }
}

#[test]
fn commands_that_only_read_hold_one_account_at_a_time() {
    let world = MUCH_TEXT.world();
    for line in [
        &["list"][..],
        &["list", "--json"],
        &["status", "--all", "--json"],
        &["history", "--all"],
        &["history", "--all", "--json"],
        &["history", "--all", "--format", "csv"],
    ] {
        let _ = MUCH_TEXT.run(&world, line, 0);
    }
}

#[test]
fn ten_thousand_accounts_fit_into_48_megabytes_when_they_are_refreshed() {
    let world = MANY_ACCOUNTS.world();
    for line in [
        &["refresh", "--all", "--dry-run"][..],
        &["refresh", "--all", "--dry-run", "--json"],
    ] {
        let _ = MANY_ACCOUNTS.run(&world, line, 0);
    }
}

#[test]
fn commands_that_change_all_accounts_hold_each_of_them_once() {
    let world = SOME_ACCOUNTS.world();
    // The secrets of all but one are gone, which each run finds out and records.
    for line in [
        &["status", "--verify", "--all", "--json"][..],
        &["refresh", "--all", "--json"],
        &["refresh", "--all", "--dry-run", "--json"],
    ] {
        let _ = SOME_ACCOUNTS.run(&world, line, 4);
    }
    let _ = SOME_ACCOUNTS.run(&world, &["disconnect", "--all", "--yes", "--json"], 0);
    assert_eq!(world.database().accounts(), []);
}
