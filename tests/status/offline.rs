//! Without `--verify` nothing but the cache is read.

use std::path::Path;

use crate::harness::{World, need};

#[test]
fn status_and_list_use_no_network_no_keyring_and_no_runtime() {
    if !need("strace") {
        return;
    }
    let world = World::new();
    world.connect_two();
    // A keyring that could be asked, if somebody did.
    world.set_env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    for command in [
        &["status"][..],
        &["status", "--all", "--json"],
        &["status", "@unknown"],
        &["list"],
        &["list", "--json"],
    ] {
        let calls = system_calls(&world, command);
        let shown = calls.lines().filter(|line| is_more_than_reading(line));
        let shown: Vec<_> = shown.collect();
        assert!(shown.is_empty(), "{command:?} did {shown:#?}");
        assert!(
            calls.contains("igconnect.sqlite") && !calls.contains("/secrets"),
            "{command:?} read something else"
        );
    }
    // The trap works: a command that does all of it is caught.
    let calls = system_calls(&world, &["refresh"]);
    for call in ["epoll_create1(", "socket(", "connect("] {
        assert!(calls.contains(call), "{call}");
    }
}

fn system_calls(world: &World, command: &[&str]) -> String {
    let log = world.given("strace.log", "");
    let (log_name, binary) = (log.to_str().unwrap(), world.binary().to_str().unwrap());
    let traced = ["-f", "-o", log_name, binary, "--sandbox"];
    let _ = world
        .program("strace", &[&traced, command].concat())
        .run()
        .stdout_bytes();
    std::fs::read_to_string(Path::new(log_name)).unwrap()
}

/// A line of strace that shows a network, another process or thread, an event loop, or a write to anything but the
/// three standard streams. The program's own start is the one `execve`.
fn is_more_than_reading(line: &str) -> bool {
    let call = line
        .split_once(' ')
        .map_or("", |(_, call)| call.trim_start());
    let name = call.split('(').next().unwrap_or_default();
    let forbidden = [
        "socket",
        "socketpair",
        "connect",
        "bind",
        "listen",
        "sendto",
        "sendmsg",
        "clone",
        "clone3",
        "fork",
        "vfork",
        "epoll_create",
        "epoll_create1",
        "eventfd2",
        "io_uring_setup",
        "execveat",
        "unlink",
        "rename",
        "mkdir",
    ];
    let second_start = name == "execve" && !call.contains("/igconnect\"");
    let writes = name == "openat" && (call.contains("O_CREAT") || call.contains("O_RDWR"));
    forbidden.contains(&name) || second_start || writes
}
