//! Keyrings: each is unlocked before it is believed to be locked.

use crate::harness::faulty_keyring::{Fault, FaultyKeyring};
use crate::harness::{SecretService, World, need};

const COMMANDS: [&[&str]; 8] = [
    &["token", "--show"],
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

/// A keyring that shows a prompt, which is answered.
const PROMPTED: [Fault; 3] = [
    Fault::Answered,
    Fault::AnsweredHiding,
    Fault::AnsweredElsewhere,
];

/// Runs every command with the token in either slot, each in its own world with a keyring that has this fault.
#[track_caller]
fn over_commands(faults: &[Fault], judge: impl Fn(&Beginning, &[&str]) + Sync) {
    std::thread::scope(|threads| {
        for (fault, slot) in faults
            .iter()
            .flat_map(|fault| [(*fault, 'a'), (*fault, 'b')])
        {
            let judge = &judge;
            threads.spawn(move || {
                for command in COMMANDS {
                    let Some(beginning) = Beginning::new(slot) else {
                        return;
                    };
                    beginning.keyring.fall_ill(fault);
                    println!("{fault:?}, slot {slot}, {command:?}");
                    judge(&beginning, command);
                }
            });
        }
    });
}

#[test]
fn every_command_unlocks_a_keyring_before_it_believes_that_it_is_locked() {
    over_commands(
        &[Fault::Unprotected],
        |Beginning { world, keyring }, command| {
            let output = world.sandbox(command).prints_a_secret().run();
            let _ = output.assert_code(0);
            assert_eq!(keyring.prompts(), 0);
        },
    );
}

#[test]
fn a_person_at_a_terminal_is_asked_once_to_unlock_the_keyring() {
    if !need("expect") {
        return;
    }
    over_commands(&PROMPTED, |Beginning { world, keyring }, command| {
        let command = [&["--sandbox"], command].concat();
        let _ = world
            .on_a_terminal(&command, &[])
            .prints_a_secret()
            .run()
            .assert_code(0);
        assert_eq!(keyring.prompts(), 1);
    });
}

#[test]
fn no_prompt_is_shown_where_no_person_is_asked() {
    if !need("expect") {
        return;
    }
    over_commands(&PROMPTED, |Beginning { world, keyring }, command| {
        let before = keyring.entries();
        let _ = world.sandbox(command).run().assert_code(6);
        let command = [&["--sandbox", "--no-input"], command].concat();
        let _ = world.on_a_terminal(&command, &[]).run().assert_code(6);
        let _ = world
            .on_a_terminal(&["--sandbox", "doctor"], &[])
            .run()
            .assert_code(6);
        assert_eq!((keyring.prompts(), keyring.entries()), (0, before));
    });
}

#[test]
fn a_keyring_that_stays_locked_is_reported_as_locked_whichever_slot_has_the_token() {
    let faults = [Fault::Locked, Fault::Hiding];
    over_commands(&faults, |Beginning { world, keyring }, command| {
        let before = keyring.entries();
        let output = world.sandbox(command).run().assert_code(6);
        let said = format!("{}{}", output.stdout(), output.stderr());
        assert!(said.contains("is locked"), "{}", output.report());
        assert_eq!(keyring.entries(), before);
    });
}

#[test]
fn a_keyring_without_a_default_collection_says_nothing_about_what_was_in_it() {
    over_commands(
        &[Fault::NoCollection],
        |Beginning { world, keyring }, command| {
            let (entries, accounts) = (keyring.entries(), world.database().accounts());
            let output = world.sandbox(command).run().assert_code(6);
            let said = format!("{}{}", output.stdout(), output.stderr());
            assert!(
                said.contains("no default collection"),
                "{}",
                output.report()
            );
            assert!(!said.contains("is locked"), "{}", output.report());
            let after = world.database().accounts();
            assert_eq!((keyring.entries(), after.len()), (entries, accounts.len()));
            assert_eq!(after[0].trouble, accounts[0].trouble);
            keyring.fall_ill(Fault::None);
            let _ = world
                .sandbox(&["token"])
                .prints_a_secret()
                .run()
                .assert_code(0);
        },
    );
}

#[test]
fn a_login_to_a_keyring_without_a_default_collection_does_not_call_it_locked() {
    let world = World::new();
    let Some(keyring) = FaultyKeyring::start(&world) else {
        return;
    };
    keyring.fall_ill(Fault::NoCollection);
    let login = world.sandbox(&["login", "--port", "0", "--quiet"]);
    let output = login
        .run()
        .assert_fails(6)
        .assert_says("no default collection");
    output.assert_never_warns("is locked");
}

#[test]
fn a_real_keyring_that_was_restarted_without_a_collection_loses_no_account() {
    let world = World::new();
    let Some(mut keyring) = SecretService::start(&world) else {
        return;
    };
    if !keyring.provider.can_be_without_collection() {
        return;
    }
    world.connect_in("backdated");
    keyring.restart(false);
    for command in COMMANDS {
        let _ = world.sandbox(command).run().assert_code(6);
    }
    keyring.restart(true);
    let _ = world
        .sandbox(&["token"])
        .prints_a_secret()
        .run()
        .assert_code(0);
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
