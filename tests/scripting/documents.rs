//! With `--json` stdout is one document: of every command, on every path of failure, whatever a name contains.

use super::grammar::commands;
use super::judge::{Judge, connect_due, parsers_are_here};
use crate::harness::World;
use crate::harness::keeper::ABSENT;
use crate::harness::login::Login;
use crate::harness::process::Run;

/// What no name may do to a document: end it, nest it, command a terminal or a CI runner, or not end itself.
fn hostile() -> [String; 3] {
    let short = "\"},{\"\\\n\r\t\u{1b}\u{7f}\u{9b}\u{202e}\u{2028}\u{feff}::error::x</script>";
    [short.into(), "\"".repeat(10_000), "💩".repeat(5000)]
}

#[test]
fn hostile_names_are_only_text() {
    if !parsers_are_here() {
        return;
    }
    let judge = Judge::new();
    let world = World::new();
    for name in hostile() {
        connect_due(&world);
        world.rename_all(&name);
        let long = name.chars().count();
        for (document, line, code) in [
            ("status", &["status"][..], 0),
            ("status", &["status", "--all", "-vv"], 0),
            ("list", &["list", "--quiet"], 0),
            ("history", &["history"], 0),
            ("history", &["history", "--all"], 0),
            ("use", &["use", "17841400000000017"], 0),
            ("refresh", &["refresh", "--dry-run"], 0),
            ("refresh", &["refresh", "--scenario", "down"], 3),
            ("status", &["--scenario", "down", "status", "--verify"], 3),
            ("disconnect", &["disconnect", "--yes", "--no-input"], 0),
        ] {
            let output = world
                .sandbox(&[line, &["--json"]].concat())
                .run()
                .assert_code(code);
            let said = judge.judge(document, &output)["accounts"][0]["username"].clone();
            assert_eq!(said.as_str().unwrap().chars().count(), long, "{line:?}");
            assert!(!output.stderr().contains('\u{1b}'), "{}", output.report());
        }
        connect_due(&world);
        world
            .database()
            .change(|account| account.username.clone_from(&name));
        for (document, line) in [("token", &["token"][..]), ("doctor", &["doctor"])] {
            let run = world.sandbox(&[line, &["--json"]].concat());
            let output = run.prints_a_secret().run();
            let _ = judge.judge(document, &output);
            assert!(!output.stderr().contains('\u{1b}'), "{}", output.report());
        }
        // What is typed is as foreign as what Instagram says.
        let typed: String = name.chars().take(9000).collect();
        for line in [
            &["status", &typed][..],
            &["use", &typed],
            &["history", &typed],
            &["token", "--account", &typed],
            &["app", "remove", &typed],
            &["login", "--expect", &typed],
            &["explain", &typed],
            &["help", &typed],
            &["schema", &typed],
            &["completions", &typed],
            &["refresh", "--hand-to", &typed],
            &["status", "--format", &typed],
            &[&typed],
        ] {
            let output = world.sandbox(&[&["--json"], line].concat()).run();
            let document = judge.judge("failure", &output);
            assert!(document["error"].is_object(), "{}", output.report());
            assert!(!output.stderr().contains('\u{1b}'), "{}", output.report());
        }
    }
    judge.ask_other_parsers(&world);
}

#[test]
fn a_login_with_a_hostile_profile_is_one_document() {
    if !parsers_are_here() {
        return;
    }
    let judge = Judge::new();
    let world = World::new();
    let login = Login::in_sandbox(&world, &["--json"]);
    let _ = login.agree_as("escape_artist");
    let output = login.finish().assert_code(0);
    let account = judge.judge("login", &output)["accounts"][0].clone();
    assert_eq!(account["username"], "escape_artist");
    let name = account["profile"]["name"].as_str().unwrap();
    assert!(
        name.contains('\u{1b}') && name.contains('\u{202e}'),
        "{name:?}"
    );
    assert!(
        !output.stderr().contains(['\u{1b}', '\u{202e}']),
        "{}",
        output.report()
    );
    for line in [&["status"][..], &["history"]] {
        let output = world.sandbox(&[line, &["--json"]].concat()).run();
        let _ = judge.judge(line[0], &output.assert_code(0));
    }
    judge.ask_other_parsers(&world);
}

