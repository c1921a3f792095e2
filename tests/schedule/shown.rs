//! `schedule install --print`: what every scheduler would be given, and nothing done.

use super::setup::world;
use crate::harness::{World, assert_snapshot, need};

const SCHEDULERS: [&str; 4] = ["systemd", "cron", "launchd", "windows"];

fn shown(world: &World, with: &str) -> String {
    let line = [
        "schedule", "install", "--print", "--at", "06:17", "--with", with,
    ];
    let run = world.sandbox(&line).without_env("XDG_DATA_HOME");
    let run = run.without_env("XDG_CONFIG_HOME");
    let run = run.env("IGCONNECT_API_VERSION", "v25.0");
    run.run().assert_code(0).stdout().to_owned()
}

#[test]
fn each_format_matches_its_snapshot() {
    let world = world();
    let home = world.folder("HOME");
    for with in SCHEDULERS {
        let text = shown(&world, with)
            .replace(world.binary().to_str().unwrap(), "/usr/bin/igconnect")
            .replace(home.to_str().unwrap(), "/home/wreckshop");
        assert_snapshot(&format!("schedule-{with}.txt"), &text);
    }
    let left = std::fs::read_dir(home).unwrap().count();
    assert_eq!(left, 0, "showing writes nothing");
}

#[test]
fn the_agent_is_a_property_list_and_the_task_is_xml_of_its_schema() {
    if !need("python3") {
        return;
    }
    const JUDGE: &str = r#"
import plistlib, sys
import xml.etree.ElementTree as xml
def body(name):
    text = open(name, encoding='utf-8').read()
    return text[text.index('<?xml'):]
agent = plistlib.loads(body(sys.argv[1]).encode())
assert agent['Label'] == 'igconnect-refresh-sandbox', agent
assert agent['ProgramArguments'][1:] == ['refresh', '--all', '--quiet', '--scheduled', '--sandbox'], agent
assert agent['ProgramArguments'][0] == sys.argv[3], agent
assert agent['StartCalendarInterval'] == {'Hour': 6, 'Minute': 17}, agent
assert agent['EnvironmentVariables'] == {'IGCONNECT_API_VERSION': 'v25.0'}, agent
task = xml.fromstring(body(sys.argv[2]).encode('utf-16'))
ns = '{http://schemas.microsoft.com/windows/2004/02/mit/task}'
assert task.tag == ns + 'Task' and task.get('version') == '1.2'
assert [part.tag[len(ns):] for part in task] == ['RegistrationInfo', 'Triggers', 'Principals', 'Settings', 'Actions']
trigger = task.find(f'{ns}Triggers/{ns}CalendarTrigger')
assert [part.tag[len(ns):] for part in trigger] == ['StartBoundary', 'RandomDelay', 'ScheduleByDay']
assert trigger.find(ns + 'StartBoundary').text.endswith('T06:17:00')
assert task.find(f'{ns}Settings/{ns}StartWhenAvailable').text == 'true'
assert task.find(f'{ns}Actions').get('Context') == task.find(f'{ns}Principals/{ns}Principal').get('id')
run = task.find(f'{ns}Actions/{ns}Exec')
assert run.find(ns + 'Command').text == '%SystemRoot%\\System32\\conhost.exe'
line = f'--headless {sys.argv[3]} refresh --all --quiet --scheduled --sandbox --set IGCONNECT_API_VERSION=v25.0'
assert run.find(ns + 'Arguments').text == line
"#;
    let world = world();
    let agent = world.given("agent", shown(&world, "launchd"));
    let task = world.given("task", shown(&world, "windows"));
    let python = world.program("python3", &["-c", JUDGE]);
    let python = python.arg(agent).arg(task).arg(world.binary());
    let _ = python.run().assert_code(0);
}

#[test]
fn no_secret_is_written_down() {
    let world = world();
    for with in SCHEDULERS {
        let line = ["schedule", "install", "--print", "--with", with];
        let mut run = world.sandbox(&line);
        for name in [
            "IGCONNECT_TOKEN",
            "IGCONNECT_APP_SECRET",
            "DBUS_SESSION_BUS_ADDRESS",
        ] {
            run = run.env(name, "unix:canary-in-the-environment");
        }
        let run = run.env("HTTPS_PROXY", "http://me:canary@proxy.example:80");
        let output = run.env("NO_PROXY", "example.org").run().assert_code(0);
        let output = output.assert_says("HTTPS_PROXY contains a password");
        output.assert_never_prints("canary");
        output.assert_prints("example.org");
    }
}

#[test]
fn values_that_a_scheduler_does_not_support_are_refused() {
    let world = world();
    for (line, variable, words) in [
        (&["--at", "6:17"][..], "", "HH:MM"),
        (&["--at", "24:00"], "", "HH:MM"),
        (&["--with", "at"], "", "systemd"),
        (
            &["--with", "cron", "--print"],
            "a\nb",
            "characters that schedulers do not support",
        ),
    ] {
        let line = [&["schedule", "install"], line].concat();
        let output = world
            .sandbox(&line)
            .env("IGCONNECT_API_VERSION", variable)
            .run();
        let _ = output.assert_code(2).assert_says(words);
    }
    // Where there is none, it says so.
    for with in ["systemd", "launchd"] {
        let output = world
            .sandbox(&["schedule", "install", "--with", with])
            .run();
        let _ = output.assert_fails(2).assert_says("is not available here");
    }
}
