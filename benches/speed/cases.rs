//! What is compared with what.

use std::path::Path;
use std::process::Command;

use crate::keyring::{self, Keyring};
use crate::measure::{Program, Used, empty_program, in_turns, installed, program_path};

/// The same question as `status --json` and `list --json` ask, for SQLite's own shell.
pub const SAME: &str = "SELECT a.id, a.app_scoped_id, a.username, a.alias, a.is_default, a.app, a.store, a.issued_at,
    a.expires_at, a.scopes, a.fingerprint, a.connected_at, a.verified_at, a.trouble, p.name, p.biography, p.website,
    p.account_type, p.profile_picture_url, p.followers_count, p.follows_count, p.media_count, p.fetched_at, j.operation
    FROM account a LEFT JOIN profile p ON p.account_id = a.id LEFT JOIN journal j ON j.account_id = a.id";

/// A line of the table.
fn line(
    what: &str,
    accounts: &str,
    ours: &Program,
    theirs: Option<(&str, &Program)>,
    seconds: f64,
    count: bool,
) {
    let (used, with, ratio) = match theirs {
        Some((name, theirs)) => {
            let (ours, theirs) = in_turns(ours, theirs, seconds);
            let ratio = format!("{:.3}", ours.cpu / theirs.cpu);
            (ours, name, ratio)
        }
        None => (in_turns(ours, ours, seconds / 2.0).0, "", String::new()),
    };
    let instructions = count.then(|| ours.instructions()).flatten();
    let instructions = instructions
        .map(|millions| format!("{millions:.2} M"))
        .unwrap_or_default();
    let Used { cpu, memory, .. } = used;
    let (milliseconds, megabytes) = (cpu * 1e3, memory as f64 / 1e6);
    println!(
        "| `{what}` | {accounts} | {milliseconds:.2} ms | {megabytes:.1} MB | {instructions} | {with} | {ratio} |"
    );
}

