//! The documents of `store`, whatever it finds or does.

use std::fs;

use super::judge::{Judge, parsers_are_here};
use crate::harness::World;
use crate::harness::keeper::{ABSENT, Keeps};
use crate::harness::sealed_file::KeyFrom;

#[test]
fn the_answers_about_stores_are_as_their_schema_says() {
    if !parsers_are_here() {
        return;
    }
    let judge = Judge::new();
    let Some(world) = World::keeping(Keeps::Sealed(KeyFrom::File)) else {
        return;
    };
    let ask = |name: &str, line: &[&str], code: i32| {
        let output = world.sandbox(&[&["store"], line, &["--json"]].concat());
        let _ = judge.judge(name, &output.run().assert_code(code));
    };
    ask("store_show", &["show"], 0);
    ask("store_check", &["check"], 0);
    world.connect();
    let add = world.sandbox(&["app", "add", "--id", "1029384756102938"]);
    let secret = "5a9db0c05a9db0c05a9db0c05a9db0c0";
    let _ = add
        .env("IGCONNECT_SANDBOX_APP_SECRET", secret)
        .run()
        .assert_code(0);
    ask("store_show", &["show"], 0);
    ask("store_check", &["check"], 0);
    let to = |store: &str, more: &[&str], code| {
        let line = ["move", "--to", store, "--yes"];
        ask("store_move", &[&line[..], more].concat(), code);
    };
    to("file", &["--all", "--dry-run"], 0);
    to("file", &["--all"], 0);
    to("file", &[], 0);
    to(ABSENT, &[], 6);
    for file in fs::read_dir(world.plain_folder()).unwrap().flatten() {
        fs::remove_file(file.path()).unwrap();
    }
    ask("store_show", &["show"], 0);
    ask("store_check", &["check", "--all"], 4);
    to("sealed", &["--all"], 4);
    judge.ask_other_parsers(&world);
}
