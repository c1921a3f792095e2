//! The store `command`: docker-credential helpers, the real ones and such as misbehave.

use std::fs;
use std::time::Duration;

use crate::harness::accounts::WRECKSHOP;
use crate::harness::keeper::Keeps;
use crate::harness::{World, need};

/// Connect, use, renew, lose the cache, forget: what a person does with an account, whatever keeps its token.
#[track_caller]
fn journey(world: &World, store: &str) {
    world.set_env("IGCONNECT_STORE", store);
    world.connect_in("backdated");
    let status = world.sandbox(&["status", "--json"]).run().assert_code(0);
    assert_eq!(status.json()["accounts"][0]["token"]["store"], store);
    let (first, renewed) = (world.token("wreckshop.records"), || {
        world.sandbox(&["refresh", "--force", "--json"]).run()
    });
    // `token` renewed what was due, and Instagram renews nothing younger than a day.
    let young = renewed().assert_code(0).json();
    assert_eq!(young["accounts"][0]["outcome"], "too_young");
    fs::remove_file(world.database()).unwrap();
    let _ = world.sandbox(&["refresh", "--all"]).run().assert_code(0);
    assert_eq!(world.token("wreckshop.records"), first);
    let verified = world.sandbox(&["status", "--verify"]).run();
    let _ = verified.assert_code(0);
    assert!(
        !world.plain_folder().exists(),
        "a token is in a file of ours"
    );
    let gone = world.sandbox(&["disconnect", "--yes"]).run();
    let _ = gone.assert_code(0);
    let _ = world.sandbox(&["token"]).run().assert_code(4);
}

#[test]
fn pass_keeps_tokens() {
    keeps_tokens("pass");
}

#[test]
fn the_helper_of_the_secret_service_keeps_tokens() {
    keeps_tokens("secretservice");
}

#[track_caller]
fn keeps_tokens(helper: &'static str) {
    let Some(world) = World::keeping(Keeps::Command(helper)) else {
        return;
    };
    journey(&world, world.keeper().word());
    assert!(world.secret_names().is_empty());
}

#[test]
fn the_recipe_of_the_manual_keeps_tokens_as_it_is_written() {
    if !need("age") || !need("jq") {
        return;
    }
    let world = World::new();
    let topic = world
        .command(&["help", "credential-helpers"])
        .run()
        .assert_code(0);
    let recipe: Vec<&str> = topic
        .stdout()
        .lines()
        .skip_while(|line| !line.contains("#!/bin/sh"))
        .take_while(|line| line.is_empty() || line.starts_with("    "))
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    world.script("docker-credential-age", &recipe.join("\n"));
    let folder = world.folder("XDG_CONFIG_HOME").join("age");
    fs::create_dir(&folder).unwrap();
    let key = folder.join("key.txt").display().to_string();
    let _ = world
        .program("age-keygen", &["-o", &key])
        .run()
        .assert_code(0);
    journey(&world, "command:age");
}

#[test]
fn a_credential_helper_gets_one_word_and_no_secret_in_its_environment() {
    let world = World::new();
    let note = world.folder("TMPDIR").join("note");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$#:$*\" >>{note}\nenv >>{note}\ncat >/dev/null\nexit 1\n",
        note = note.display()
    );
    world.script("docker-credential-curious", &script);
    world.set_env("IGCONNECT_STORE", "command:curious");
    let login = world
        .sandbox(&["login", "--port", "0"])
        .env("IGCONNECT_SANDBOX_TOKEN", "IGAAcanary")
        .env(
            "IGCONNECT_SANDBOX_APP_SECRET",
            "5a9db0c05a9db0c05a9db0c05a9db0c0",
        );
    let _ = login.run().assert_code(6);
    let note = fs::read_to_string(note).unwrap();
    assert!(note.starts_with("1:store\n"), "{note}");
    assert!(!note.contains("canary"), "{note}");
}

