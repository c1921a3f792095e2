//! A planted secret is found in every shape and place.

use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};

use super::fails::fails;
use crate::harness::{Canaries, World};

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
fn the_output_of_a_killed_program_is_searched_too() {
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
