//! What other programs notice of a refresh of many: a store that takes its time keeps nobody from the database.

use std::time::Duration;

use super::instagram::Instagram;
use super::many::{connected, count};
use crate::support::{World, need};

/// A credential helper that keeps each secret in a file, and before that tries to write to the database.
const HELPER: &str = r#"#!/bin/sh
cd "$HOME" || exit 9
sqlite3 -cmd '.timeout 0' 'DATABASE' 'BEGIN IMMEDIATE; ROLLBACK' || echo "$1" >>kept_waiting
name() { tr -c 'a-z0-9\n' _; }
case $1 in
store) cat >in; cp in "kept_$(sed 's/.*"ServerURL":"\([^"]*\)".*/\1/' in | name)" ;;
get) f=kept_$(name); [ -e "$f" ] && cat "$f" || { echo credentials not found in native keychain; exit 1; } ;;
erase) rm -f "kept_$(name)" ;;
list) echo '{}' ;;
esac
"#;

#[test]
fn while_a_store_is_asked_others_may_write() {
    if !need("sqlite3") {
        return;
    }
    let world = World::new();
    // All are answered at the same moment, so that their changes are ready together.
    let instagram = Instagram::new(16, Duration::ZERO, |_, _| None);
    let database = connected(&world, instagram.port, &[5; 16]);
    let helper = HELPER.replace("DATABASE", &database.display().to_string());
    world.script("docker-credential-patient", &helper);
    let to = "command:patient";
    let moved = world.command(&["store", "move", "--all", "--to", to, "--yes"]);
    let _ = moved.run().assert_code(0);
    let refreshed = world.command(&["refresh", "--all", "--quiet"]).run();
    let _ = refreshed.assert_code(0);
    assert_eq!(count(&database, "account WHERE generation = 2"), 16);
    let kept_waiting = world.folder("HOME").join("kept_waiting");
    assert!(
        !kept_waiting.exists(),
        "{:?}",
        std::fs::read_to_string(kept_waiting)
    );
}
