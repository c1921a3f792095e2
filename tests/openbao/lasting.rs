//! Leases that end automatically are extended while igconnect waits for Instagram, and no longer: the token, and what is
//! claimed.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::team::Team;
use crate::harness::accounts::PEOPLE;
use crate::harness::login::Login;
use crate::harness::mode;
use crate::harness::process::Running;
use crate::harness::{OpenBao, World, until};

const ID: &str = PEOPLE[0].0;
const NAME: &str = PEOPLE[0].1;

/// What a token needs that looks after itself.
const ITSELF: &str = "path \"auth/token/lookup-self\" { capabilities = [\"read\"] }\n\
    path \"auth/token/renew-self\" { capabilities = [\"update\"] }";

/// What may be done to the secrets.
const ALL: &str = "\"create\", \"read\", \"update\", \"delete\", \"list\"";

fn policy(capabilities: &str) -> String {
    format!("path \"secret/*\" {{ capabilities = [{capabilities}] }}")
}

#[track_caller]
fn until_renewed(server: &OpenBao, token: &str) {
    until("a token renewed", || {
        let found = server.ask_as(token, "GET", "auth/token/lookup-self", None);
        found.1["data"]["last_renewal_time"].as_u64()
    });
}

/// A home, and whether its Instagram says anything about a token: until then each question waits, is lost, and is
/// asked again, three times in all.
#[track_caller]
fn team() -> Option<(Team, Arc<AtomicBool>)> {
    let says = Arc::new(AtomicBool::new(true));
    let says_now = Arc::clone(&says);
    let team = Team::meddled(OpenBao::start, 1, "backdated", move |line| {
        let asked = Instant::now();
        let is_about = line.contains("/me?");
        while is_about && !says_now.load(Relaxed) && asked.elapsed() < Duration::from_secs(8) {
            thread::sleep(Duration::from_millis(5));
        }
        is_about && !says_now.load(Relaxed)
    })?;
    team.connect(&team.homes[0], NAME);
    Some((team, says))
}

fn claim(team: &Team) -> Value {
    let path = format!("secret/data/{}/claim.{ID}", team.folder());
    team.server.ask("GET", &path, None).1["data"].clone()
}

fn version(claim: &Value) -> Option<u64> {
    claim["metadata"]["version"].as_u64()
}

/// A refresh that waits for Instagram, with its log.
#[track_caller]
fn waiting(team: &Team, home: &World) -> Running {
    team.front.hold();
    let refresh = home.command(&["refresh"]).spawn();
    until("a question to Instagram", || {
        (team.front.held() > 0).then_some(())
    });
    refresh
}

/// A refresh that has claimed the account, with its log. What a killed one left open is settled first, by asking about
/// the token.
#[track_caller]
fn settling(team: &Team, home: &World, says: &AtomicBool) -> Running {
    says.store(false, Relaxed);
    let before = version(&claim(team));
    let refresh = home.command(&["refresh"]).env("IGCONNECT_LOG", "warn");
    let refresh = refresh.timeout(Duration::from_secs(120)).spawn();
    until("a claim", || (version(&claim(team)) > before).then_some(()));
    refresh
}

/// A refresh that is killed while it waits for Instagram.
#[track_caller]
fn killed(team: &Team) {
    let refresh = waiting(team, &team.homes[0]);
    refresh.signal(Signal::KILL);
    drop(refresh);
    team.front.let_go();
}

#[test]
fn a_server_token_and_a_claim_are_extended_during_a_wait_despite_one_failure() {
    let Some((team, says)) = team() else {
        return;
    };
    let home = &team.homes[0];
    let all = policy(ALL);
    let set = |text: &str| {
        let policy = json!({ "policy": text });
        team.server
            .expect("POST", "sys/policies/acl/everything", Some(policy));
    };
    killed(&team);
    let policies = [("everything", all.as_str()), ("itself", ITSELF)];
    let token = team.server.token_with(&policies, "16s");
    home.set_env("BAO_TOKEN", &token);
    let mut refresh = settling(&team, home, &says);
    let before = claim(&team);
    set(&policy("\"read\""));
    let shown = refresh.stderr_line("a claim that was not renewed", |line| {
        line.contains("claim")
    });
    assert!(shown.contains("does not permit"), "{shown}");
    set(&all);
    until("a claim renewed", || {
        (version(&claim(&team)) > version(&before)).then_some(())
    });
    assert_eq!(claim(&team)["data"], before["data"]);
    until_renewed(&team.server, &token);
    says.store(true, Relaxed);
    let _ = refresh.finish().assert_code(0);
    assert!(claim(&team)["data"]["holder"].is_null());
    assert_eq!((team.tokens(ID).len(), team.renewals().len()), (1, 1));
}

#[test]
fn a_process_that_lost_its_claim_requests_no_refresh() {
    let Some((team, says)) = team() else {
        return;
    };
    let home = &team.homes[0];
    killed(&team);
    let mut refresh = settling(&team, home, &says);
    let path = format!("secret/data/{}/claim.{ID}", team.folder());
    let others = json!({ "writer": "machine-9", "home": "another", "run": "1" });
    let record = |holder: &Value| json!({ "data": { "holder": holder, "removed_by": null } });
    team.server.expect("POST", &path, Some(record(&others)));
    refresh.stderr_line("a claim that was lost", |line| line.contains("claim"));
    says.store(true, Relaxed);
    let _ = refresh.finish().assert_code(9);
    assert!(team.renewals().is_empty(), "a renewal was asked for");
    assert_eq!(claim(&team)["data"]["holder"], others);
    team.server
        .expect("POST", &path, Some(record(&Value::Null)));
    let _ = home.command(&["refresh"]).run().assert_code(0);
    assert_eq!((team.tokens(ID).len(), team.renewals().len()), (1, 1));
}

#[test]
fn a_server_token_is_extended_while_a_login_waits() {
    let world = World::new();
    let Some(server) = OpenBao::start(&world) else {
        return;
    };
    server.serve(&world);
    let token = server.token_with(&[("everything", &policy(ALL)), ("itself", ITSELF)], "16s");
    world.set_env("BAO_TOKEN", &token);
    let login = Login::in_sandbox(&world, &[]);
    until_renewed(&server, &token);
    login.agree();
    let _ = login.finish().assert_code(0);
}

#[test]
fn a_token_that_an_agent_replaced_is_read_again() {
    let Some((team, _)) = team() else {
        return;
    };
    let home = &team.homes[0];
    let token = || {
        team.server
            .token_with(&[("everything", &policy(ALL)), ("itself", ITSELF)], "1h")
    };
    let former = token();
    let file = home.given("agent", &former);
    mode::set(&file, 0o600);
    home.set_env("BAO_TOKEN", "");
    home.set_env("BAO_TOKEN_PATH", &file);
    let refresh = waiting(&team, home);
    let revoked = json!({ "token": former });
    team.server
        .expect("POST", "auth/token/revoke", Some(revoked));
    fs::write(&file, format!("{}\n", token())).unwrap();
    team.front.pass_on();
    let _ = refresh.finish().assert_code(0);
    assert_eq!((team.tokens(ID).len(), team.renewals().len()), (1, 1));
    assert!(claim(&team)["data"]["holder"].is_null());
}
