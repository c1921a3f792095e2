//! What people type out of habit, in part, or with a typo.

use crate::harness::World;
#[cfg(unix)]
use crate::harness::need;

#[test]
fn global_flags_alone_do_what_the_program_alone_does() {
    let world = World::new();
    let bare: &[&str] = &[];
    let begin = world.command(bare).run().assert_code(0);
    for line in [
        &["--sandbox"][..],
        &["--verbose"],
        &["--sandbox", "--no-input"],
    ] {
        let output = world.command(line).run().assert_code(0);
        assert_eq!(output.stdout(), begin.stdout(), "{line:?}");
    }
    let quiet = world.command(&["--quiet"]).run().assert_code(0);
    assert_eq!((quiet.stdout(), quiet.stderr()), ("", ""));
    let json = world.command(&["--json"]).run().assert_code(0).json();
    assert_eq!(json["accounts"], serde_json::json!([]));
    world.connect();
    let output = world.command(&["--sandbox"]).run().assert_code(0);
    output.assert_prints("@wreckshop.records");
    let json = world
        .command(&["--sandbox", "--json"])
        .run()
        .assert_code(0)
        .json();
    assert_eq!(json["accounts"][0]["username"], "wreckshop.records");
    // A command without its own command is still a mistake.
    for line in [&["app"][..], &["store", "--json"]] {
        let _ = world.command(line).run().assert_code(2);
    }
}

#[test]
fn version_is_understood_with_global_flags() {
    let world = World::new();
    let version = world.command(&["--version"]).run().assert_code(0);
    for line in [
        &["version"][..],
        &["--quiet", "version"],
        &["version", "--json"],
        &["--sandbox", "version"],
    ] {
        let output = world.command(line).run().assert_code(0);
        assert_eq!(output.stdout(), version.stdout(), "{line:?}");
    }
}

#[test]
fn an_unknown_command_gets_the_names_of_commands_only() {
    let world = World::new();
    for (typed, expected) in [
        ("logot", "Did you mean disconnect or login?"),
        ("lst", "list"),
        ("renwe", "Did you mean refresh?"),
        ("statsu", "Did you mean status?"),
    ] {
        let output = world
            .command(&[typed])
            .run()
            .assert_fails(2)
            .assert_says(expected);
        for hidden in ["logout", " ls", "renew?", "accounts", "whoami", " rm"] {
            output.assert_never_warns(hidden);
        }
    }
    let output = world.command(&["app", "lst"]).run().assert_fails(2);
    let _ = output.assert_says("list");
}

#[test]
fn a_mistyped_scenario_or_app_of_the_sandbox_is_recognised() {
    let world = World::new();
    for (line, expected) in [
        (
            &["--scenario", "dneies", "login", "--port", "0"][..],
            "Did you mean denies?",
        ),
        (
            &["--scenario", "token_err_code_used", "login", "--port", "0"],
            "Did you mean answer:token_err_code_used?",
        ),
        (
            &["--scenario", "zzz", "login", "--port", "0"],
            "igconnect sandbox --list",
        ),
        (&["login", "--app", "sandobx"], "Did you mean sandbox?"),
    ] {
        let _ = world
            .sandbox(&[&["--quiet"], line].concat())
            .run()
            .assert_fails(2)
            .assert_says(expected);
    }
    let list = world.sandbox(&["app", "list"]).run().assert_code(0);
    list.assert_warns("Logins use the app of the sandbox, with Instagram App ID 1029384756102938");
}

#[cfg(unix)]
#[test]
fn use_without_a_name_lets_a_person_choose() {
    let world = World::new();
    let _ = world
        .sandbox(&["use"])
        .run()
        .assert_fails(4)
        .assert_says("no account is connected");
    world.connect_two();
    for line in [&["use"][..], &["use", "--no-input"], &["use", "--json"]] {
        let output = world.sandbox(line).run().assert_code(2);
        output.assert_warns("igconnect --sandbox use lina");
    }
    if need("expect") {
        let run = world.on_a_terminal(
            &["--sandbox", "use"],
            &[("Default account", "\\033\\[A\\r")],
        );
        run.run()
            .assert_code(0)
            .assert_prints("is now the default account");
        let list = world.sandbox(&["list", "--json"]).run().json();
        let accounts = list["accounts"].as_array().unwrap();
        let default = accounts
            .iter()
            .find(|account| account["default"] == true)
            .unwrap();
        assert_eq!(default["alias"], "lina");
        let run = world.on_a_terminal(&["--sandbox", "use"], &[("Default account", "\\033")]);
        run.run()
            .assert_code(0)
            .assert_prints("(lina) is still the default account");
    }
}

#[cfg(unix)]
#[test]
fn a_missing_interpreter_is_named() {
    let world = World::new();
    world.connect();
    let script = world.script("publish", "#!/no/such/interpreter -x\n");
    let output = world
        .sandbox(&["run", "--", script.to_str().unwrap()])
        .run();
    let _ = output
        .assert_fails(2)
        .assert_says("its interpreter was not found: /no/such/interpreter");
    // A name is looked up as the system does it.
    let output = world
        .sandbox(&["run", "--", "publish"])
        .run()
        .assert_fails(2);
    let _ = output.assert_says("its interpreter was not found: /no/such/interpreter");
}

#[cfg(unix)]
#[test]
fn the_sandbox_ends_by_ctrl_c_as_by_any_other_wish() {
    if !need("expect") {
        return;
    }
    let world = World::new();
    let run = world.on_a_terminal(&["sandbox"], &[("igconnect login", "\\003")]);
    let output = run.run().assert_code(0);
    output.assert_never_prints("error:");
    // The lines can be pasted, each of them alone.
    for name in ["INSTAGRAM", "SANDBOX_APP_ID", "SANDBOX_APP_SECRET"] {
        output.assert_prints(&format!("  export IGCONNECT_{name}="));
    }
}
