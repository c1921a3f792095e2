//! `status --format`: what monitoring systems and CI servers read, judged by their own parsers.

use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
#[cfg(unix)]
use crate::harness::need;

/// A name and a biography that try to be markup, labels, commands and columns; 10,000 characters are more than any name.
const HOSTILE: &str =
    "a\"b\\c|d<e>&f%0A::error::g\n::add-mask::h\u{1b}[31m\u{202e}*[x](y)`z`\u{ffff}";

/// Worlds with an ordinary, a hostile and an endless name.
fn worlds() -> Vec<World> {
    let names = [None, Some(HOSTILE.to_owned()), Some("é".repeat(10_000))];
    let worlds = names.into_iter().map(|name| {
        let world = World::new();
        world.connect_in("backdated");
        if let Some(name) = name {
            world
                .database()
                .change(|account| account.username.clone_from(&name));
        }
        world
    });
    worlds.collect()
}

#[test]
fn nagios_reads_one_line_with_performance_data_and_its_own_codes() {
    let code = |world: &World, arguments: &[&str], code| {
        let line = [&["status", "--format", "nagios"], arguments].concat();
        let output = world.sandbox(&line).run().assert_code(code);
        let text = output.stdout().to_owned();
        assert_eq!(text.lines().count(), 1, "{text:?}");
        assert!(
            text.len() < 4096 && text.starts_with("IGCONNECT "),
            "{text}"
        );
        let (_, data) = text.split_once('|').unwrap_or(("", ""));
        assert!(!data.contains('|') && !text.contains('<'), "{text}");
        text
    };
    for world in worlds() {
        assert!(code(&world, &[], 1).starts_with("IGCONNECT WARNING - @"));
        assert!(code(&world, &["--expires-within", "7d"], 0).contains(";604800:;0:"));
        let text = code(&world, &["--expires-within", "20d"], 1);
        assert!(text.contains(&format!("'life_{WRECKSHOP}'=7")), "{text}");
        world
            .database()
            .change(|account| account.expires_at = Some(1));
        assert!(code(&world, &["--all"], 2).starts_with("IGCONNECT CRITICAL"));
        world.database().change(|account| account.expires_at = None);
        assert!(code(&world, &[], 3).starts_with("IGCONNECT UNKNOWN"));
    }
    // A failure of the whole command has the same form: no account, a broken cache, a wrong flag.
    let world = World::new();
    assert!(code(&world, &[], 2).contains("no account"));
    assert!(code(&world, &["--all"], 2).contains("no account"));
    assert!(code(&world, &["--nonsense"], 3).starts_with("IGCONNECT UNKNOWN"));
    world.connect_in("agrees");
    std::fs::write(world.database(), "no database at all, by far").unwrap();
    assert!(code(&world, &[], 3).starts_with("IGCONNECT UNKNOWN"));
}

#[cfg(unix)]
#[test]
fn prometheus_finds_nothing_to_complain_about() {
    if !need("promtool") {
        return;
    }
    let check = |world: &World, arguments: &[&str], code| {
        let line = [&["status", "--format", "prometheus"], arguments].concat();
        let output = world.sandbox(&line).run().assert_code(code);
        let metrics = output.stdout().to_owned();
        let checked = world.program("promtool", &["check", "metrics"]);
        let said = checked.stdin(metrics.clone()).run().assert_code(0);
        assert_eq!((said.stdout(), said.stderr()), ("", ""), "{metrics}");
        metrics
    };
    for world in worlds() {
        let metrics = check(&world, &["--all"], 0);
        let state = format!("igconnect_account_state{{id=\"{WRECKSHOP}\",state=\"expiring\"}} 1\n");
        assert!(metrics.contains(&state), "{metrics}");
        let end = format!("igconnect_token_expires_timestamp_seconds{{id=\"{WRECKSHOP}\"}} ");
        assert!(metrics.contains(&end) && metrics.contains("igconnect_status_success 1\n"));
        world.database().set_trouble("app_removed");
        let metrics = check(&world, &["--all"], 4);
        assert!(metrics.contains("state=\"needs_login\"} 1\n"));
    }
    let metrics = check(&World::new(), &["--all"], 4);
    assert!(
        metrics.contains("igconnect_status_success 0\n"),
        "{metrics}"
    );
}

