//! The figures that have a limit: `cargo bench -- --bars`.
//!
//! Instructions and memory are the same on any machine. Ratios are of processor time, with both programs in turns. Only
//! the quotient of the ideal depends on the machine, which has to be idle for it.

use std::path::Path;
use std::time::Duration;

use crate::cases::{SAME, make};
use crate::instagram;
use crate::measure::{Program, Used, in_turns, installed, program_path};

/// How long an answer of Instagram takes.
const ANSWER: Duration = Duration::from_millis(50);

/// How many accounts `refresh --all` takes at once.
const AT_ONCE: f64 = 16.0;

/// Which side of its limit a figure has to be on.
#[derive(Clone, Copy)]
enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

fn print(what: &str, figure: Option<f64>, limit: Limit, unit: &str) {
    let (is_met, word, value) = match limit {
        Limit::AtMost(most) => (figure.map(|figure| figure <= most), "at most", most),
        Limit::AtLeast(least) => (figure.map(|figure| figure >= least), "at least", least),
    };
    let figure = figure.map_or("not measured".to_owned(), |figure| {
        format!("{figure:.2}{unit}")
    });
    let verdict = match is_met {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    };
    println!("| {what} | {figure} | {word} {value}{unit} | {verdict} |");
}

/// Measures all of them. `released` is a static build for a release, which has limits of its own.
pub fn all(folder: &Path, seconds: f64, released: Option<&str>) {
    println!("| figure | measured | limit | |");
    println!("|---|--:|--:|---|");
    one_account(folder);
    if let Some(program) = released {
        static_build(folder, program, seconds);
    }
    many_accounts(folder, seconds);
    refresh(folder);
}

fn igconnect(world: &Path, arguments: &[&str]) -> Program {
    build(&program_path(), world, arguments)
}

fn build(program: &str, world: &Path, arguments: &[&str]) -> Program {
    let program = Program::new(program, arguments);
    program.env("HOME", world).env("IGCONNECT_DATA_DIR", world)
}

fn one_account(folder: &Path) {
    let world = folder.join("one");
    make(&world, 1, &[]);
    let millions = |arguments| igconnect(&world, arguments).instructions();
    let json = millions(&["status", "--json"]);
    print(
        "`status --json`, instructions",
        json,
        Limit::AtMost(1.40),
        " M",
    );
    let card = millions(&["status"]);
    print("`status`, instructions", card, Limit::AtMost(2.5), " M");
}

/// Judges the static build in the world of [`one_account`].
fn static_build(folder: &Path, program: &str, seconds: f64) {
    let world = folder.join("one");
    let status = build(program, &world, &["status", "--json"]);
    let version = build(program, &world, &["--version"]).instructions();
    let what = "static `status --json`, instructions";
    print(what, status.instructions(), Limit::AtMost(1.05), " M");
    let what = "static `--version`, instructions";
    print(what, version, Limit::AtMost(0.6), " M");
    let shell = installed("sqlite3").map(|sqlite| {
        let shell = Program::new(sqlite, &["-init", "/dev/null", "-json", "-readonly"]);
        let row = format!("{SAME} WHERE a.is_default = 1");
        shell.arg(world.join("igconnect.sqlite")).arg(row)
    });
    let ratio = shell.map(|shell| {
        let (ours, theirs) = in_turns(&status, &shell, seconds);
        ours.time / theirs.time
    });
    let what = "static `status --json`, time of `sqlite3` asking for that row";
    print(what, ratio, Limit::AtMost(0.6), "");
    let size = std::fs::metadata(program).map(|file| file.len() as f64 / 1e6);
    print("static build, size", size.ok(), Limit::AtMost(11.5), " MB");
}

fn many_accounts(folder: &Path, seconds: f64) {
    let world = folder.join("many");
    make(&world, 100_000, &[]);
    let sqlite = installed("sqlite3");
    // The ratio to SQLite's own shell, and what the program used.
    let against = |arguments: &[&str], sql: &str| {
        let shell = Program::new(
            sqlite.as_ref()?,
            &["-init", "/dev/null", "-json", "-readonly"],
        );
        let shell = shell.arg(world.join("igconnect.sqlite")).arg(sql);
        let (ours, theirs) = in_turns(&igconnect(&world, arguments), &shell, seconds);
        Some((ours.cpu / theirs.cpu, megabytes(&ours)))
    };
    let list = against(
        &["list", "--json"],
        &format!("{SAME} ORDER BY a.username, a.id"),
    );
    let what = "`list --json` of 100,000 accounts, CPU of `sqlite3 -json`";
    print(what, list.map(|(ratio, _)| ratio), Limit::AtMost(0.9), "");
    let memory = list.map(|(_, memory)| memory);
    print(
        "`list --json` of 100,000 accounts, memory",
        memory,
        Limit::AtMost(12.0),
        " MB",
    );
    let count = against(
        &["status", "--all", "--quiet"],
        "SELECT count(*) FROM account",
    );
    let what = "`status --all --quiet` of 100,000 accounts, CPU of `sqlite3` counting them";
    print(what, count.map(|(ratio, _)| ratio), Limit::AtMost(1.5), "");
}

fn refresh(folder: &Path) {
    let (used, ideal) = refreshed(folder, 1_000);
    let what = "`refresh --all` of 1,000 accounts, ideal time by time";
    print(what, Some(ideal / used.time), Limit::AtLeast(0.85), "");
    // On a busy machine this says more than the quotient.
    let cpu = used.cpu / ideal;
    println!("| `refresh --all` of 1,000 accounts, CPU by ideal time | {cpu:.2} | | |");
    let (used, _) = refreshed(folder, 10_000);
    let what = "`refresh --all` of 10,000 accounts, memory";
    print(what, Some(megabytes(&used)), Limit::AtMost(48.0), " MB");
}

/// Refreshes so many accounts that are all due, with two requests for each. Returns the ideal time too, in seconds.
fn refreshed(folder: &Path, accounts: u32) -> (Used, f64) {
    let port = instagram::start(ANSWER);
    let data = folder.join(format!("due-{accounts}"));
    let world = data.join(format!("worlds/127.0.0.1-{port}"));
    make(&world, accounts.into(), &["--due"]);
    let program = igconnect(&data, &["refresh", "--all", "--quiet"]);
    let used = program
        .env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"))
        .run();
    let ideal = ANSWER.as_secs_f64() * 2.0 * f64::from(accounts) / AT_ONCE;
    (used, ideal)
}

fn megabytes(used: &Used) -> f64 {
    used.memory as f64 / 1e6
}
