//! Little of everything: room on the disk, size of a file, open files, memory. The command says so or goes on, and
//! nothing is lost.

use super::judge::{REPORTED, judge};
use super::scene::{Leaves, SCENES, world};
use super::sweep::{Attempt, Stage};
use crate::harness::sweep::{size, spread, try_all};
use crate::harness::{World, need};

/// What `prlimit` (util-linux) allows, in its own words: nothing at first, then more than enough.
fn limits() -> Vec<String> {
    let sizes = (0..24).map(|step| format!("--fsize={}", step * 2500));
    let files = (4..28).map(|count| format!("--nofile={count}"));
    sizes.chain(files).chain(memory()).collect()
}

fn memory() -> impl Iterator<Item = String> {
    (28..60).map(|step| format!("--as={}", step * 1_000_000))
}

#[test]
fn no_shortage_loses_an_account() {
    if !need("prlimit") {
        return;
    }
    let stage = Stage::new(SCENES.iter().copied());
    let all = stage.attempts(|_, _| limits());
    try_all("shortages survived", &spread(&all, size(40)), attempt);
}

/// Its tasks cannot run, so it must not wait for them.
#[test]
fn a_login_with_too_little_memory_ends_and_does_not_wait() {
    if !need("prlimit") {
        return;
    }
    let logins = SCENES.iter().filter(|scene| scene.name == "login");
    let stage = Stage::new(logins.copied());
    let all = stage.attempts(|_, _| memory().collect());
    try_all("logins with little memory ended", &all, attempt);
}

fn attempt(attempt: &Attempt<'_, String>) -> Result<(), String> {
    let limit = &attempt.how;
    let world = attempt.scene.world(attempt.template);
    let ended = world
        .under("prlimit", &[limit], attempt.scene.command)
        .run();
    // Too little to load the program at all (127), to start a thread or a runtime (1), or to have memory (a signal).
    let is_bare = !limit.starts_with("--fsize");
    let too_little = is_bare && ([1, 127].contains(&ended.code()) || ended.code() > 128);
    let is_reported = ended.code() == 0 || REPORTED.contains(&ended.code());
    assert!(is_reported || too_little, "{}", ended.report());
    // Without a handle for its signals tokio knows no better than to panic, on the sandbox's own thread; the standard
    // library does without memory for the second stack of a new thread.
    let helpless = [
        ("--nofile", "signal/unix.rs"),
        ("--as", "unix/stack_overflow.rs"),
    ];
    let said = |words: &str| ended.report().contains(words);
    let mut helpless = helpless.iter();
    let is_helpless = helpless.any(|(short, file)| limit.starts_with(short) && said(file));
    assert!(
        is_helpless || !said("a bug in igconnect"),
        "{}",
        ended.report()
    );
    judge(&world, attempt.scene.leaves_after(ended.code()));
    Ok(())
}

/// In a mount namespace of its own, on a disk of a few kilobytes: each command, and its code.
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o size=600k,mode=700 none "$1" || exit 99
shift
"$@" login --port 0 --quiet || exit 98
cat /dev/zero >"$XDG_DATA_HOME/filler" 2>/dev/null
for command in "login --port 0" "refresh --force" "disconnect --yes" "status" "list"; do
    # shellcheck disable=SC2086
    "$@" $command; echo "ended $command: $?" >&2
done
rm "$XDG_DATA_HOME/filler"
for command in "refresh --all" "status --verify" "disconnect --yes"; do
    # shellcheck disable=SC2086
    "$@" $command; echo "ended $command: $?" >&2
done
"#;

/// The same on one that can only be read.
const ON_A_DISK_TO_READ: &str = r#"
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
shift
for command in "status" "list" "token" "login --port 0" "refresh" "disconnect --yes"; do
    # shellcheck disable=SC2086
    "$@" $command; echo "ended $command: $?" >&2
done
"#;

/// What the script said of each command.
#[track_caller]
fn codes(world: &World, script: &str) -> Vec<String> {
    let data = world.folder("XDG_DATA_HOME");
    let options = ["--map-root-user", "--mount", "sh", "-c", script, "sh"];
    let options = [&options[..], &[data.to_str().unwrap()]].concat();
    let ended = world.under("unshare", &options, &[]).run().assert_code(0);
    assert!(
        !ended.report().contains("a bug in igconnect"),
        "{}",
        ended.report()
    );
    let lines = ended.stderr().lines();
    let lines = lines.filter_map(|line| line.strip_prefix("ended "));
    lines.map(str::to_owned).collect()
}

#[test]
fn a_full_disk_is_reported_and_accounts_work_when_there_is_room_again() {
    if !need("namespaces") {
        return;
    }
    assert_eq!(
        codes(&world("file"), ON_A_SMALL_DISK),
        [
            "login --port 0: 7",
            "refresh --force: 7",
            "disconnect --yes: 7",
            "status: 0",
            "list: 0",
            "refresh --all: 0",
            "status --verify: 0",
            "disconnect --yes: 0",
        ]
    );
}

#[test]
fn on_a_read_only_disk_reading_works_and_changes_fail() {
    if !need("namespaces") {
        return;
    }
    let scene = SCENES
        .iter()
        .find(|scene| scene.name == "disconnect")
        .unwrap();
    let world = scene.template();
    assert_eq!(
        codes(&world, ON_A_DISK_TO_READ),
        [
            "status: 0",
            "list: 0",
            "token: 0",
            "login --port 0: 7",
            "refresh: 7",
            "disconnect --yes: 7",
        ]
    );
    judge(&world, Leaves::Account);
}
