//! `IGCONNECT_SANDBOX_TOKEN`: an account without a keyring, a home or a terminal, of which nothing is written.

use super::judge::{Judge, loose_token};
use crate::harness::Output;
use crate::harness::mode;
#[cfg(unix)]
use crate::harness::need;
use crate::harness::process::Run;
use crate::harness::{Canaries, World};

/// The program as in a bare container: no home, no folder of the platform, no bus.
fn bare(world: &World, arguments: &[&str], token: &str) -> Run {
    let run = world
        .sandbox(arguments)
        .env("IGCONNECT_SANDBOX_TOKEN", token);
    let names = [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_RUNTIME_DIR",
    ];
    names.into_iter().fold(run, Run::without_env)
}

/// Everything that lies in the world's folders.
#[cfg(unix)]
fn files(world: &World) -> usize {
    let lived = world.folder("HOME").parent().unwrap().to_owned();
    let found = std::process::Command::new("find")
        .arg(lived)
        .output()
        .unwrap();
    found.stdout.split(|byte| *byte == b'\n').count()
}

fn shown(output: &Output) -> bool {
    output
        .stderr()
        .contains("Using the token in IGCONNECT_SANDBOX_TOKEN;")
}

#[cfg(unix)]
#[test]
fn it_works_without_home_keyring_and_terminal_and_leaves_nothing() {
    let world = World::new();
    let mut canaries = Canaries::new();
    let secret = loose_token();
    canaries.watch("token", &secret);
    let judge = Judge::new();
    let before = files(&world);

    let output = bare(&world, &["status", "--json"], &secret)
        .run()
        .assert_code(3);
    let account = judge.judge("status", &output)["accounts"][0].clone();
    assert_eq!(
        (&account["state"], &account["token"]["store"]),
        (&"unverified".into(), &"env".into())
    );
    assert!(account["id"].is_null() && shown(&output));

    let output = bare(&world, &["status", "--verify", "--json"], &secret)
        .run()
        .assert_code(0);
    let account = judge.judge("status", &output)["accounts"][0].clone();
    assert_eq!(
        (&account["state"], &account["username"]),
        (&"connected".into(), &"wreckshop.records".into())
    );
    assert!(account["token"]["expires_at"].is_null());

    // When it expires is unknown, so this question has no answer.
    let line = ["status", "--verify", "--expires-within", "1h", "--json"];
    let output = bare(&world, &line, &secret).run().assert_code(3);
    assert_eq!(
        judge.judge("status", &output)["accounts"][0]["error"]["code"],
        "trouble"
    );

    for (scenario, code, state) in [
        ("revoked", 4, "needs_login"),
        ("checkpoint", 3, "unverified"),
        ("down", 3, "unverified"),
        ("html", 3, "unverified"),
    ] {
        let line = ["--scenario", scenario, "status", "--verify", "--json"];
        let output = bare(&world, &line, &secret).run().assert_code(code);
        assert_eq!(
            judge.judge("status", &output)["accounts"][0]["state"],
            state,
            "{scenario}"
        );
    }

    let output = bare(&world, &["token"], &secret)
        .prints_a_secret()
        .run()
        .assert_code(0);
    assert_eq!(output.stdout(), format!("{secret}\n"));
    assert!(shown(&output));
    let output = bare(&world, &["token", "--json"], &secret)
        .prints_a_secret()
        .run()
        .assert_code(0);
    assert_eq!(judge.judge("token", &output)["token"], secret.as_str());

    let line = [
        "run",
        "--",
        "sh",
        "-c",
        "test \"$INSTAGRAM_TOKEN\" && env | grep -c -e IGCONNECT_SANDBOX_TOKEN -e INSTAGRAM_USER",
    ];
    let output = bare(&world, &line, &secret)
        .env("INSTAGRAM_USER_ID", "1")
        .run()
        .assert_code(1);
    assert_eq!(output.stdout(), "0\n");

    let line = ["refresh", "--json", "--hand-to", "wc -c"];
    let output = bare(&world, &line, &secret).run().assert_code(0);
    let row = judge.judge("refresh", &output)["accounts"][0].clone();
    assert_eq!(
        (&row["outcome"], &row["handed_over"]),
        (&"renewed".into(), &true.into())
    );
    assert_eq!(row["username"], "wreckshop.records");
    for time in [
        &row["token"]["issued_at"],
        &row["token"]["expires_at"],
        &row["verified_at"],
    ] {
        assert!(time.is_string(), "{row}");
    }

    let quiet = bare(&world, &["status", "--verify", "--quiet"], &secret)
        .run()
        .assert_code(0);
    assert_eq!(quiet.stderr(), "");
    assert_eq!(files(&world), before, "something was written");
    world.assert_no_leaks(&canaries);
    if need("jq") && need("python3") {
        judge.ask_other_parsers(&world);
    }
}

