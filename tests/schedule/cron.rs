//! The real `crontab`, over a folder of the world.

use super::setup::{status, world};
use crate::harness::mode::private_folder;
use crate::harness::{World, need};

/// The world's own tables. False where this machine may do without cron.
fn has_a_crontab(world: &World) -> bool {
    if !need("cron") || !need("namespaces") {
        return false;
    }
    let spool = private_folder(&world.root().join("spool"));
    let script = format!(
        "#!/bin/sh\nexec unshare --map-root-user --mount sh -c 'mount --bind {} /var/spool/cron/crontabs && \
         exec /usr/bin/crontab \"$@\"' crontab \"$@\"\n",
        spool.display()
    );
    world.script("crontab", &script);
    true
}

fn table(world: &World) -> Vec<u8> {
    let output = world.program("crontab", &["-l"]).run();
    output.stdout_bytes().to_vec()
}

#[test]
fn installing_and_removing_keeps_every_other_line_of_the_crontab() {
    let world = world();
    if !has_a_crontab(&world) {
        return;
    }
    // Nothing but ours: the table goes with it.
    let install = |at: &str| {
        let line = ["schedule", "install", "--with", "cron", "--at", at];
        world.sandbox(&line).run().assert_code(0)
    };
    let _ = install("06:17");
    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    let gone = world.program("crontab", &["-l"]).run().assert_code(1);
    let _ = gone.assert_says("no crontab");

    let theirs =
        b"MAILTO=me@example.org\n# \xc3\xa4 \xff\t \n\n5 4 * * * true 100\\% # igconnect refresh\n";
    let run = world.program("crontab", &["-"]).stdin(theirs.as_slice());
    let _ = run.run().assert_code(0);
    let _ = install("06:17");
    let first = table(&world);
    assert!(
        first.starts_with(theirs),
        "{}",
        String::from_utf8_lossy(&first)
    );
    let _ = install("06:17");
    assert_eq!(table(&world), first, "twice is once");
    let _ = install("23:05");
    let second = String::from_utf8_lossy(&table(&world)).into_owned();
    assert_eq!(second.matches("--scheduled").count(), 1, "{second}");
    assert!(second.contains("\n5 23 * * * "), "{second}");
    assert_eq!(status(&world)["at"], "23:05");
    assert_eq!(status(&world)["scheduler"], "cron");
    assert_eq!(status(&world)["current"], true);
    // Without --at the time stays; the worlds are apart.
    let _ = world.sandbox(&["schedule", "install"]).run().assert_code(0);
    assert_eq!(status(&world)["at"], "23:05");
    let other = world.command(&["schedule", "status", "--json"]).run();
    assert_eq!(other.assert_code(0).json()["schedule"]["installed"], false);

    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    assert_eq!(table(&world), theirs);
    assert_eq!(status(&world)["installed"], false);
    let left = world.sandbox_folder().join("schedule.json");
    assert!(!left.exists());
}

#[test]
fn the_crontab_line_runs_as_it_is_written() {
    let world = world();
    if !has_a_crontab(&world) {
        return;
    }
    world.connect();
    let folder = private_folder(&world.root().join("a b%c'd$e\"f"));
    std::os::unix::fs::symlink(world.binary(), folder.join("igconnect")).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let programs = format!("{}:{path}", world.root().join("programs").display());
    let line = ["schedule", "install", "--with", "cron"];
    let _ = world
        .sandbox(&line)
        .env("PATH", programs)
        .run()
        .assert_code(0);

    let table = String::from_utf8(table(&world)).unwrap();
    let line = table
        .lines()
        .find(|line| line.contains("--scheduled"))
        .unwrap();
    // As cron does: five fields, the rest to the shell, a percent sign without its backslash.
    let command = line.splitn(6, ' ').last().unwrap().replace("\\%", "%");
    assert!(
        command.contains("a b%c"),
        "the way that it was called by: {command}"
    );
    let mut run = world.program("sh", &["-c", &command]);
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"] {
        run = run.without_env(name);
    }
    let output = run.run().assert_code(0);
    assert_eq!(
        (output.stdout(), output.stderr()),
        ("", ""),
        "cron would send a letter"
    );
    assert_eq!(status(&world)["last_run"]["exit"], 0);
}

#[test]
fn a_table_that_cannot_be_read_is_not_written() {
    let world = world();
    world.script(
        "crontab",
        "#!/bin/sh\n[ \"$1\" = -l ] || touch \"$HOME/written\"\necho You are not allowed >&2\nexit 1\n",
    );
    let line = ["schedule", "install", "--with", "cron"];
    let output = world.sandbox(&line).run().assert_fails(1);
    let _ = output
        .assert_says("crontab -l failed")
        .assert_says("You are not allowed");
    assert!(!world.folder("HOME").join("written").exists());
}

#[test]
fn doctor_and_schedule_agree() {
    let world = world();
    if !has_a_crontab(&world) {
        return;
    }
    let result = || {
        let report = world.sandbox(&["doctor", "--json"]).run().json();
        let checks = report["checks"].as_array().unwrap().clone();
        let check = checks.iter().find(|check| check["name"] == "schedule");
        check.unwrap()["result"].clone()
    };
    let line = ["schedule", "install", "--with", "cron"];
    let _ = world.sandbox(&line).run().assert_code(0);
    assert_eq!(result(), "ok");
    let _ = world.sandbox(&["schedule", "remove"]).run().assert_code(0);
    assert_eq!(result(), "warning");
}
