//! `IGCONNECT_LOG`: what happens, as lines that programs read, and never a secret.

use std::fs;

use serde_json::Value;

use crate::harness::Output;
use crate::harness::World;
use crate::harness::mode;

/// Every event that a log may tell; a library's would be another.
const EVENTS: [&str; 9] = [
    "begin", "end", "failure", "request", "retry", "account", "store", "lock", "callback",
];

/// The lines of a log among what else was said.
#[track_caller]
fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().filter(|line| line.starts_with('{'));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    for line in &lines {
        let event = line["event"].as_str().expect("an event");
        assert!(EVENTS.contains(&event), "{line}");
        assert!(line["process"].is_u64(), "{line}");
        let time = line["time"].as_str().expect("a time");
        assert!(time.ends_with('Z') && time.len() == 24, "{line}");
    }
    lines
}

#[track_caller]
fn logged(world: &World, level: &str, line: &[&str], code: i32) -> (Output, Vec<Value>) {
    let run = world.sandbox(line).env("IGCONNECT_LOG", level);
    let output = run.run().assert_code(code);
    let lines = lines(output.stderr());
    (output, lines)
}

fn of<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[test]
fn a_login_and_a_refresh_are_logged_step_by_step_without_a_query() {
    let world = World::new();
    let login = ["--scenario", "backdated", "login", "--port", "0"];
    let (output, lines) = logged(&world, "trace", &login, 0);
    assert_eq!(lines[0]["command"], "login");
    assert_eq!(of(&lines, "callback")[0]["verdict"], "accepted");
    assert_eq!(of(&lines, "account")[0]["happened"], "connected");
    assert_eq!(of(&lines, "account")[0]["account"], "17841400000000017");
    let places: Vec<_> = of(&lines, "request")
        .iter()
        .map(|line| line["path"].clone())
        .collect();
    assert_eq!(
        places,
        ["/oauth/access_token", "/access_token", "/v25.0/me"],
        "{}",
        output.report()
    );

    let (output, lines) = logged(&world, "debug", &["refresh"], 0);
    let requests = of(&lines, "request");
    assert_eq!(requests.len(), 2, "{}", output.report());
    for request in requests {
        assert_eq!(
            (&request["method"], &request["status"]),
            (&"GET".into(), &200.into())
        );
        assert_eq!(
            (&request["host"], &request["level"]),
            (&"127.0.0.1".into(), &"debug".into())
        );
        assert!(request["milliseconds"].is_u64());
    }
    assert!(!output.stderr().contains('?'), "{}", output.report());
    let end = lines.last().unwrap();
    assert_eq!((&end["event"], &end["exit"]), (&"end".into(), &0.into()));
}

#[test]
fn a_level_leaves_out_what_is_less_grave() {
    let world = World::new();
    world.connect();
    let events = |level: &str, line: &[&str], code| {
        let (_, lines) = logged(&world, level, line, code);
        let events = lines
            .iter()
            .map(|line| line["event"].as_str().unwrap().to_owned());
        events.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(events("info", &["status"], 0), "begin end");
    assert_eq!(events("warn", &["status"], 0), "");
    assert_eq!(events("ERROR", &["status", "@unknown"], 4), "failure");
    assert_eq!(events("off", &["status", "@unknown"], 4), "");
    assert_eq!(events("info", &["--nonsense"], 2), "failure end");
    assert_eq!(
        events("info", &["status", "--verify", "--quiet"], 0),
        "begin account end"
    );
    let (output, lines) = logged(&world, "error", &["status", "@unknown", "--json"], 4);
    assert_eq!(lines[0]["code"], "login");
    assert_eq!(output.json()["error"]["code"], "login");
}

#[test]
fn a_file_is_private_appended_to_and_bounded() {
    let world = World::new();
    world.connect();
    let file = world.folder("HOME").join("igconnect.log");
    let asked = format!("info,{}", file.display());
    fs::write(&file, "").unwrap();
    mode::set(&file, 0o644);
    for _ in 0..2 {
        let (output, _) = logged(&world, &asked, &["status"], 0);
        assert_eq!(output.stderr(), "");
    }
    mode::assert_is(&file, 0o600);
    assert_eq!(lines(&fs::read_to_string(&file).unwrap()).len(), 4);

    let full = vec![b'\n'; 5 * 1024 * 1024 + 1];
    fs::write(&file, &full).unwrap();
    let running: Vec<_> = (0..4)
        .map(|_| {
            world
                .sandbox(&["status"])
                .env("IGCONNECT_LOG", &asked)
                .spawn()
        })
        .collect();
    for run in running {
        let _ = run.finish().assert_code(0);
    }
    let aside = world.folder("HOME").join("igconnect.log.1");
    let (old, new) = (
        fs::read(&aside).unwrap(),
        fs::read_to_string(&file).unwrap(),
    );
    assert!(
        old.starts_with(&full),
        "the full file was kept once, and not replaced"
    );
    let old = String::from_utf8_lossy(&old[full.len()..]).into_owned();
    assert_eq!(lines(&old).len() + lines(&new).len(), 8, "no line was lost");
    mode::assert_is(&file, 0o600);
}

#[cfg(unix)]
#[test]
fn an_unwritable_log_is_reported_and_stops_nothing() {
    let world = World::new();
    world.connect();
    let home = world.folder("HOME");
    let link = home.join("link.log");
    fs::write(home.join("victim"), "as it was").unwrap();
    std::os::unix::fs::symlink(home.join("victim"), &link).unwrap();
    for (asked, said) in [
        ("loud".to_owned(), "neither LEVEL nor LEVEL,FILE"),
        ("info,".to_owned(), "neither LEVEL nor LEVEL,FILE"),
        (format!("info,{}", link.display()), "it is a symbolic link"),
        (format!("info,{}", home.display()), "nothing is logged"),
        ("info,/dev/null/x".to_owned(), "nothing is logged"),
    ] {
        let run = world.sandbox(&["status"]).env("IGCONNECT_LOG", &asked);
        let output = run.run().assert_code(0).assert_says(said);
        assert_eq!(output.stderr().lines().count(), 1, "{}", output.report());
        let quiet = world
            .sandbox(&["status", "--quiet"])
            .env("IGCONNECT_LOG", &asked);
        assert_eq!(quiet.run().assert_code(0).stderr(), "");
    }
    assert_eq!(
        fs::read_to_string(home.join("victim")).unwrap(),
        "as it was"
    );
}