/// Measures commands over caches of these sizes; names what is missing.
pub fn all(folder: &Path, sizes: &[u64], seconds: f64) -> Vec<String> {
    let mut missing = Vec::new();
    let mut or_missing = |name: &str| {
        let found = installed(name);
        if found.is_none() {
            missing.push(name.to_owned());
        }
        found
    };
    let sqlite = or_missing("sqlite3");
    let gh = or_missing("gh");
    let keyring = keyring::PROGRAMS.map(&mut or_missing);
    or_missing("valgrind");

    println!("| command | accounts | CPU | memory | instructions | against | ratio of CPU |");
    println!("|---|--:|--:|--:|--:|---|--:|");
    let igconnect = |arguments: &[&str], world: &Path| {
        let program = Program::new(program_path(), arguments);
        program.env("HOME", folder).env("IGCONNECT_DATA_DIR", world)
    };
    let version = igconnect(&["--version"], folder);
    match empty_program(folder) {
        Some(empty) => {
            let empty = Program::new(empty, &[]);
            line(
                "--version",
                "",
                &version,
                Some(("an empty Rust program", &empty)),
                seconds,
                true,
            );
        }
        None => missing.push("rustc".to_owned()),
    }
    let mut fewest = None;
    let mut full_page = None;
    for &size in sizes {
        let world = folder.join(size.to_string());
        make(&world, size, &[]);
        let database = world.join("igconnect.sqlite");
        let ask = |sql: String| {
            let shell = sqlite.as_ref()?;
            let question = Program::new(shell, &["-init", "/dev/null", "-json", "-readonly"]);
            Some(question.arg(&database).arg(sql))
        };
        let accounts = spaced(size);
        let one = ask(format!("{SAME} WHERE a.is_default = 1"));
        let every = ask(format!("{SAME} ORDER BY a.username, a.id"));
        let soon = "SELECT count(*) FROM account WHERE expires_at < unixepoch() + 604800 OR expires_at IS NULL";
        let soon = ask(soon.to_owned());
        let with = |program: &Option<Program>, name: &'static str| {
            program.clone().map(|program| (name, program))
        };
        let compare = |what: &str, ours: &Program, theirs: Option<(&str, Program)>, count: bool| {
            let theirs = theirs.as_ref().map(|(name, theirs)| (*name, theirs));
            line(what, &accounts, ours, theirs, seconds, count);
        };
        let status = igconnect(&["status", "--json"], &world);
        let list = igconnect(&["list"], &world).first_page();
        compare(
            "status --json",
            &status,
            with(&one, "`sqlite3`, the same row"),
            true,
        );
        compare(
            "status",
            &igconnect(&["status"], &world),
            with(&one, "`sqlite3`, the same row"),
            true,
        );
        match &fewest {
            Some(fewest) => {
                let fewest = ("itself with the fewest accounts", Program::clone(fewest));
                compare("status --json", &status, Some(fewest), false);
            }
            None => fewest = Some(status.clone()),
        }
        // Fewer accounts do not fill a page.
        match &full_page {
            Some(list_of_few) => {
                let few = ("itself with fewer accounts", Program::clone(list_of_few));
                compare("list \\| head", &list, Some(few), false);
            }
            None => compare("list \\| head", &list, None, false),
        }
        if size >= 1000 && full_page.is_none() {
            full_page = Some(list);
        }
        let heavy = size <= 1000;
        compare(
            "list --json",
            &igconnect(&["list", "--json"], &world),
            with(&every, "`sqlite3`, the same rows"),
            heavy,
        );
        let within = igconnect(
            &["status", "--all", "--expires-within", "7d", "--quiet"],
            &world,
        );
        compare(
            "status --all --expires-within 7d",
            &within,
            with(&soon, "`sqlite3` counting the same"),
            false,
        );
        // Five walks through all accounts: the form that asks most of `status --all`.
        compare(
            "status --all --format prometheus",
            &igconnect(&["status", "--all", "--format", "prometheus"], &world),
            with(&every, "`sqlite3`, the same rows"),
            false,
        );
        // The memory of the first grows with the accounts, by an id and an outcome each.
        let foreseen = ["refresh", "--all", "--dry-run", "--json"];
        compare(
            "refresh --all --dry-run --json",
            &igconnect(&foreseen, &world),
            None,
            false,
        );
        let history = igconnect(&["history", "--all", "--json"], &world);
        compare("history --all --json", &history, None, false);
        if size == sizes[0]
            && let Some(gh) = &gh
        {
            let config = folder.join("gh");
            std::fs::create_dir_all(&config).expect("a folder");
            let hosts = "github.com:\n    oauth_token: gho_0000\n    user: someone\n";
            std::fs::write(config.join("hosts.yml"), hosts).expect("a file");
            let gh = Program::new(gh, &["auth", "token"])
                .env("GH_CONFIG_DIR", config)
                .env("HOME", folder);
            compare(
                "status --json",
                &status,
                Some(("`gh auth token`", gh)),
                false,
            );
        }
        if size > 1000 && size > sizes[0] {
            let _ = std::fs::remove_file(&database);
        }
    }
    if keyring.iter().all(Option::is_some) {
        token(folder, seconds);
    }
    missing
}

/// Makes a cache, in a process of its own: the memory of the process that starts a program counts as that program's.
pub fn make(world: &Path, accounts: u64, more: &[&str]) {
    std::fs::create_dir_all(world).expect("a folder");
    let me = std::env::current_exe().expect("this program");
    let mut maker = Command::new(me);
    maker
        .arg("--make-world")
        .arg(world)
        .args(["--accounts", &accounts.to_string()])
        .args(more);
    assert!(
        maker.status().is_ok_and(|status| status.success()),
        "no world of {accounts} accounts"
    );
}

/// `token` against `secret-tool`, with a keyring of its own.
fn token(folder: &Path, seconds: f64) {
    let keyring = Keyring::start(&folder.join("keyring"));
    let here = |program: Program| program.env("DBUS_SESSION_BUS_ADDRESS", &keyring.address);
    let igconnect = |arguments: &[&str]| {
        let program = Program::new(program_path(), &[&["--sandbox"], arguments].concat());
        here(program)
            .env("HOME", folder)
            .env("IGCONNECT_DATA_DIR", folder.join("token"))
            .env("IGCONNECT_STORE", "keyring")
    };
    let login = igconnect(&["login", "--quiet", "--port", "0"]);
    assert!(login.succeeds(), "no login with this keyring");
    let found = here(Program::new(
        "secret-tool",
        &["lookup", "service", "igconnect-sandbox"],
    ));
    assert!(found.succeeds(), "nothing in this keyring");
    let theirs = Some(("`secret-tool lookup`", &found));
    line("token", "1", &igconnect(&["token"]), theirs, seconds, true);
}

/// `100000` as `100 000`.
fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(" ")
}
