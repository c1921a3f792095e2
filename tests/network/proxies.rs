//! A proxy on the way, honest or not. The names are Instagram's own, and all of them lead to the proxy of the test.

use std::thread;

use super::endpoint::{LONG, reply};
use crate::harness::faulty::Faulty;
use crate::harness::faulty::Step::{self, Reset, Say, Silence};
#[cfg(unix)]
use crate::harness::on_a_machine_of_its_own;
use crate::harness::process::Run;
use crate::harness::{Canaries, World};

const GRAPH: &str = "graph.instagram.com";

/// Asks Instagram itself about a token of the environment: no account and no keyring is needed.
pub fn verify(world: &World) -> Run {
    world
        .command(&["status", "--verify"])
        .env("IGCONNECT_TOKEN", LONG)
}

fn refusal(status: &str) -> Vec<Step> {
    vec![Say(reply(
        status,
        "Proxy-Authenticate: Basic\r\n",
        "<html>no</html>",
    ))]
}

/// What the proxy does instead.
type Fault = fn() -> Vec<Step>;

const TUNNEL: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

#[test]
fn a_proxy_that_fails_is_named_and_learns_the_host_alone() {
    let faults: [(&str, Fault); 11] = [
        ("407", || refusal("407 Proxy Authentication Required")),
        ("502", || refusal("502 Bad Gateway")),
        ("403", || refusal("403 Forbidden")),
        ("a redirect", || refusal("302 Found")),
        ("closed", Vec::new),
        ("reset", || vec![Reset]),
        ("noise", || vec![Say(vec![0xff; 64])]),
        ("silent", || vec![Silence]),
        ("silent in the tunnel", || {
            vec![Say(TUNNEL.to_vec()), Silence]
        }),
        ("a page in the tunnel", || {
            vec![Say([TUNNEL, &reply("200 OK", "", "<html></html>")].concat())]
        }),
        ("reset in the tunnel", || vec![Say(TUNNEL.to_vec()), Reset]),
    ];
    thread::scope(|scope| {
        for (name, fault) in faults {
            scope.spawn(move || {
                let (world, mut canaries) = (World::new(), Canaries::new());
                let password = canaries.make("password", "", 24);
                canaries.watch("token", LONG);
                let proxy = Faulty::start(move |_| fault());
                let address = format!("http://someone:{password}@127.0.0.1:{}", proxy.port());
                world.set_env("HTTPS_PROXY", address);
                let output = verify(&world).arg("-vv").run().assert_code(3);
                let said = output.stderr().to_owned();
                let in_tunnel = name.contains("tunnel");
                assert!(
                    in_tunnel || said.contains("proxy"),
                    "{name}: {}",
                    output.report()
                );
                world.assert_no_leaks(&canaries);
                let heard = proxy.heard();
                assert!((1..=3).contains(&heard.len()), "{name}: {heard:?}");
                for request in heard {
                    let (line, rest) = request.split_once("\r\n").unwrap();
                    assert_eq!(line, format!("CONNECT {GRAPH}:443 HTTP/1.1"), "{name}");
                    canaries.assert_clean(line.as_bytes(), "what the proxy was asked");
                    assert!(
                        !rest.contains("/me") && !rest.contains(LONG),
                        "{name}: {rest}"
                    );
                }
            });
        }
    });
}

#[cfg(unix)]
#[test]
fn each_variable_means_what_it_means_elsewhere() {
    let this = "network::proxies::each_variable_means_what_it_means_elsewhere";
    if !on_a_machine_of_its_own(this, &[GRAPH]) {
        return;
    }
    let world = World::new();
    let proxy = Faulty::start(|_| refusal("502 Bad Gateway"));
    let address = format!("http://127.0.0.1:{}", proxy.port());
    let is_asked = |variables: &[(&str, &str)]| {
        proxy.play(|_| refusal("502 Bad Gateway"));
        let run =
            (variables.iter()).fold(verify(&world), |run, (name, value)| run.env(*name, *value));
        let _ = run.run().assert_code(3);
        !proxy.heard().is_empty()
    };
    let address = address.as_str();
    assert!(is_asked(&[("HTTPS_PROXY", address)]));
    assert!(is_asked(&[("https_proxy", address)]));
    assert!(is_asked(&[("ALL_PROXY", address)]));
    assert!(is_asked(&[
        ("HTTPS_PROXY", address),
        ("NO_PROXY", "example.org")
    ]));
    assert!(
        !is_asked(&[("HTTP_PROXY", address)]),
        "http is never spoken"
    );
    assert!(!is_asked(&[("HTTPS_PROXY", address), ("NO_PROXY", GRAPH)]));
    assert!(!is_asked(&[
        ("HTTPS_PROXY", address),
        ("no_proxy", ".instagram.com")
    ]));
    assert!(!is_asked(&[("ALL_PROXY", address), ("NO_PROXY", "*")]));
}

#[test]
fn a_local_sandbox_is_never_reached_through_a_proxy() {
    let scene = super::scene::Scene::new();
    let proxy = Faulty::start(|_| refusal("502 Bad Gateway"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"] {
        scene
            .world
            .set_env(name, format!("http://127.0.0.1:{}", proxy.port()));
    }
    let _ = scene.then(&["refresh"]).assert_code(0);
    assert_eq!(proxy.heard(), [] as [String; 0]);
}
