//! Meta apps: nothing is lost, and nothing wrong is kept.

use std::fs;

use crate::harness::World;
use crate::harness::keeper::Keeps;

const ID: &str = "1029384756102938";
const SECRET: &str = "5a9db0c05a9db0c05a9db0c05a9db0c0";

fn add(world: &World, name: &str, secret: &str) -> crate::harness::process::Run {
    world
        .sandbox(&["app", "add", name, "--id", ID])
        .stdin(secret)
}

#[test]
fn a_secret_goes_with_the_last_app_that_has_it() {
    let world = World::new();
    for name in ["local", "tunnel"] {
        let _ = add(&world, name, SECRET).run().assert_code(0);
    }
    let _ = world
        .sandbox(&["app", "remove", "tunnel"])
        .run()
        .assert_code(0);
    let _ = world
        .sandbox(&["app", "check", "local"])
        .run()
        .assert_code(0);
    let login = ["login", "--app", "local", "--port", "0", "--quiet"];
    let _ = world.sandbox(&login).run().assert_code(0);
    let _ = world
        .sandbox(&["app", "remove", "local"])
        .run()
        .assert_code(0);
    let _ = add(&world, "local", SECRET).run().assert_code(0);
}

#[test]
fn an_app_that_instagram_refuses_is_not_kept() {
    let world = World::new();
    let wrong = SECRET.replace('5', "6");
    let output = add(&world, "local", &wrong).run().assert_code(2);
    output.assert_warns("Instagram refuses the App Secret");
    for id in ["1234567890123456", "12345"] {
        let add = world.sandbox(&["app", "add", "--id", id]).stdin(SECRET);
        let _ = add.run().assert_code(2);
    }
    let output = add(&world, "local", "wrongsecret").run().assert_code(2);
    output.assert_warns("32 digits and letters");
    let list = world
        .sandbox(&["app", "list", "--json"])
        .run()
        .assert_code(0);
    assert_eq!(list.json()["apps"], serde_json::json!([]));
    // Later logins of the sandbox work as before.
    world.connect();
}

#[test]
fn without_an_answer_of_instagram_an_app_is_kept_with_a_warning() {
    let world = World::new();
    let add = world.sandbox(&["--scenario", "down", "app", "add", "--id", ID]);
    let output = add.stdin(SECRET).run().assert_code(0);
    output.assert_warns("the app was not checked");
}

#[test]
fn a_stored_secret_is_replaced_only_with_consent() {
    let Some(world) = World::keeping(Keeps::Plain) else {
        return;
    };
    let _ = add(&world, "local", SECRET).run().assert_code(0);
    // The same one again changes nothing.
    let _ = add(&world, "local", SECRET).run().assert_code(0);
    let other = "0".repeat(32);
    let down = |arguments: &[&str]| {
        let line = [
            &["--scenario", "down", "app", "add", "local", "--id", ID],
            arguments,
        ]
        .concat();
        world.sandbox(&line).stdin(other.as_str())
    };
    down(&[]).run().assert_code(2).assert_warns("--yes");
    let _ = world
        .sandbox(&["app", "check", "local"])
        .run()
        .assert_code(0);
    let _ = down(&["--yes"]).run().assert_code(0);
    let _ = world
        .sandbox(&["app", "check", "local"])
        .run()
        .assert_code(2);
}

#[cfg(unix)]
#[test]
fn a_mistyped_app_never_starts_a_set_up() {
    let world = World::new();
    let _ = add(&world, "shop", SECRET).run().assert_code(0);
    let config = fs::read(world.sandbox_folder().join("config.toml")).unwrap();
    for verb in [
        &["login", "--app", "shpo"][..],
        &["app", "check", "shpo"],
        &["app", "remove", "shpo"],
    ] {
        let output = world.on_a_terminal(&[&["--sandbox"], verb].concat(), &[]);
        let output = output.run().assert_code(2);
        output.assert_prints("Did you mean shop?");
    }
    assert_eq!(
        fs::read(world.sandbox_folder().join("config.toml")).unwrap(),
        config
    );
}

#[test]
fn hints_after_a_login_name_the_account() {
    let world = World::new();
    world.connect();
    let login = ["--scenario", "wrong-account", "login", "--port", "0"];
    let output = world.sandbox(&login).run().assert_code(0);
    output.assert_warns("igconnect --sandbox token @lina.draws");
}

#[test]
fn logins_that_were_begun_are_bounded() {
    let world = World::new();
    for _ in 0..110 {
        let _ = world.sandbox(&["login", "--begin"]).run().assert_code(0);
    }
    let count = world
        .database()
        .rows::<crate::harness::database::PendingLogin>()
        .len();
    assert_eq!(count, 100);
}
