//! What the tests of this folder start from.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::harness::Output;
use crate::harness::World;
use crate::harness::mode;
use crate::harness::process::Run;

pub const APP_ID: &str = igconnect::sandbox::APP_ID;

/// A world whose callback port is its own, so that no two tests meet at one.
pub fn world() -> World {
    let world = World::new();
    world.set_env("IGCONNECT_SANDBOX_APP_ID", APP_ID);
    world.set_env(
        "IGCONNECT_SANDBOX_APP_SECRET",
        igconnect::sandbox::APP_SECRET,
    );
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    world.set_env(
        "IGCONNECT_REDIRECT_URI",
        format!("https://localhost:{port}/callback"),
    );
    world
}

pub fn doctor(world: &World) -> Run {
    world.command(&["--sandbox", "doctor", "--json"])
}

pub fn against(world: &World, address: &str) -> Run {
    world
        .command(&["doctor", "--json"])
        .env("IGCONNECT_INSTAGRAM", address)
}

/// The result and the message of the check of this name.
#[track_caller]
pub fn check(output: &Output, name: &str) -> (String, String) {
    let report = output.json();
    let checks = report["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no check {name}\n{}", output.report()));
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    (
        text("result"),
        format!("{}\n{}", text("message"), text("fix")),
    )
}

#[track_caller]
pub fn assert_check(output: &Output, name: &str, result: &str, words: &str) {
    let (found, text) = check(output, name);
    assert!(
        found == result && text.contains(words),
        "{name} is {found}, not {result} with {words:?}\n{}",
        output.report()
    );
}

pub fn data(world: &World) -> PathBuf {
    world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds/sandbox")
}

pub fn login(world: &World) {
    let arguments = ["--sandbox", "login", "--as", "my-alias", "--port", "0"];
    // The port belongs to the app of the file or the sandbox here, not to one of the environment.
    let _ = world.command(&arguments).run().assert_code(0);
}

/// A server that sends these bytes to every client, and keeps what it received.
pub fn raw_server(reply: impl Into<Vec<u8>>) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heard = Arc::<Mutex<Vec<u8>>>::default();
    let (reply, noted) = (reply.into(), Arc::clone(&heard));
    thread::spawn(move || {
        let mut silent = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap_or(0);
            noted.lock().unwrap().extend_from_slice(&request[..count]);
            match reply.is_empty() {
                true => silent.push(stream),
                false => drop(stream.write_all(&reply)),
            }
        }
    });
    (address, heard)
}

pub fn chmod(path: &Path, mode: u32) {
    mode::set(path, mode);
}
