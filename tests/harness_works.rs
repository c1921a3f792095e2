//! The harness proves itself: on the real parts it starts, and by mistakes planted for it to find.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::harness::{Browser, Canaries, SecretService, World, need, until};

mod worlds {
    use super::*;

    #[test]
    fn a_program_sees_only_its_own_world() {
        let world = World::new();
        let output = world
            .program("env", &["-0"])
            .env("EXTRA", "here")
            .without_env("TZ")
            .run()
            .assert_code(0);
        let mut names = output
            .stdout()
            .split_terminator('\0')
            .map(|line| line.split_once('=').unwrap().0)
            .collect::<Vec<_>>();
        names.retain(|name| *name != "LLVM_PROFILE_FILE");
        names.sort_unstable();
        let expected = "EXTRA HOME LANG PATH TMPDIR XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR XDG_STATE_HOME";
        assert_eq!(names.join(" "), expected);
    }

    #[test]
    fn the_program_under_test_starts() {
        let world = World::new();
        assert!(world.binary().is_file());
        let output = world.command(&["--version"]).run().assert_code(0);
        assert!(
            output.took() < Duration::from_secs(60),
            "{}",
            output.report()
        );
    }

    #[test]
    fn the_folders_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let world = World::new();
        for name in [
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_RUNTIME_DIR",
            "TMPDIR",
        ] {
            let mode = world.folder(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{name}");
        }
    }

    #[test]
    fn a_script_is_found_before_the_programs_of_the_system() {
        let world = World::new();
        world.script("uname", "#!/bin/sh\necho a script, \"$@\"\n");
        let output = world
            .program("sh", &["-c"])
            .arg("uname one two")
            .run()
            .assert_code(0);
        assert_eq!(output.stdout(), "a script, one two\n");
    }

    #[test]
    fn what_is_given_arrives_and_the_folder_is_chosen() {
        let world = World::new();
        let folder = world.folder("XDG_DATA_HOME");
        let file = world.given("a file", "from a file\n");
        let script = "pwd; cat; cat \"$1\"";
        let output = world
            .program("sh", &["-c", script, "sh"])
            .arg(file)
            .folder(&folder)
            .stdin("from stdin\n")
            .run()
            .assert_code(0);
        assert_eq!(
            output.stdout(),
            format!("{}\nfrom stdin\nfrom a file\n", folder.display())
        );
    }

    #[test]
    fn much_is_read_and_written_without_a_standstill() {
        let world = World::new();
        let much = vec![b'x'; 3 << 20];
        let output = world
            .program("tee", &["/dev/stderr"])
            .stdin(much.clone())
            .run()
            .assert_code(0);
        assert!(output.stdout_bytes() == much && output.stderr_bytes() == much);
    }

    #[test]
    fn a_line_is_waited_for_and_answered() {
        let world = World::new();
        let script = "echo ready >&2; read -r answer; echo \"got $answer\"; read -r nothing || echo over; exit 7";
        let mut running = world.program("sh", &["-c", script]).open_stdin().spawn();
        assert_eq!(
            running.stderr_line("that it is ready", |line| line.starts_with("rea")),
            "ready"
        );
        running.write("an answer\n");
        assert_eq!(
            running.stdout_line("the answer", |line| line.contains("got")),
            "got an answer"
        );
        running.close_stdin();
        let output = running.finish().assert_code(7);
        assert_eq!(output.stdout(), "got an answer\nover\n");
    }

    #[test]
    fn a_signal_arrives_and_is_told_like_a_shell_tells_it() {
        use rustix::process::Signal;
        let world = World::new();
        let running = world.program("sleep", &["600"]).spawn();
        // Not the interrupt: a shell that started the tests in the background has it ignored by all below.
        running.signal(Signal::TERM);
        let _ = running.finish().assert_code(143);
    }