#[cfg(unix)]
#[test]
fn junit_is_xml_with_a_test_case_for_each_account() {
    if !need("python3") {
        return;
    }
    const READ: &str = "
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.stdin.buffer).getroot()
suite = root.find('testsuite')
cases = suite.findall('testcase')
assert len(cases) == int(suite.get('tests')) == int(root.get('tests'))
for kind in ['failure', 'error']:
    assert len(suite.findall('.//' + kind)) == int(suite.get(kind + 's')), kind
print(' '.join(child.tag + ':' + child.get('type', '') for case in cases for child in case))
";
    let read = |world: &World, arguments: &[&str], code| {
        let line = [&["status", "--format", "junit"], arguments].concat();
        let output = world.sandbox(&line).run().assert_code(code);
        let read = world.program("python3", &["-c", READ]);
        let read = read.stdin(output.stdout()).run().assert_code(0);
        read.stdout().trim().to_owned()
    };
    for world in worlds() {
        assert_eq!(read(&world, &[], 0), "system-out:");
        assert_eq!(
            read(&world, &["--expires-within", "20d"], 5),
            "failure:expiring"
        );
        world.database().set_trouble("logged_out");
        assert_eq!(read(&world, &["--all"], 4), "failure:needs_login");
        world.database().set_trouble("checkpoint");
        assert_eq!(read(&world, &["--all"], 3), "error:unverified");
    }
    assert_eq!(read(&World::new(), &[], 4), "error:login");
}

#[test]
fn github_gets_annotations_that_names_cannot_forge_and_a_table() {
    for world in worlds() {
        let summary = world.given("summary.md", "before\n");
        let annotated = |code: i32| {
            let line = ["status", "--all", "--format", "github"];
            let run = world.sandbox(&line).env("GITHUB_STEP_SUMMARY", &summary);
            let output = run.run().assert_code(code);
            let text = output.stdout().to_owned();
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(!text.contains("##["), "{text}");
            text
        };
        assert!(annotated(0).starts_with("::warning title=igconnect::@"));
        world.database().set_trouble("token_refused");
        let text = annotated(4);
        assert!(text.starts_with("::error title=igconnect::@"), "{text}");
        let table = std::fs::read_to_string(&summary).unwrap();
        assert!(table.starts_with("before\n### igconnect\n"), "{table}");
        let rows = table.lines().filter(|line| line.starts_with("| "));
        for row in rows.filter(|row| !row.starts_with("| |")) {
            let bars = row
                .match_indices('|')
                .filter(|(at, _)| !row[..*at].ends_with('\\'));
            assert_eq!(bars.count(), 5, "{row}");
            assert!(!row.contains('<') && !row.contains(" [x]"), "{row}");
        }
        // A summary that cannot be written keeps nothing back.
        let line = ["status", "--format", "github"];
        let run = world
            .sandbox(&line)
            .env("GITHUB_STEP_SUMMARY", world.folder("HOME"));
        let output = run.run().assert_code(4);
        assert!(
            output.stdout().starts_with("::error")
                && output.stderr().contains("GITHUB_STEP_SUMMARY")
        );
    }
    let output = World::new()
        .sandbox(&["status", "--format", "github"])
        .run()
        .assert_code(4);
    assert!(
        output
            .stdout()
            .starts_with("::error title=igconnect::no account is connected")
    );
}

#[test]
fn two_formats_are_one_too_many() {
    let world = World::new();
    for line in [
        &["status", "--json", "--format", "junit"][..],
        &["token", "--json", "--format", "env"],
    ] {
        let output = world.sandbox(line).run().assert_code(2);
        assert_eq!(output.json()["error"]["code"], "usage");
    }
    let output = world
        .sandbox(&["status", "--format", "json"])
        .run()
        .assert_code(4);
    assert_eq!(output.json()["error"]["code"], "login");
}
