//! Keyrings: each is unlocked before it is believed to be locked.

use crate::harness::faulty_keyring::{Fault, FaultyKeyring};
use crate::harness::{SecretService, World};

const COMMANDS: [&[&str]; 8] = [
    &["token"],
    &["run", "--", "true"],
    &["refresh"],
    &["refresh", "--all"],
    &["status", "--verify"],
    &["store", "check"],
    &["store", "move", "--to", "file", "--yes"],
    &["disconnect", "--yes"],
];

/// A world with an account in a keyring, its token in the first or the second slot.
struct Beginning {
    world: World,
    keyring: FaultyKeyring,
}

impl Beginning {
    fn new(slot: char) -> Option<Self> {
        let world = World::new();
        let keyring = FaultyKeyring::start(&world)?;
        world.connect_in("backdated");
        if slot == 'b' {
            let _ = world.sandbox(&["refresh"]).run().assert_code(0);
            world
                .database()
                .change(|account| account.issued_at = Some(0));
        }
        let names: Vec<_> = keyring.entries().into_keys().collect();
        assert!(
            names.iter().any(|name| name.ends_with(&format!("/{slot}"))),
            "{names:?}"
        );
        Some(Self { world, keyring })
    }
}

#[test]
fn every_command_unlocks_a_keyring_before_it_believes_that_it_is_locked() {
    std::thread::scope(|threads| {
        for fault in [Fault::Answered, Fault::AnsweredHiding, Fault::Unprotected] {
            for slot in ['a', 'b'] {
                threads.spawn(move || {
                    for command in COMMANDS {
                        let Some(Beginning { world, keyring }) = Beginning::new(slot) else {
                            return;
                        };
                        keyring.fall_ill(fault);
                        let output = world.sandbox(command).prints_a_secret().run();
                        assert_eq!(
                            output.code(),
                            0,
                            "{fault:?}, slot {slot}: {}",
                            output.report()
                        );
                    }
                });
            }
        }
    });
}

#[test]
fn a_keyring_that_stays_locked_is_reported_as_locked_whichever_slot_has_the_token() {
    std::thread::scope(|threads| {
        for fault in [Fault::Locked, Fault::Hiding] {
            for slot in ['a', 'b'] {
                threads.spawn(move || {
                    for command in COMMANDS {
                        let Some(Beginning { world, keyring }) = Beginning::new(slot) else {
                            return;
                        };
                        keyring.fall_ill(fault);
                        let before = keyring.entries();
                        let output = world.sandbox(command).run();
                        assert_eq!(
                            output.code(),
                            6,
                            "{fault:?}, slot {slot}: {}",
                            output.report()
                        );
                        assert_eq!(keyring.entries(), before);
                    }
                });
            }
        }
    });
}

#[test]
fn a_keyring_without_a_default_collection_is_not_called_locked() {
    let world = World::new();
    let Some(keyring) = FaultyKeyring::start(&world) else {
        return;
    };
    keyring.fall_ill(Fault::NoCollection);
    for command in [
        &["login", "--port", "0", "--quiet"][..],
        &["store", "check"],
    ] {
        let output = world.sandbox(command).run().assert_code(6);
        let said = format!("{}{}", output.stdout(), output.stderr());
        assert!(
            said.contains("no default collection"),
            "{}",
            output.report()
        );
        assert!(!said.contains("is locked"), "{}", output.report());
    }
}

#[test]
fn a_real_keyring_without_an_answer_stays_locked_for_every_command() {
    for slot in ['a', 'b'] {
        let world = World::new();
        let Some(keyring) = SecretService::start(&world) else {
            return;
        };
        world.connect_in("backdated");
        if slot == 'b' {
            let _ = world.sandbox(&["refresh"]).run().assert_code(0);
        }
        keyring.lock();
        for command in COMMANDS {
            let output = world.sandbox(command).run();
            assert_eq!(output.code(), 6, "slot {slot}: {}", output.report());
        }
    }
}