    #[test]
    fn json_is_one_document() {
        let world = World::new();
        let one = world
            .program("echo", &[r#"{"schema": 1}"#])
            .run()
            .assert_code(0);
        assert_eq!(one.json()["schema"], 1);
        let two = world.program("echo", &["{} {}"]).run().assert_code(0);
        assert!(fails(|| drop(two.json())).contains("not one JSON document"));
    }

    #[test]
    fn a_hanging_program_is_killed_with_all_it_started() {
        let world = World::new();
        let started = world.folder("HOME").join("started");
        let script = "sleep 600 & echo $! > started; echo waiting; wait";
        let message = fails(|| {
            drop(
                world
                    .program("sh", &["-c", script])
                    .timeout(Duration::from_millis(500))
                    .run(),
            )
        });
        assert!(
            message.contains("did not end within 500ms") && message.contains("waiting"),
            "{message}"
        );
        let child = std::fs::read_to_string(started).unwrap();
        gone(child.trim());
    }

    #[test]
    fn a_program_that_nobody_waits_for_is_killed() {
        let world = World::new();
        let running = world.program("sleep", &["600"]).spawn();
        let id = running.id().to_string();
        drop(running);
        gone(&id);
    }

    #[test]
    fn a_program_that_ended_keeps_its_number_until_what_it_started_is_ended() {
        use crate::harness::group::Group;
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "sleep 600 & echo $!"]);
        let mut group = Group::start(command.stdout(std::process::Stdio::piped())).unwrap();
        let mut child = String::new();
        let stdout = group.pipes().1.unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut child).unwrap();
        until("its end", Duration::from_secs(30), || {
            group.leader_has_ended().then_some(())
        });
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", group.id())).unwrap();
        assert!(stat.contains(" Z "), "{stat}");
        assert_eq!(group.alive(), 1, "the one that it started");
        assert!(group.end().success());
        gone(child.trim());
    }

    #[test]
    fn output_held_by_a_child_is_a_failure() {
        let world = World::new();
        let run = world
            .program("sh", &["-c", "sleep 600 & exit 0"])
            .timeout(Duration::from_millis(500));
        assert!(fails(|| drop(run.run())).contains("still holds its output"));
    }

    #[test]
    fn a_wrong_code_shows_everything() {
        let world = World::new();
        let output = world
            .program("sh", &["-c", "echo out; echo err >&2; exit 3"])
            .run();
        let message = fails(|| drop(output.assert_code(0)));
        for part in [
            "expected exit code 0",
            "$ sh -c",
            "exit status: 3",
            "out",
            "err",
        ] {
            assert!(message.contains(part), "{part} is not in {message}");
        }
    }

    #[test]
    fn an_unknown_part_is_not_needed_by_anybody() {
        assert!(fails(|| _ = need("a part that is not there")).contains("no part is called"));
    }

    #[test]
    fn the_small_tools_are_here() {
        for (part, line) in [
            ("strace", "--version"),
            ("sqlite3", "--version"),
            ("expect", "-v"),
        ] {
            if need(part) {
                let _ = World::new().program(part, &[line]).run().assert_code(0);
            }
        }
    }

    /// The number of a process that must have ended; one that is only waited for by nobody has.
    fn gone(id: &str) {
        until("the end of a process", Duration::from_secs(30), || {
            let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else {
                return Some(());
            };
            stat.rsplit(')')
                .next()
                .unwrap()
                .trim_start()
                .starts_with('Z')
                .then_some(())
        });
    }
}

