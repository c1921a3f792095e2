//! What must hold of a world after anything.

use std::path::Path;

use super::scene::Leaves;
use crate::harness::Output;
use crate::harness::World;
use crate::harness::files::Files;

/// Codes of a command that says what is wrong: trouble, login, store, state, unfinished, busy.
pub const REPORTED: &[i32] = &[3, 4, 6, 7, 8, 9];

/// Looks, lets the program recover, looks again, disconnects.
#[track_caller]
pub fn judge(world: &World, leaves: Leaves) {
    let files = world.files();
    assert_eq!(files.open_to_others(), [] as [&Path; 0]);
    // A sealed file and a cache show no token.
    let store = world.data().join("secrets");
    let store = store.strip_prefix(world.lived()).unwrap();
    let outside = paths_with_a_token(&files).into_iter();
    let outside: Vec<_> = outside.filter(|path| !path.starts_with(store)).collect();
    assert!(outside.is_empty(), "tokens outside the store: {outside:?}");

    let before = world.command(&["status", "--json"]).run();
    // A damaged cache may still be there.
    let damaged = before.code() == 7 && before.report().contains("is damaged");
    assert!(
        damaged || [0, 3, 4].contains(&before.code()),
        "{}",
        before.report()
    );
    let recovered = world.command(&["refresh", "--all", "--json"]).run();
    let known = recovered.json()["accounts"].as_array().map(Vec::len);
    let known = known.unwrap_or_else(|| panic!("no accounts\n{}", recovered.report()));
    let healthy = recovered.code() == 0 && known == 1;
    let dead = recovered.code() == 4 && known == 1;
    let none = recovered.code() == 0 && known == 0;
    let fits = match leaves {
        Leaves::Account => healthy,
        Leaves::AccountOrNone => healthy || none,
        Leaves::AccountOrDead => healthy || dead,
        Leaves::None => none,
    };
    assert!(fits, "{leaves:?} after refresh\n{}", recovered.report());
    assert!(
        !(dead && before.code() == 0),
        "an ended token was called connected\n{}",
        before.report()
    );
    let after = world.command(&["status", "--json"]).run();
    let after = after.assert_code(if healthy { 0 } else { 4 });
    let stores = stores_with_tokens(world);
    assert_eq!(
        stores.len(),
        known,
        "tokens are in {stores:?}\n{}",
        after.report()
    );
    assert_sound(world);
    let gone = world.command(&["disconnect", "--yes", "--json"]).run();
    let _ = gone.assert_code(if known == 0 { 4 } else { 0 });
    assert_no_token(world);
    assert_eq!(world.files().open_to_others(), [] as [&Path; 0]);
}

/// Fails with what was said unless the command ended as one that did its work or says what is wrong.
#[track_caller]
pub fn assert_reported(output: &Output) {
    let is_reported = output.code() == 0 || REPORTED.contains(&output.code());
    assert!(is_reported, "{}", output.report());
    assert!(
        !output.report().contains("a bug in igconnect"),
        "{}",
        output.report()
    );
}

/// Fails unless the database is whole, where there is one.
#[track_caller]
pub fn assert_sound(world: &World) {
    let database = world.database();
    if database.path().exists() {
        assert_eq!(database.fault(), None);
    }
}

/// Fails if a token of the sandbox is left anywhere, sealed or not.
#[track_caller]
pub fn assert_no_token(world: &World) {
    assert_eq!(sealed_tokens(world), 0, "sealed tokens are left");
    let files = world.files();
    assert_eq!(paths_with_a_token(&files), [] as [&Path; 0]);
}

/// How many tokens the sealed file has, where there is one.
fn sealed_tokens(world: &World) -> usize {
    let entries = world.sealed_entries().into_iter();
    entries
        .filter(|(name, _)| name.starts_with("acct/"))
        .count()
}

/// The words of the stores in which an account's token is.
pub fn stores_with_tokens(world: &World) -> Vec<&'static str> {
    let secrets = Files::of(&world.data().join("secrets"));
    let mut names = secrets.contents().map(|(path, _)| path.to_string_lossy());
    let stores = [
        ("file", names.any(|name| name.starts_with("acct."))),
        ("sealed", sealed_tokens(world) > 0),
    ];
    let stores = stores.into_iter().filter(|(_, has)| *has);
    stores.map(|(word, _)| word).collect()
}

/// The sandbox's tokens begin as Instagram's do.
fn paths_with_a_token(files: &Files) -> Vec<&Path> {
    let holds_token = |bytes: &[u8]| {
        let mut parts = bytes.windows(24);
        parts.any(|part| part.starts_with(b"IGAA") && part.iter().all(u8::is_ascii_alphanumeric))
    };
    let holding = files.contents().filter(|(_, content)| holds_token(content));
    holding.map(|(path, _)| path).collect()
}
