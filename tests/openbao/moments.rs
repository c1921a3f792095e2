//! The worst moment: what another machine does, and what the network loses, between a question and its answer. What is
//! asked at all is counted here too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use serde_json::{Value, json};

use crate::harness::accounts::WRECKSHOP;
use crate::harness::front::Front;
use crate::harness::{OpenBao, World};

const FOLDER: &str = "igconnect-sandbox";

/// A world with one account, due, on a server. `None` where the tests do without.
#[track_caller]
fn connected() -> Option<(World, Arc<OpenBao>)> {
    let world = World::new();
    let server = OpenBao::start(&world)?;
    server.serve(&world);
    world.connect_in("backdated");
    Some((world, Arc::new(server)))
}

fn path(name: &str) -> String {
    format!("secret/data/{FOLDER}/{name}")
}

/// Whether a request has this method, and a name that begins so.
fn is(line: &str, method: &str, name: &str) -> bool {
    line.starts_with(&format!("{method} /v1/{}", path(name)))
}

/// Puts a front before the server, for the programs of this world.
#[track_caller]
fn way(
    world: &World,
    server: &OpenBao,
    meanwhile: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Front {
    let way = Front::meddling(server.port, meanwhile);
    world.set_env("BAO_ADDR", format!("http://127.0.0.1:{}", way.port()));
    way
}

/// The answer to the first request of this method and name is lost.
fn losing(method: &'static str, name: String) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    let is_lost = AtomicBool::new(false);
    move |line| is(line, method, &name) && !is_lost.swap(true, SeqCst)
}

fn record(holder: &Value) -> Option<Value> {
    Some(json!({ "data": { "holder": holder, "removed_by": null } }))
}

#[test]
fn a_login_waits_for_a_claim_of_another_machine() {
    let Some((world, server)) = connected() else {
        return;
    };
    let claim = format!("claim.{WRECKSHOP}");
    let taken = Arc::new(AtomicUsize::new(0));
    let (here, there) = (Arc::clone(&server), Arc::clone(&taken));
    let name = claim.clone();
    let way = way(&world, &server, move |line| {
        let holder = json!({ "writer": "machine-9", "home": "another", "run": "1" });
        match there.load(SeqCst) {
            0 if is(line, "POST", &name) => {
                here.expect("POST", &path(&name), record(&holder));
                there.store(1, SeqCst);
            }
            // It is looked at to know whose it is, then again and again until it is free.
            1..3 if is(line, "GET", &name) => {
                there.fetch_add(1, SeqCst);
            }
            3 if is(line, "GET", &name) => {
                here.expect("POST", &path(&name), record(&Value::Null));
                there.store(4, SeqCst);
            }
            1..4 => assert!(
                !is(line, "POST", ""),
                "what is another's was changed: {line}"
            ),
            _ => {}
        }
        false
    });
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    assert_eq!(taken.load(SeqCst), 4, "it was not waited for");
    let lines = way.asked();
    let writes = lines.iter().filter(|asked| is(&asked.line, "POST", &claim));
    assert_eq!(writes.count(), 3, "{lines:?}");
    assert!(server.ask("GET", &path(&claim), None).1["data"]["data"]["holder"].is_null());
}

#[test]
fn a_claim_is_recognized_when_its_answer_was_lost() {
    let Some((world, server)) = connected() else {
        return;
    };
    let claim = format!("claim.{WRECKSHOP}");
    let way = way(&world, &server, losing("POST", claim.clone()));
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    // Taken, taken again because nothing was heard, given back.
    let lines = way.asked();
    let writes = lines.iter().filter(|asked| is(&asked.line, "POST", &claim));
    assert_eq!(writes.count(), 3, "{lines:?}");
    assert!(server.ask("GET", &path(&claim), None).1["data"]["data"]["holder"].is_null());
}

#[test]
fn a_write_counts_when_its_answer_was_lost() {
    let Some((world, server)) = connected() else {
        return;
    };
    let _way = way(&world, &server, losing("POST", "probe.".to_owned()));
    let _ = world.sandbox(&["doctor"]).run().assert_code(0);
    let _way = way(
        &world,
        &server,
        losing("POST", format!("acct.{WRECKSHOP}.")),
    );
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let names = [format!("acct.{WRECKSHOP}.b"), format!("claim.{WRECKSHOP}")];
    assert_eq!(server.names(FOLDER), names);
    let _ = world.sandbox(&["status", "--verify"]).run().assert_code(0);
}

#[test]
fn an_entry_that_another_machine_wrote_a_moment_before_stays() {
    let Some((world, server)) = connected() else {
        return;
    };
    let slot = format!("acct.{WRECKSHOP}.b");
    let (here, name) = (Arc::clone(&server), slot.clone());
    let is_written = AtomicBool::new(false);
    let way = way(&world, &server, move |line| {
        if is(line, "POST", &name) && !is_written.swap(true, SeqCst) {
            let others = json!({ "data": { "secret": "another's", "label": "" } });
            here.expect("POST", &path(&name), Some(others));
        }
        false
    });
    let _ = world.sandbox(&["refresh"]).run().assert_fails(9);
    assert_eq!(server.lookup(FOLDER, &slot).as_deref(), Some("another's"));
    let lines = way.asked();
    let writes = lines.iter().filter(|asked| is(&asked.line, "POST", &slot));
    assert_eq!(writes.count(), 1, "{lines:?}");
}

#[test]
fn a_refresh_sends_the_server_only_the_requests_it_needs() {
    let Some((world, server)) = connected() else {
        return;
    };
    let way = way(&world, &server, |_| false);
    let _ = world.sandbox(&["refresh"]).run().assert_code(0);
    let short = |line: &str| {
        let line = line.replace(&format!("{FOLDER}/acct.{WRECKSHOP}."), "slot ");
        let line = line.replace(&format!("{FOLDER}/claim.{WRECKSHOP}"), "claim");
        line.replace("/v1/", "").replace(" HTTP/1.1", "")
    };
    let asked: Vec<_> = way.asked().iter().map(|asked| short(&asked.line)).collect();
    assert_eq!(
        asked,
        [
            "GET auth/token/lookup-self",
            "GET sys/internal/ui/mounts/secret",
            "GET secret/data/claim",
            "POST secret/data/claim",
            "GET secret/data/slot a",
            "GET secret/data/slot b",
            "POST secret/data/slot b",
            "GET secret/data/slot b",
            "DELETE secret/metadata/slot a",
            "POST secret/data/claim",
        ]
    );
}

#[test]
fn an_entry_from_elsewhere_is_replaced_with_all_its_versions() {
    let world = World::new();
    let Some(server) = OpenBao::start(&world) else {
        return;
    };
    server.serve(&world);
    let former = json!({ "data": { "secret": "0123456789abcdef0123456789abcdef", "label": "" } });
    let path = "secret/data/igconnect/app.1029384756102938";
    server.expect("POST", path, Some(former));
    let secret = "fedcba9876543210fedcba9876543210";
    let add = world.command(&["app", "add", "--id", "1029384756102938", "--yes"]);
    let _ = add.stdin(secret).run().assert_code(0);
    let kept = server.lookup("igconnect", "app/1029384756102938");
    assert_eq!(kept.as_deref(), Some(secret));
    let former = server.ask("GET", &format!("{path}?version=1"), None);
    assert_eq!(former.0, 404, "the former secret is still there");
}
