//! One entry of a sealed file read, and one replaced, beside as many others as wanted: `token` and `app add`.

use std::path::Path;

use rusqlite::Connection;

use crate::cases::{IGCONNECT, line};
use crate::measure::Program;

/// Entries beside the one that is asked for.
const SIZES: [u64; 3] = [1, 200, 10_000];

pub fn all(folder: &Path, seconds: f64) {
    let mut alone: Option<[Program; 2]> = None;
    for entries in SIZES {
        let world = folder.join(format!("sealed-{entries}"));
        let igconnect = |arguments: &[&str]| {
            let program = Program::new(IGCONNECT, &[&["--sandbox", "--quiet"], arguments].concat());
            program
                .env("HOME", folder)
                .env("IGCONNECT_DATA_DIR", &world)
                .env("IGCONNECT_STORE", "sealed")
                .env("IGCONNECT_SEAL_KEY_FILE", folder.join("seal.key"))
                .env("IGCONNECT_APP_SECRET", "0123456789abcdef0123456789abcdef")
        };
        assert!(igconnect(&["login", "--port", "0"]).succeeds(), "no login");
        fill(&world.join("worlds/sandbox/sealed.sqlite"), entries - 1);
        let read = igconnect(&["token"]);
        let replace = igconnect(&["app", "add", "--id", "1234567890123456"]);
        let [one_read, one_replaced] = alone.get_or_insert_with(|| [read.clone(), replace.clone()]);
        let size = format!("{entries} sealed");
        for (what, ours, theirs) in [
            ("token", &read, one_read),
            ("app add", &replace, one_replaced),
        ] {
            let theirs = Some(("itself with one entry", &*theirs));
            line(what, &size, ours, theirs, seconds, true);
        }
    }
}

/// Copies of the one entry under other names: nobody opens them.
fn fill(file: &Path, more: u64) {
    let more = i64::try_from(more).expect("a count");
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
               INSERT INTO entry (name, sealed)
               SELECT printf('acct/178%014d/a', i), (SELECT sealed FROM entry LIMIT 1) FROM n WHERE ?1 > 0";
    let database = Connection::open(file).expect("the sealed file");
    database.execute(sql, [more]).expect("entries");
}
