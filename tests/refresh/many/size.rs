//! A batch needs the same memory however many accounts there are.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::setup::{HOW_MANY, REPLY, connected, count, peak_memory, with_few_files};
use crate::harness::sealed_file::{KeyFrom, SealedFile};
use crate::harness::{World, until_within};
use crate::refresh::instagram::Instagram;

/// What it may hold in memory at most.
const MEMORY_MAX_KIB: u64 = 48 * 1024;

#[test]
fn however_many_accounts_there_are_it_stays_small() {
    measure("files", |_| ());
}

#[test]
fn however_many_accounts_are_in_the_sealed_file_it_stays_small() {
    measure("the sealed file", |world| {
        let _ = SealedFile::start(world, KeyFrom::File);
        let _ = (world.command(&[
            "store", "move", "--all", "--to", "sealed", "--yes", "--quiet",
        ]))
        .timeout(Duration::from_secs(600))
        .run()
        .assert_code(0);
    });
}

/// Refreshes as many as were asked for, of which a store has been made to hold the tokens.
fn measure(store: &str, keep: impl FnOnce(&World)) {
    let many = std::env::var(HOW_MANY).map_or(64, |many| many.parse().unwrap());
    let limit = Duration::from_secs(60) + Duration::from_millis(100) * u32::try_from(many).unwrap();
    let world = World::new();
    let instagram = Instagram::new(0, REPLY, |_, _| None);
    let database = connected(&world, instagram.port, &vec![5; many]);
    keep(&world);
    let running = with_few_files(&world, "--quiet").timeout(limit).spawn();
    let (mut memory, mut files) = (0, 0);
    let process = PathBuf::from(format!("/proc/{}", running.id()));
    until_within("its end", limit, || {
        files = files.max(fs::read_dir(process.join("fd")).map_or(0, Iterator::count));
        // Where the system tells nothing of a process, nothing is measured.
        let peak = peak_memory(&fs::read_to_string(process.join("status")).unwrap_or_default());
        memory = memory.max(peak.unwrap_or_default());
        // A process that has ended has no memory.
        peak.is_none().then_some(())
    });
    let output = running.finish().assert_code(0);
    let ideal = REPLY * 2 * u32::try_from(many).unwrap() / 16;
    println!(
        "{many} accounts in {store}: {:.1?}, ideal {ideal:.1?}, quotient {:.2}, {memory} KiB, {files} files open",
        output.took(),
        ideal.as_secs_f64() / output.took().as_secs_f64(),
    );
    assert_eq!(count(&database, 2), many);
    assert!(instagram.most() <= 16);
    assert!(memory <= MEMORY_MAX_KIB, "{memory} KiB");
}