#[test]
fn a_named_account_comes_before_the_environment_token_and_that_before_the_default() {
    let world = World::new();
    world.connect_in("agrees");
    let (stored, loose) = (world.token("@wreckshop.records"), loose_token());
    let printed = |arguments: &[&str], account: &str| {
        let run = world
            .sandbox(&[&["token"], arguments].concat())
            .env("IGCONNECT_SANDBOX_TOKEN", &loose);
        let run = if account.is_empty() {
            run
        } else {
            run.env("IGCONNECT_ACCOUNT", account)
        };
        run.prints_a_secret()
            .run()
            .assert_code(0)
            .stdout()
            .trim_end()
            .to_owned()
    };
    assert_eq!(printed(&[], ""), loose);
    assert_eq!(printed(&["@wreckshop.records"], ""), stored);
    assert_eq!(printed(&["--account", "wreckshop.records"], ""), stored);
    assert_eq!(printed(&[], "wreckshop.records"), stored);
    // Every stored account: it is none of them.
    let run = world
        .sandbox(&["status", "--all", "--json"])
        .env("IGCONNECT_SANDBOX_TOKEN", &loose);
    let document = run.run().assert_code(0).json();
    assert_eq!(document["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(document["accounts"][0]["token"]["store"], "file");
}

#[cfg(unix)]
#[test]
fn a_token_file_may_be_a_link_or_readable_but_not_writable_by_others() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    let secret = loose_token();
    let status = |name: &str, content: &str, mode: u32| {
        let file = world.given(name, content);
        mode::set(&file, mode);
        let run = world
            .sandbox(&["status", "--verify"])
            .env("IGCONNECT_SANDBOX_TOKEN_FILE", &file);
        (run.run(), file)
    };
    let (output, file) = status("good", &format!("{secret}\r\n"), 0o600);
    assert!(
        output
            .assert_code(0)
            .stderr()
            .contains("in IGCONNECT_SANDBOX_TOKEN_FILE;")
    );
    let link = file.with_file_name("link");
    symlink(&file, &link).unwrap();
    for (output, code) in [
        (
            world
                .sandbox(&["status"])
                .env("IGCONNECT_SANDBOX_TOKEN_FILE", &link)
                .run(),
            3,
        ),
        (status("open", &secret, 0o644).0, 0),
        (status("readonly", &secret, 0o444).0, 0),
        (status("writable", &secret, 0o646).0, 7),
        (status("group", &secret, 0o660).0, 7),
        (status("bom", &format!("\u{feff}{secret}"), 0o600).0, 0),
        (
            status("lines", &format!("{secret}\n{secret}\n"), 0o600).0,
            2,
        ),
        (status("empty", "", 0o600).0, 2),
        (
            world
                .sandbox(&["token"])
                .env("IGCONNECT_SANDBOX_TOKEN_FILE", world.folder("HOME"))
                .run(),
            7,
        ),
        (
            world
                .sandbox(&["token"])
                .env("IGCONNECT_SANDBOX_TOKEN_FILE", &file)
                .env("IGCONNECT_SANDBOX_TOKEN", &secret)
                .run(),
            2,
        ),
        (
            world
                .sandbox(&["status"])
                .env("IGCONNECT_SANDBOX_TOKEN", "two words")
                .run(),
            2,
        ),
    ] {
        let output = output.assert_code(code);
        output.assert_never_warns(&secret[..20]);
        assert!(
            code < 4 && code != 2 || output.stdout().is_empty(),
            "{}",
            output.report()
        );
    }
}

#[cfg(unix)]
#[test]
fn the_formats_of_a_token_are_ready_to_use() {
    let world = World::new();
    let secret = loose_token();
    let print = |format: &str| {
        let line = ["token", "--format", format];
        let output = bare(&world, &line, &secret)
            .prints_a_secret()
            .run()
            .assert_code(0);
        output.stdout().to_owned()
    };
    assert_eq!(print("raw"), format!("{secret}\n"));
    assert_eq!(print("header"), format!("Authorization: Bearer {secret}\n"));
    assert_eq!(print("env"), format!("INSTAGRAM_TOKEN={secret}\n"));
    let script = "export $(\"$0\" --sandbox token --format env); test \"$INSTAGRAM_TOKEN\" = \"$IGCONNECT_SANDBOX_TOKEN\"";
    let binary = world.binary().to_str().unwrap();
    let run = world
        .program("sh", &["-c", script, binary])
        .env("IGCONNECT_SANDBOX_TOKEN", &secret);
    let _ = run.run().assert_code(0);
}
