//! The ways to the person and back: which browser is started, and where the answer may arrive.

use super::people::{FIRST, accounts};
use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::login::{Login, NO_WINDOW};
use crate::harness::visitor::{request_for, say};

#[cfg(unix)]
#[test]
fn no_browser_prints_the_address_and_starts_none() {
    let world = World::new();
    let opened = world.folder("TMPDIR").join("opened");
    let script = format!("#!/bin/sh\ntouch {}\n", opened.display());
    let browser = world.script("a-browser", &script);
    world.set_env("BROWSER", &browser);
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let run = world.command(&["login", "--port", "0", "--no-browser"]);
    let login = Login::waiting(&world, run);
    assert_eq!(login.agree().status(), 200);
    let output = login.finish().assert_code(0);
    output.assert_warns("Visit this address");
    assert!(!opened.exists(), "a browser was started");
    let both = ["login", "--no-browser", "--browser", NO_WINDOW];
    let _ = world.command(&both).run().assert_code(2);
}

#[cfg(unix)]
#[test]
fn the_browser_comes_from_the_flag_then_the_variable_and_a_broken_one_is_survived() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let note = world.folder("TMPDIR").join("opened-by");
    for name in ["by-flag", "by-variable"] {
        let script = format!(
            "#!/bin/sh\nprintf %s\\\\n {name} \"$@\" >{}\n",
            note.display()
        );
        world.script(name, &script);
    }
    world.script("broken", "#!/bin/sh\nexit 3\n");
    let login = ["login", "--port", "0"];
    let opened = |more: &[&str], variable: &str| {
        let _ = std::fs::remove_file(&note);
        let run = world.command(&[&login, more].concat());
        let login = Login::waiting(&world, run.env("BROWSER", variable));
        assert_eq!(login.agree().status(), 200);
        let _ = login.finish().assert_code(0);
        std::fs::read_to_string(&note).unwrap_or_default()
    };
    assert!(opened(&["--browser", "by-flag"], "by-variable").starts_with("by-flag\nfile:///"));
    assert!(opened(&[], "by-variable").starts_with("by-variable\nfile:///"));
    assert!(opened(&[], "missing:broken:by-variable").starts_with("by-variable\n"));
    assert!(opened(&["--browser", "by-flag --new %s#x"], "").contains("\n--new\nfile:///"));
    assert_eq!(opened(&["--browser", "broken"], ""), "");
    assert_eq!(opened(&["--browser", "there-is-no-such-program"], ""), "");
}

#[cfg(unix)]
#[test]
fn the_output_and_end_of_a_browser_are_ignored() {
    let world = World::new();
    world.script(
        "a-browser",
        "#!/bin/sh\necho chatter\necho chatter >&2\nexec sleep 600\n",
    );
    let arguments = [
        "--sandbox",
        "login",
        "--port",
        "0",
        "--browser",
        "a-browser",
    ];
    let login = Login::waiting(&world, world.command(&arguments).arg("--json"));
    assert_eq!(login.agree().status(), 200);
    let output = login.finish().assert_code(0);
    assert!(!output.report().contains("chatter"), "{}", output.report());
    assert_eq!(output.json()["accounts"][0]["id"], FIRST.1);
}

#[test]
fn a_redirect_uri_that_instagram_would_not_take_is_a_usage_error() {
    let world = World::new();
    for (uri, more) in [
        ("http://localhost:8723/callback", None),
        ("https://tunnel.example/callback", None),
        ("https://localhost:8723/callback", Some("8724")),
        ("https://localhost:8723/callback#x", None),
        ("https://localhost:8723/callback?x=1", None),
        ("nonsense", None),
    ] {
        let arguments = ["--sandbox", "login", "--redirect-uri", uri];
        let mut run = world.command(&arguments);
        if let Some(port) = more {
            run = run.arg("--port").arg(port);
        }
        let output = run.run().assert_code(2);
        assert!(
            output.stderr().starts_with("error: "),
            "{}",
            output.report()
        );
    }
    let output = world
        .command(&[
            "--sandbox",
            "login",
            "--redirect-uri",
            "https://my.example/cb",
        ])
        .run()
        .assert_code(2);
    output.assert_warns("--port");
}

#[test]
fn behind_a_tunnel_the_listener_speaks_plain_http_to_the_right_host() {
    through_a_tunnel(|world, arguments| Some(Login::waiting(world, world.command(arguments))));
}

#[cfg(unix)]
#[test]
fn a_tunnel_works_at_a_terminal_too() {
    through_a_tunnel(|world, arguments| {
        let run = world.at_a_keyboard(arguments)?;
        Some(Login::at_a_keyboard(world, run))
    });
}

fn through_a_tunnel(begin: impl Fn(&World, &[&str]) -> Option<Login>) {
    let world = World::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let uri = "https://tunnel.example/cb";
    let port_text = port.to_string();
    let arguments = [
        "--sandbox",
        "login",
        "--redirect-uri",
        uri,
        "--port",
        &port_text,
        "--browser",
        NO_WINDOW,
    ];
    let Some(login) = begin(&world, &arguments) else {
        return;
    };
    assert_eq!(login.redirect_uri().as_str(), uri);
    let visitor = world.visitor_without_trust();
    let answer = visitor.consent(login.authorize());
    assert_eq!(answer.host_str(), Some("tunnel.example"));
    let request = request_for(&answer);
    let strange = request.replace("tunnel.example", "elsewhere.example");
    assert_eq!(say(port, strange).status(), 421);
    let reply = say(port, &request);
    assert_eq!(reply.status(), 303, "{}", reply.text());
    let outcome = answer.join(reply.header("location").unwrap()).unwrap();
    assert!(
        say(port, request_for(&outcome))
            .text()
            .contains("is connected.</h1>")
    );
    let _ = login.finish().assert_code(0);
    assert_eq!(accounts(&world).len(), 1);
}