#[cfg(unix)]
#[test]
fn every_command_answers_as_its_schema_says() {
    let world = World::new();
    let judge = Judge::new();
    let ask = |name: &str, line: &[&str], code: i32| {
        let output = world
            .sandbox(&[line, &["--json"]].concat())
            .prints_a_secret()
            .run();
        judge.judge(name, &output.assert_code(code))
    };
    ask("list", &["list"], 0);
    ask("login", &["login", "--port", "0"], 0);
    ask("list", &["list"], 0);
    ask("history", &["history"], 0);
    ask("history", &["history", "--all", "--limit", "1"], 0);
    ask("explain", &["explain"], 0);
    ask("sandbox", &["sandbox", "--list"], 0);
    ask("app", &["app", "list"], 0);
    ask("token", &["token"], 0);
    ask("app", &["app", "check"], 0);
    ask("doctor", &["doctor"], 0);
    ask("certificate", &["certificate"], 0);
    world.script(
        "crontab",
        "#!/bin/sh\necho no crontab for anybody >&2\nexit 1\n",
    );
    ask("refresh", &["refresh", "--all", "--scheduled"], 0);
    ask("schedule", &["schedule", "status"], 0);
    let shown = ["schedule", "install", "--print", "--with", "cron"];
    ask("schedule", &shown, 0);
    ask("help", &["help", "scripts"], 0);
    ask("help", &["help"], 0);
    ask("login", &["login", "--begin"], 0);
    ask("status", &["status"], 0);
    ask("use", &["use", "wreckshop.records"], 0);
    ask("completions", &["completions", "bash"], 0);
    ask("man", &["man"], 0);
    let pages = world.folder("TMPDIR").join("man");
    ask("man", &["man", "--dir", pages.to_str().unwrap()], 0);
    ask("disconnect", &["disconnect", "--yes"], 0);
    // `store` is judged in `stores`.
    let answering = commands()
        .into_iter()
        .filter(|name| !["run", "schema", "store"].contains(&name.as_str()));
    assert_eq!(judge.judged(), answering.collect());
    if parsers_are_here() {
        judge.ask_other_parsers(&world);
    }
    let schema = world.command(&["schema"]).run().assert_code(0).json();
    assert_eq!(
        schema,
        world
            .command(&["schema", "--json"])
            .run()
            .assert_code(0)
            .json()
    );
    for name in [
        "login",
        "status",
        "list",
        "refresh",
        "disconnect",
        "token",
        "use",
        "history",
        "app",
        "explain",
        "sandbox",
        "failure",
    ] {
        let one = world.command(&["schema", name]).run().assert_code(0).json();
        assert_eq!(one["$ref"], format!("#/$defs/{name}"));
        assert_eq!(one["$defs"], schema["$defs"]);
    }
    let _ = world.command(&["schema", "nothing"]).run().assert_code(2);
}

#[cfg(unix)]
#[test]
fn a_failure_is_one_document_too() {
    if !parsers_are_here() {
        return;
    }
    let judge = Judge::new();
    let fails = |run: Run, code: i32| {
        let output = run.arg("--json").run().assert_code(code);
        let document = judge.judge("failure", &output);
        assert!(document["error"].is_object(), "{}", output.report());
    };
    let empty = World::new();
    for (line, code) in [
        (&["status"][..], 4),
        (&["status", "--all", "--verify"], 4),
        (&["token"], 4),
        (&["refresh"], 4),
        (&["use", "x"], 4),
        (&["history"], 4),
        (&["history", "--since", "soon"], 2),
        (&["history", "--format", "csv"], 2),
        (&["disconnect"], 4),
        (&["--nonsense"], 2),
        (&["status", "--expires-within", "soon"], 2),
        (&["status", "--format", "yaml"], 2),
        (&["run"], 2),
        (&["login", "--as", "?"], 2),
        (&["--scenario", "nowhere", "login"], 2),
        (&["--scenario", "denies", "login", "--port", "0"], 8),
        (&["--scenario", "down", "login", "--port", "0"], 3),
        (&["explain", "not an error at all"], 1),
        (&["schema", "a/b\u{1b}"], 2),
    ] {
        fails(empty.sandbox(line), code);
    }
    fails(empty.command(&["login"]), 2);
    fails(
        empty
            .sandbox(&["login", "--port", "0"])
            .env("IGCONNECT_STORE", ABSENT),
        6,
    );
    fails(
        empty
            .sandbox(&["list"])
            .env("IGCONNECT_DATA_DIR", "/dev/null/x"),
        7,
    );
    fails(
        empty
            .sandbox(&["status"])
            .env("IGCONNECT_SANDBOX_TOKEN", "not a token"),
        2,
    );

    // A row that cannot be read follows one that can: the document is completed, and no second one follows.
    let world = World::new();
    world.connect_two();
    world.database().break_id("lina");
    let output = world.sandbox(&["list", "--json"]).run().assert_code(7);
    let document = judge.judge("list", &output);
    assert_eq!(document["error"]["code"], "state");
    fails(world.sandbox(&["status", "--all"]), 7);
    world.database().set_version(99);
    fails(world.sandbox(&["status"]), 7);
    std::fs::write(world.database(), "garbage, and a good deal of it").unwrap();
    fails(world.sandbox(&["list"]), 7);
    fails(world.sandbox(&["history"]), 7);
    judge.ask_other_parsers(&world);
}
