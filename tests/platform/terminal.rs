//! Windows: exit codes, programs by their names, descriptors, and what a person reads first.

use crate::harness::World;

#[test]
fn the_way_of_this_system_to_trust_the_login_is_first() {
    let world = World::new();
    let output = world.command(&["certificate", "--json"]).run();
    let ways = output.assert_code(0).json()["certificate"]["trust"].take();
    let first = ways[0]["where"].as_str().unwrap();
    let system = match () {
        () if cfg!(windows) => "Windows",
        () if cfg!(target_os = "macos") => "macOS",
        () => "Linux",
    };
    assert!(first.contains(system), "{first}");
}

#[cfg(windows)]
#[test]
fn an_exit_code_has_32_bits() {
    let world = World::new();
    world.connect();
    // 259 also means that a process still runs, -1073741819 (0xC0000005) that it crashed.
    for code in [256, 259, 1000, -1, -1_073_741_819] {
        let line = ["run", "--", "cmd", "/c", "exit", &code.to_string()];
        let _ = world.sandbox(&line).run().assert_code(code);
    }
}

#[cfg(windows)]
#[test]
fn a_command_that_is_a_batch_file_is_found_by_its_name() {
    let world = World::new();
    world.connect();
    let file = world.root().join("programs").join("publish.cmd");
    std::fs::write(file, "@echo %1 of %INSTAGRAM_USER_ID%\r\n@exit 300\r\n").unwrap();
    let output = world.sandbox(&["run", "--", "publish", "photo"]).run();
    let output = output.assert_code(300);
    assert_eq!(output.stdout().trim_end(), "photo of 17841400000000017");
}

#[cfg(windows)]
#[test]
fn a_descriptor_with_a_passphrase_is_refused_and_nothing_advises_it() {
    let world = World::new();
    world.set_env("IGCONNECT_STORE", "sealed");
    world.set_env("IGCONNECT_SEAL_WITH", "passphrase");
    let login = ["--sandbox", "login", "--no-browser", "--no-input"];
    let output = world.command(&login).run();
    let output = output.assert_fails(2).assert_says("a key file");
    output.assert_never_warns("IGCONNECT_PASSPHRASE_FD");
    world.set_env("IGCONNECT_PASSPHRASE_FD", "3");
    let output = world.command(&login).run();
    let _ = output
        .assert_fails(2)
        .assert_says("IGCONNECT_PASSPHRASE_FD does not work on Windows");
}