mod secrets_that_got_out {
    use super::*;
    use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};

    /// With every character that some encoding writes in its own way.
    const AWKWARD: &str = "q7/W+z=Ks\"H\\0p d|4#_mT9~v&Gx%2\tLr";

    #[test]
    fn every_planted_shape_is_found() {
        let mut canaries = Canaries::new();
        let token = canaries.make("token", "IGAA", 180);
        canaries.watch("awkward", AWKWARD);
        for (name, secret) in [("token", token.as_str()), ("awkward", AWKWARD)] {
            let url = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
            let json = serde_json::to_string(secret).unwrap();
            let mut planted = vec![
                ("raw", secret.to_owned()),
                ("raw piece", secret[7..19].to_owned()),
                ("raw begin", secret[..12].to_owned()),
                ("raw end", secret[secret.len() - 12..].to_owned()),
                ("form", url.clone()),
                ("url", url.replace('+', "%20")),
                ("json", json.clone()),
                ("json in json", serde_json::to_string(&json).unwrap()),
                ("hex", HEXLOWER.encode(secret.as_bytes())),
                ("hex upper", HEXUPPER.encode(secret.as_bytes())),
                ("debug of bytes", format!("{:?}", secret.as_bytes())),
                (
                    "json of bytes",
                    serde_json::to_string(secret.as_bytes()).unwrap(),
                ),
            ];
            for before in ["", "a", "ab", "abc", "abcd"] {
                let text = format!("{before}{secret}!");
                planted.push(("base64", BASE64.encode(text.as_bytes())));
                planted.push(("base64url", BASE64URL.encode(text.as_bytes())));
            }
            for (shape, text) in planted {
                // What escapes twice leaves whole pieces only where nothing is escaped.
                if shape == "json in json" && name == "awkward" {
                    continue;
                }
                let bytes = format!("a line before\n\u{fffd} {text} and after").into_bytes();
                let leaks = canaries.in_bytes(&bytes, shape);
                assert!(
                    leaks.iter().any(|leak| leak.canary == name),
                    "{name} as {shape} was not found: {text}"
                );
                assert!(
                    leaks
                        .iter()
                        .all(|leak| leak.canary == name && leak.place == shape),
                    "{leaks:?}"
                );
                assert!(fails(|| canaries.assert_clean(&bytes, shape)).contains(name));
            }
        }
    }

    #[test]
    fn harmless_bytes_are_clean() {
        let mut canaries = Canaries::new();
        let token = canaries.make("token", "IGAA", 180);
        canaries.assert_clean(b"", "nothing");
        canaries.assert_clean(&token.as_bytes()[..11], "eleven characters");
        let other = Canaries::new().make("another token", "IGAA", 180);
        canaries.assert_clean(other.as_bytes(), "another token");
    }

    #[test]
    fn every_place_of_a_world_is_searched() {
        let mut canaries = Canaries::new();
        let secret = canaries.make("token", "IGAA", 60);
        let world = World::new();
        let _ = world
            .program("cat", &[world.given("token", &secret)])
            .prints_a_secret()
            .run()
            .assert_code(0);
        world.assert_no_leaks(&canaries);
        for script in [
            "echo $0",
            "echo $0 >&2",
            "echo $0 > $HOME/file",
            "mkdir -p $XDG_DATA_HOME/a/b && printf x$0 > $XDG_DATA_HOME/a/b/.hidden",
            "echo > $TMPDIR/$0",
            "ln -s /nowhere/$0 $XDG_RUNTIME_DIR/link",
        ] {
            let world = World::new();
            let _ = world
                .program("sh", &["-c", script, &secret])
                .run()
                .assert_code(0);
            let leaks = world.leaks(&canaries);
            assert_eq!(leaks.len(), 1, "{script}: {leaks:?}");
            assert_eq!((leaks[0].canary.as_str(), leaks[0].shape), ("token", "raw"));
            assert!(fails(|| world.assert_no_leaks(&canaries)).contains(&leaks[0].place));
        }
    }

    #[test]
    fn what_a_killed_program_said_is_searched_too() {
        let mut canaries = Canaries::new();
        let secret = canaries.make("token", "IGAA", 60);
        let world = World::new();
        let mut running = world
            .program("sh", &["-c", "echo $0; exec sleep 600", &secret])
            .spawn();
        running.stdout_line("the secret", |line| line == secret);
        drop(running);
        assert_eq!(world.leaks(&canaries).len(), 1);
    }
}

mod the_secret_store {
    use super::*;