#[test]
fn a_helper_name_with_a_path_or_shell_characters_is_refused() {
    for name in [
        "command:",
        "command:../x",
        "command:a b",
        "command:a;b",
        "command",
    ] {
        let world = World::new();
        let login = world.sandbox(&["login", "--port", "0"]);
        let login = login.env("IGCONNECT_STORE", name).run().assert_code(2);
        let _ = login.assert_says("command:NAME");
    }
}

/// A helper that works, except for what `$1` does here.
const MISBEHAVES: [(&str, &str, i32, &str); 7] = [
    ("get", "exit 1", 6, "get failed"),
    ("get", "echo not-json", 6, "unexpected answer"),
    ("get", "exec yes", 6, "unexpected answer"),
    ("get", "exec sleep 1000", 6, "did not answer within"),
    (
        "get",
        "printf '{\"ServerURL\":\"x\",\"Username\":\"x\",\"Secret\":\"short\"}'",
        4,
        "gone from the credential helper",
    ),
    ("store", "cat >/dev/null", 6, "did not keep"),
    ("store", "exit 1", 6, "did not keep|failed"),
];

/// A helper that keeps secrets, but leaves one verb to a misdeed.
fn install(world: &World, verb: &str, misdeed: &str) {
    let first = format!("[ \"$1\" != {verb} ] || {{ {misdeed}; exit; }}");
    world.keeps_in_files("own", &first);
}

#[test]
fn no_fault_of_a_credential_helper_loses_a_token() {
    std::thread::scope(|scope| {
        for (verb, misdeed, code, words) in MISBEHAVES {
            scope.spawn(move || {
                let world = World::new();
                world.set_env("IGCONNECT_STORE", "command:own");
                install(&world, "none", "true");
                world.connect_in("backdated");
                let before = kept(&world);
                install(&world, verb, misdeed);
                let refresh = world.sandbox(&["refresh"]).run().assert_code(code);
                let says = words
                    .split('|')
                    .any(|words| refresh.stderr().contains(words));
                assert!(says, "{verb}: {misdeed}\n{}", refresh.report());
                assert_eq!(kept(&world), before, "{verb}: {misdeed}");
                install(&world, "none", "true");
                let _ = world.sandbox(&["refresh"]).run().assert_code(0);
                let _ = world.token("wreckshop.records");
            });
        }
    });
}

/// What the helper of these tests keeps of the account.
fn kept(world: &World) -> Vec<String> {
    let files = fs::read_dir(world.folder("HOME")).unwrap();
    let mut kept: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(WRECKSHOP))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    kept.sort();
    kept
}

#[test]
fn a_silent_helper_is_waited_for_once_and_its_children_end_with_it() {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "command:own");
    install(&world, "none", "true");
    world.connect_two();
    let note = world.folder("TMPDIR").join("sleepers");
    let sleeper = format!("sleep 1000 & echo $! >>{}; wait", note.display());
    install(&world, "get", &sleeper);
    let refresh = world.sandbox(&["refresh", "--all", "--json"]);
    let refresh = refresh.timeout(Duration::from_secs(90)).run();
    let answer = refresh.assert_code(6).json();
    for account in answer["accounts"].as_array().unwrap() {
        assert_eq!(account["error"]["code"], "store", "{account}");
    }
    let sleepers = fs::read_to_string(note).unwrap();
    assert_eq!(sleepers.lines().count(), 1, "it was waited for again");
    let sleeper = rustix::process::Pid::from_raw(sleepers.trim().parse().unwrap()).unwrap();
    crate::harness::until("the end of the sleeper", || {
        rustix::process::test_kill_process(sleeper).err().map(drop)
    });
}

#[test]
fn a_helper_that_is_not_installed_is_named() {
    let world = World::new();
    let login = world.sandbox(&["login", "--port", "0"]);
    let login = login.env("IGCONNECT_STORE", "command:missing").run();
    let _ = login
        .assert_code(6)
        .assert_says("docker-credential-missing");
}
