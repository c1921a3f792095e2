//! gnome-keyring, unlocked, on a bus of its own that starts no other one automatically.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::measure::Program;
use crate::server::Server;

/// What it needs.
pub const PROGRAMS: [&str; 3] = ["dbus-daemon", "gnome-keyring-daemon", "secret-tool"];

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

/// Ends with its bus when it is dropped.
pub struct Keyring {
    /// For `DBUS_SESSION_BUS_ADDRESS`.
    pub address: String,
    bus: Child,
    daemon: Child,
}

impl Keyring {
    /// Its files are in `folder`.
    pub fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let (config, password) = (folder.join("bus.conf"), folder.join("password"));
        fs::write(&config, BUS).expect("the bus's configuration");
        fs::write(&password, "password").expect("a password");
        let mut bus = Command::new("dbus-daemon")
            .args(["--nofork", "--print-address", "--config-file"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a bus");
        let mut address = String::new();
        let said = bus.stdout.take().expect("a pipe");
        let heard = BufReader::new(said).read_line(&mut address);
        heard.expect("the bus's address");
        let address = address.trim_end().to_owned();
        let daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("XDG_DATA_HOME", folder)
            .env("XDG_RUNTIME_DIR", folder)
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .stdin(File::open(&password).expect("the password"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a keyring");
        let keyring = Self {
            address,
            bus,
            daemon,
        };
        let works = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            keyring.add("first")
        });
        assert!(works, "no keyring that keeps anything");
        keyring
    }
}

impl Server for Keyring {
    fn process(&self) -> u32 {
        self.daemon.id()
    }

    fn add(&self, name: &str) -> bool {
        let entry = ["store", "--label", name, "benchmark", name];
        let text = "x".repeat(400); // as long as an account's
        let script = r#"printf %s "$0" | exec secret-tool "$@""#;
        let store = Program::new("sh", &[&["-c", script, &text], &entry[..]].concat());
        store
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .succeeds()
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        for process in [&mut self.daemon, &mut self.bus] {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
