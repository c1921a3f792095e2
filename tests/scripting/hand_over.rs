//! `refresh --hand-to`: a new token reaches one command, on its standard input, and its failure is reported.

use super::judge::{Judge, connect_due, loose_token};
use crate::harness::accounts::WRECKSHOP;
use crate::harness::{Canaries, World, until};

/// A command that keeps what it is given, and what it sees of its environment.
const KEEPER: &str = "#!/bin/sh\ncat > \"$1\"\nenv > \"$1.env\"\nenv | grep -q IGCONNECT_SANDBOX_TOKEN && exit 9\necho kept\nexit \"${2:-0}\"\n";

#[cfg(unix)]
#[test]
fn the_new_token_of_a_stored_account_is_handed_over_once() {
    let world = World::new();
    connect_due(&world);
    world.script("keep", KEEPER);
    let kept = world.given("kept", "");
    let hand_to = format!("keep {}", kept.display());
    let judge = Judge::new();
    let refresh = || {
        world
            .sandbox(&["refresh", "--json", "--hand-to", &hand_to])
            .env("VAULT_TOKEN", "the-command-s-own")
            .run()
    };

    let output = refresh().assert_code(0);
    let row = judge.judge("refresh", &output)["accounts"][0].clone();
    assert_eq!(
        (&row["outcome"], &row["handed_over"]),
        (&"renewed".into(), &true.into())
    );
    assert_eq!(
        output.stderr(),
        "kept\n",
        "what the command prints goes to stderr"
    );
    let given = std::fs::read_to_string(&kept).unwrap();
    let mut canaries = Canaries::new();
    canaries.watch("token", given.trim_end());
    assert_eq!(given, world.token("@wreckshop.records"));
    let seen = std::fs::read_to_string(kept.with_file_name("kept.env")).unwrap();
    assert!(
        seen.contains(&format!("INSTAGRAM_USER_ID={WRECKSHOP}\n")),
        "{seen}"
    );
    assert!(!seen.contains("INSTAGRAM_TOKEN"), "{seen}");
    // It may be `vault kv put`.
    assert!(seen.contains("VAULT_TOKEN=the-command-s-own\n"), "{seen}");

    // Nothing is due any more, so the command is not called.
    std::fs::write(&kept, "").unwrap();
    let row = judge.judge("refresh", &refresh().assert_code(0))["accounts"][0].clone();
    assert_eq!(
        (&row["outcome"], &row["handed_over"]),
        (&"not_due".into(), &false.into())
    );
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "");
}

#[test]
fn a_token_with_the_same_text_is_not_handed_over() {
    let world = World::new();
    connect_due(&world);
    let line = [
        "--scenario",
        "same-token",
        "refresh",
        "--json",
        "--force",
        "--hand-to",
        "false",
    ];
    let row = world.sandbox(&line).run().assert_code(0).json()["accounts"][0].clone();
    assert_eq!(
        (&row["outcome"], &row["handed_over"]),
        (&"renewed".into(), &false.into())
    );
    let output = World::new()
        .sandbox(&line)
        .env("IGCONNECT_SANDBOX_TOKEN", loose_token())
        .run()
        .assert_code(0);
    assert_eq!(output.json()["accounts"][0]["handed_over"], false);
}

#[cfg(unix)]
#[test]
fn a_failing_hand_over_fails_the_refresh_and_keeps_the_token() {
    let world = World::new();
    connect_due(&world);
    world.script("keep", KEEPER);
    let kept = world.given("kept", "");
    let hand_to = format!("keep {} 3", kept.display());
    let line = ["refresh", "--json", "--hand-to", &hand_to];
    let judge = Judge::new();
    let output = world.sandbox(&line).run().assert_code(1);
    let row = judge.judge("refresh", &output)["accounts"][0].clone();
    assert_eq!(
        (&row["outcome"], &row["handed_over"]),
        (&"renewed".into(), &false.into())
    );
    assert_eq!(
        (&row["error"]["exit"], &row["state"]),
        (&1.into(), &"connected".into())
    );
    output.assert_warns("ended with code 3");
    output.assert_warns("the token was refreshed and is stored");
    assert_eq!(
        std::fs::read_to_string(&kept).unwrap().trim_end(),
        world.token("@wreckshop.records")
    );

    // The environment's token has no store: that the new one is gone must be said.
    let guest = || {
        world
            .sandbox(&line)
            .env("IGCONNECT_SANDBOX_TOKEN", loose_token())
    };
    let output = guest().run().assert_code(1);
    let row = judge.judge("refresh", &output)["accounts"][0].clone();
    assert_eq!(
        (&row["handed_over"], &row["error"]["exit"]),
        (&false.into(), &1.into())
    );
    for words in [
        "was not handed over",
        "the new token is lost",
        "may have ended the old one",
    ] {
        assert!(
            output.stderr().contains(words),
            "{words}: {}",
            output.report()
        );
    }
}

#[test]
fn no_refresh_is_requested_when_it_cannot_be_handed_over() {
    let world = World::new();
    connect_due(&world);
    let before = token_in_store(&world);
    for (hand_to, words) in [
        ("there-is-no-such-command", "command not found"),
        ("/no/such/command at all", "command not found"),
        ("", "the command is empty"),
        ("cat | sh", "no shell reads this"),
        ("sh -c 'cat'", "no shell reads this"),
    ] {
        let output = world
            .sandbox(&["refresh", "--force", "--hand-to", hand_to])
            .run()
            .assert_code(2);
        assert!(
            output.stderr().contains(words),
            "{hand_to}: {}",
            output.report()
        );
    }
    assert_eq!(token_in_store(&world), before);
    let run = world
        .sandbox(&["refresh"])
        .env("IGCONNECT_SANDBOX_TOKEN", loose_token());
    assert!(run.run().assert_code(2).stderr().contains("--hand-to"));
}

fn token_in_store(world: &World) -> Vec<Vec<u8>> {
    let folder = world.plain_folder();
    let files = std::fs::read_dir(folder).unwrap().flatten();
    files
        .map(|file| std::fs::read(file.path()).unwrap())
        .collect()
}

#[cfg(unix)]
#[test]
fn a_hanging_hand_over_command_ends_with_igconnect() {
    let world = World::new();
    connect_due(&world);
    world.script("hang", "#!/bin/sh\necho $$ > \"$1\"\nsleep 600 &\nwait\n");
    let pid = world.given("pid", "");
    let hand_to = format!("hang {}", pid.display());
    let running = world.sandbox(&["refresh", "--hand-to", &hand_to]).spawn();
    let hanging = until("the command", || {
        let text = std::fs::read_to_string(&pid).ok()?;
        text.trim().parse::<u32>().ok()
    });
    running.signal(rustix::process::Signal::TERM);
    let _ = running.finish().assert_code(143);
    until("its end", || {
        (!std::path::Path::new(&format!("/proc/{hanging}")).exists()).then_some(())
    });
    // Interrupted or not, the renewed token is in the store.
    let state = world
        .sandbox(&["status", "--json"])
        .run()
        .assert_code(0)
        .json();
    assert_eq!(state["accounts"][0]["state"], "connected");
}