    #[test]
    fn keeps_what_it_is_given() {
        let world = World::new();
        let Some(keyring) = SecretService::start(&world) else {
            return;
        };
        assert_eq!(keyring.lookup("igconnect", "one"), None);
        keyring.store(
            "the first",
            "igconnect",
            "one",
            "first secret\nin two lines",
        );
        keyring.store("the second", "igconnect", "two", "second secret");
        assert_eq!(
            keyring.lookup("igconnect", "one").as_deref(),
            Some("first secret\nin two lines")
        );
        let mut found = keyring.search_all("igconnect");
        found.sort_by(|left, right| left.label.cmp(&right.label));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].label, "the first");
        assert_eq!(found[0].attributes["username"], "one");
        assert_eq!(found[1].attributes["service"], "igconnect");
        assert!(keyring.search_all("something else").is_empty());
    }

    #[test]
    fn is_reached_by_the_programs_of_its_world() {
        let world = World::new();
        let Some(keyring) = SecretService::start(&world) else {
            return;
        };
        let attributes = ["service", "igconnect", "username", "one"];
        let _ = world
            .program(
                "secret-tool",
                &["store", "--label=x"]
                    .iter()
                    .chain(&attributes)
                    .collect::<Vec<_>>(),
            )
            .stdin("secret")
            .run()
            .assert_code(0);
        assert_eq!(
            keyring.lookup("igconnect", "one").as_deref(),
            Some("secret")
        );
        let other = World::new();
        let mut lookup = vec!["lookup"];
        lookup.extend(attributes);
        let output = other
            .program("secret-tool", &lookup)
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.address())
            .run()
            .assert_code(0);
        assert_eq!(output.stdout(), "secret");
    }

    #[test]
    fn shows_no_secret_when_locked() {
        let world = World::new();
        let Some(keyring) = SecretService::start(&world) else {
            return;
        };
        keyring.store("x", "igconnect", "one", "secret");
        keyring.lock();
        assert_eq!(keyring.lookup("igconnect", "one"), None);
        if keyring.provider.shows_what_is_locked() {
            assert_eq!(keyring.search_all("igconnect").len(), 1);
        }
    }

    #[test]
    fn is_silent_when_stopped_and_answers_when_it_goes_on() {
        let world = World::new();
        let Some(keyring) = SecretService::start(&world) else {
            return;
        };
        keyring.store("x", "igconnect", "one", "secret");
        keyring.stop();
        let lookup = ["lookup", "service", "igconnect", "username", "one"];
        let asking = world.program("secret-tool", &lookup).spawn();
        let heard = fails(|| {
            drop(
                world
                    .program("secret-tool", &lookup)
                    .timeout(Duration::from_millis(400))
                    .run(),
            )
        });
        assert!(heard.contains("did not end"), "{heard}");
        keyring.cont();
        assert_eq!(asking.finish().assert_code(0).stdout(), "secret");
    }

    #[test]
    fn can_die_and_stays_dead() {
        let world = World::new();
        let Some(mut keyring) = SecretService::start(&world) else {
            return;
        };
        keyring.store("x", "igconnect", "one", "secret");
        keyring.kill();
        assert_eq!(keyring.lookup("igconnect", "one"), None);
        assert!(no_provider(&world, keyring.address()));
    }

    #[test]
    fn can_be_absent_from_a_session() {
        let world = World::new();
        let Some(bus) = SecretService::bus_without_provider(&world) else {
            return;
        };
        assert!(no_provider(&world, bus.address()));
    }

    #[test]
    fn is_not_seen_from_another_session() {
        let sessions = 4;
        let together = std::sync::Barrier::new(sessions);
        thread::scope(|scope| {
            for number in 0..sessions {
                let together = &together;
                scope.spawn(move || {
                    let world = World::new();
                    let keyring = SecretService::start(&world);
                    let secret = format!("secret {number}");
                    keyring.iter().for_each(|keyring| {
                        keyring.store("x", "igconnect", &format!("user {number}"), &secret)
                    });
                    together.wait();
                    let Some(keyring) = keyring else { return };
                    let found = keyring.search_all("igconnect");
                    assert_eq!(found.len(), 1, "{found:?}");
                    assert_eq!(
                        keyring.lookup("igconnect", &format!("user {number}")),
                        Some(secret)
                    );
                });
            }
        });
    }

    /// What a program meets that asks for secrets on this bus.
    fn no_provider(world: &World, address: &str) -> bool {
        let lookup = ["lookup", "service", "igconnect", "username", "one"];
        let output = world
            .program("secret-tool", &lookup)
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .run()
            .assert_code(1);
        output
            .stderr()
            .contains("org.freedesktop.secrets was not provided")
    }
}

