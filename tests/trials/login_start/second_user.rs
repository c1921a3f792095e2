//! The start of a login belongs to the user who started it, also when others of the machine watch and race.

use std::path::PathBuf;

use crate::harness::login::{Login, is_address};
#[cfg(unix)]
use crate::harness::need;
use crate::harness::process::Running;
use crate::harness::{World, sweep, until};
use crate::login::people::{FIRST, SECOND, accounts, assert_nothing_stored};

/// Any user but the one that runs the tests.
const OTHER_USER: &str = "65534";

/// Starts another user who tries to take over the login that has `mark` in its arguments.
#[cfg(unix)]
fn racer(world: &World, mark: &str) -> Running {
    let identity = [
        "--reuid",
        OTHER_USER,
        "--regid",
        OTHER_USER,
        "--clear-groups",
    ];
    let program = ["python3", "-c", include_str!("racer.py"), mark];
    let racer = world.program("setpriv", &[&identity[..], &program].concat());
    let mut racer = racer.spawn();
    racer.stdout_line("that it looks", |line| line == "ready");
    racer
}

/// A browser that stays open, with its page in its arguments, as every browser has it.
#[cfg(unix)]
fn lasting_browser(world: &World) -> PathBuf {
    world.script("browser", "#!/bin/sh\nsleep 600\n")
}

/// A browser that starts another program with the address itself, as some wrappers do.
#[cfg(unix)]
fn careless_browser(world: &World) -> PathBuf {
    world.script(
        "careless",
        "#!/bin/sh\nexec sh -c 'sleep 600' \"$0\" \"$(sed -n 's/.*href=\"\\([^\"]*\\)\".*/\\1/p' \"${1#file://}\")\"\n",
    )
}

fn login_with(browser: &str) -> [&str; 6] {
    ["--sandbox", "login", "--port", "0", "--browser", browser]
}

#[cfg(unix)]
#[test]
fn another_user_who_races_for_the_start_address_never_wins_silently() {
    if !need("second-user") {
        return;
    }
    let races: Vec<usize> = (0..sweep::size(4)).collect();
    sweep::try_all("races for a start address", &races, |_| {
        let world = World::new();
        let browser = lasting_browser(&world);
        let browser = browser.to_str().unwrap();
        let mut racer = racer(&world, browser);
        let login = Login::waiting(&world, world.command(&login_with(browser)));
        racer.stdout_line("that it saw the page", |line| line == "saw the page");
        let page = login.agree();
        let output = login.finish().assert_code(0);
        let connected = &accounts(&world)[0];
        match connected["username"] == FIRST.0 && page.text().contains("is connected.</h1>") {
            true => Ok(()),
            false => Err(format!("{connected}\n{}", output.report())),
        }
    });
}

#[cfg(unix)]
#[test]
fn an_account_of_another_user_is_not_stored_without_a_confirmation() {
    if !need("second-user") {
        return;
    }
    let world = World::new();
    let browser = careless_browser(&world);
    let browser = browser.to_str().unwrap();
    let mut racer = racer(&world, browser);
    let login = world.command(&login_with(browser)).arg("--json").spawn();
    racer.stdout_line("that it came first", |line| line == "came first");
    let output = login.finish().assert_code(8);
    output.assert_warns("someone else on this machine opened the login");
    let error = output.json()["error"].clone();
    assert_eq!(
        (&error["code"], &error["exit"]),
        (&"unfinished".into(), &8.into())
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains(SECOND.0) && message.contains(SECOND.1),
        "{message}"
    );
    assert_nothing_stored(&world);
}

#[cfg(unix)]
#[test]
fn at_a_terminal_the_person_decides_about_the_account_of_another_user() {
    for (answer, code) in [("y\n", 0), ("n\n", 8), ("\n", 8), ("what\n", 8)] {
        if !need("second-user") {
            return;
        }
        let world = World::new();
        let browser = careless_browser(&world);
        let browser = browser.to_str().unwrap();
        let Some(run) = world.at_a_keyboard(&login_with(browser)) else {
            return;
        };
        let mut racer = racer(&world, browser);
        let mut login = run.spawn();
        racer.stdout_line("that it came first", |line| line == "came first");
        let question = format!("Connect @{} ({})? [y/N]", SECOND.0, SECOND.1);
        login.stdout_line("its question", |line| line.contains(&question));
        login.write(answer);
        let output = login.finish().assert_code(code);
        output.assert_prints("someone else on this machine opened the login");
        assert_eq!(accounts(&world).len(), usize::from(code == 0), "{answer:?}");
    }
}

#[test]
fn a_second_visit_of_the_start_address_needs_a_confirmation() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    let (visitor, answer) = (login.visitor(), login.answer());
    assert_eq!(visitor.get(&login.shown).status(), 410);
    let page = visitor.visit(&answer);
    assert!(
        !page.text().contains("is connected.</h1>"),
        "{}",
        page.text()
    );
    let output = login.finish().assert_code(8);
    output.assert_warns("the login was opened twice");
    assert_nothing_stored(&world);
}

#[cfg(unix)]
#[test]
fn a_browser_that_cannot_read_the_page_still_logs_in() {
    if !need("namespaces") {
        return;
    }
    let world = World::new();
    let note = world.folder("TMPDIR").join("note");
    // As a snap: its files are its own.
    let script = format!(
        "#!/bin/sh\nexport NOTE={} PAGE=\"${{1#file://}}\"\nunshare --map-root-user --mount sh -c \
         'mount -t tmpfs none \"$XDG_DATA_HOME\" && {{ cat \"$PAGE\" || echo unreadable; }}' >$NOTE 2>/dev/null\n",
        note.display()
    );
    let browser = world.script("a-snap", &script);
    let browser = browser.to_str().unwrap();
    let mut login = Login::waiting(&world, world.command(&login_with(browser)));
    let seen = until("the browser", || {
        std::fs::read_to_string(&note)
            .ok()
            .filter(|text| text.ends_with('\n'))
    });
    assert_eq!(seen, "unreadable\n");
    let line = login.running().stderr_line("the address", is_address);
    assert_eq!(line.trim(), login.shown.as_str());
    assert_eq!(login.agree().status(), 200);
    let output = login.finish().assert_code(0);
    output.assert_warns("If no browser has opened, visit this address:");
    assert_eq!(accounts(&world).len(), 1);
}

#[test]
fn a_visit_in_time_shows_no_address() {
    let world = World::new();
    let login = Login::in_sandbox(&world, &[]);
    assert_eq!(login.agree().status(), 200);
    let output = login.finish().assert_code(0);
    output.assert_never_warns("/start/");
}