mod the_browser {
    use super::*;

    const FORM: &str = "<title>A form</title><h1>Who are you?</h1><form action=/answer><input name=who><button>Go on</button></form>";

    #[test]
    fn reads_types_and_clicks() {
        let world = World::new();
        let Some(browser) = Browser::start(&world) else {
            return;
        };
        let server = serve(None, |path| {
            if path == "/" {
                FORM.to_owned()
            } else {
                format!("<p id=asked>{path}</p>")
            }
        });
        browser.open(&server);
        assert_eq!(
            (browser.title().as_str(), browser.text("h1").as_str()),
            ("A form", "Who are you?")
        );
        browser.find("form");
        browser.type_into("input", "wreckshop");
        browser.click("button");
        assert_eq!(browser.text("#asked"), "/answer?who=wreckshop");
        assert!(
            browser
                .wait_for_url("the answer", |url| url.contains("/answer"))
                .ends_with("who=wreckshop")
        );
        let picture = world.folder("TMPDIR").join("page.png");
        browser.screenshot(&picture);
        assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
    }

    #[test]
    fn warns_of_a_certificate_of_ones_own_and_goes_on_when_told() {
        let world = World::new();
        let Some(browser) = Browser::start(&world) else {
            return;
        };
        let server = serve(
            Some(rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()),
            |_| "<h1>Behind the warning</h1>".to_owned(),
        );
        browser.open(&server);
        assert_eq!(browser.title(), "Privacy error");
        browser.pass_certificate_warning();
        assert_eq!(browser.text("h1"), "Behind the warning");
        assert_eq!(browser.url(), server);
    }

    #[test]
    fn does_not_warn_of_a_certificate_that_it_was_told_to_trust() {
        let world = World::new();
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let file = world.given("certificate.pem", certified.cert.pem());
        let Some(browser) = Browser::start_trusting(&world, &file) else {
            return;
        };
        let server = serve(Some(certified), |_| "<h1>No warning</h1>".to_owned());
        browser.open(&server);
        assert_eq!(browser.text("h1"), "No warning");
    }

    /// Answers every request with a page, over TLS if there is a certificate, until the tests end.
    fn serve(
        certified: Option<rcgen::CertifiedKey<rcgen::KeyPair>>,
        page: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if certified.is_some() { "https" } else { "http" };
        let tls = certified.map(|certified| {
            let key =
                rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der())
                    .unwrap();
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = rustls::ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap();
            Arc::new(
                config
                    .with_no_client_auth()
                    .with_single_cert(vec![certified.cert.der().clone()], key)
                    .unwrap(),
            )
        });
        let page = Arc::new(page);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tls, page) = (tls.clone(), Arc::clone(&page));
                // A browser that dislikes the certificate hangs up in the middle: no mistake of the server.
                thread::spawn(move || match tls {
                    None => answer(stream, &*page),
                    Some(tls) => answer(
                        rustls::StreamOwned::new(
                            rustls::ServerConnection::new(tls).unwrap(),
                            stream,
                        ),
                        &*page,
                    ),
                });
            }
        });
        format!("{scheme}://localhost:{port}/")
    }

    fn answer(stream: impl Read + Write, page: &dyn Fn(&str) -> String) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut request = String::new();
        stream.read_line(&mut request)?;
        let mut header = String::new();
        while stream.read_line(&mut header)? > 2 {
            header.clear();
        }
        let body = page(request.split(' ').nth(1).unwrap_or_default());
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let stream = stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        stream.flush()
    }
}

/// What a check said that must fail.
#[track_caller]
fn fails(check: impl FnOnce()) -> String {
    let panic =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).expect_err("a failure");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}
