//! The desktop's secret store as people have it: a provider on a private D-Bus session, one for each test.
//!
//! The bus knows no service files. With the distribution's own configuration a first question would start a second,
//! locked keyring automatically, and tests under load would meet that one.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::process::Signal;

use zbus::blocking::{Connection, connection, fdo};
use zbus::names::BusName;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue};

use super::group::Group;
use super::mode::private_folder;
use super::provider::Provider;
use super::{World, need, until};

pub(super) const NAME: &str = "org.freedesktop.secrets";
pub(super) const SERVICE: &str = "/org/freedesktop/secrets";
pub(super) const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

/// An unlocked keyring in a session of its own.
pub struct SecretService {
    /// Who serves it.
    pub provider: Provider,
    keyring: Group,
    bus: Bus,
}

/// What a keyring shows of an entry to everybody, without its secret.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    pub attributes: BTreeMap<String, String>,
}

impl SecretService {
    /// Starts bus and keyring for this world: its programs reach them from now on. `None` where the tests do without.
    #[track_caller]
    pub fn start(world: &World) -> Option<Self> {
        let provider = Provider::of_this_run();
        if !provider.is_here() {
            return None;
        }
        let bus = Bus::start(world)?;
        let keyring = provider.start(&bus);
        let service = Self {
            provider,
            keyring,
            bus,
        };
        until("the keyring on its bus", || {
            service.bus.has_owner().then_some(())
        });
        until("an unlocked keyring", || {
            (service.is_locked() == Some(false)).then_some(())
        });
        Some(service)
    }

    /// A session without a keyring. The world's programs reach it from now on.
    #[track_caller]
    pub fn bus_without_provider(world: &World) -> Option<Bus> {
        Bus::start(world)
    }

    /// The address for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        self.bus.address()
    }

    /// What another program reads under these attributes. `None` when nothing is there, or when it is locked.
    #[track_caller]
    pub fn lookup(&self, service: &str, username: &str) -> Option<String> {
        let output = self.bus.ask(
            "secret-tool",
            &["lookup", "service", service, "username", username],
        );
        output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).expect("a secret in UTF-8"))
    }

    /// Stores an entry as another program would.
    #[track_caller]
    pub fn store(&self, label: &str, service: &str, username: &str, secret: &str) {
        let file = self.bus.folder.join("secret");
        fs::write(&file, secret).expect("a file for the secret");
        let arguments = [
            "store", "--label", label, "service", service, "username", username,
        ];
        let stored = self
            .bus
            .tool("secret-tool", &arguments)
            .stdin(File::open(&file).expect("the secret's file"))
            .output();
        fs::remove_file(&file).expect("the secret's file");
        let stored = stored.expect("secret-tool");
        assert!(
            stored.status.success(),
            "not stored: {}",
            String::from_utf8_lossy(&stored.stderr)
        );
    }

    /// Takes an entry away as another program would.
    #[track_caller]
    pub fn clear(&self, service: &str, username: &str) {
        let entry = ["clear", "service", service, "username", username];
        let cleared = self.bus.ask("secret-tool", &entry);
        assert!(cleared.status.success(), "not cleared: {username}");
    }

    /// Every entry of this service, by what can be read without unlocking it.
    #[track_caller]
    pub fn search_all(&self, service: &str) -> Vec<Entry> {
        // Entries begin on one stream and their attributes come on the other: only both together tell what belongs together.
        let script = r#"exec secret-tool search --all service "$1" 2>&1"#;
        let output = self.bus.ask("sh", &["-c", script, "sh", service]);
        assert!(
            output.status.success(),
            "no search: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        let mut entries = Vec::<Entry>::new();
        for line in String::from_utf8(output.stdout)
            .expect("entries in UTF-8")
            .lines()
        {
            if line.starts_with("[/") {
                entries.push(Entry {
                    label: String::new(),
                    attributes: BTreeMap::new(),
                });
            } else if let (Some((name, value)), Some(entry)) =
                (line.split_once(" = "), entries.last_mut())
            {
                match name.strip_prefix("attribute.") {
                    Some(name) => drop(entry.attributes.insert(name.to_owned(), value.to_owned())),
                    None if name == "label" => value.clone_into(&mut entry.label),
                    None => {}
                }
            }
        }
        entries
    }

    /// Locks it, as a screen saver or a person does. It stays locked.
    #[track_caller]
    pub fn lock(&self) {
        let bus = self.bus.connect();
        let collections = vec![ObjectPath::from_static_str_unchecked(
            self.provider.collection(),
        )];
        let service = Some("org.freedesktop.Secret.Service");
        let locked = bus.call_method(Some(NAME), SERVICE, service, "Lock", &collections);
        let locked = locked.expect("a keyring to lock");
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = locked
            .body()
            .deserialize()
            .expect("collections and a prompt");
        // Some lock at once, some when the prompt of their answer is called, which shows nothing.
        if prompt.as_str() != "/" {
            let prompter = Some("org.freedesktop.Secret.Prompt");
            let _ = bus.call_method(Some(NAME), &prompt, prompter, "Prompt", &"");
        }
        until("a locked keyring", || {
            (self.is_locked() != Some(false)).then_some(())
        });
    }

    /// Stops its process: it answers no question.
    #[track_caller]
    pub fn stop(&self) {
        self.keyring.signal(Signal::STOP);
        until("a stopped keyring", || (self.state() == 'T').then_some(()));
    }

    /// Lets it go on after [`SecretService::stop`].
    #[track_caller]
    pub fn cont(&self) {
        self.keyring.signal(Signal::CONT);
    }

    /// Kills it; the bus stays.
    #[track_caller]
    pub fn kill(&mut self) {
        self.keyring.end();
        until("a bus without the keyring", || {
            (!self.bus.has_owner()).then_some(())
        });
    }

    /// Restarts gnome-keyring. While it is started without its files, it has no default collection.
    #[track_caller]
    pub fn restart(&mut self, with_files: bool) {
        self.kill();
        let [files, aside] =
            ["home/data/keyrings", "keyrings-aside"].map(|name| self.bus.folder.join(name));
        if with_files {
            fs::remove_dir_all(&files).expect("the files of an empty keyring");
            fs::rename(&aside, &files).expect("the files of the keyring");
            self.keyring = self.provider.start(&self.bus);
        } else {
            fs::rename(&files, &aside).expect("the files of the keyring");
            self.keyring = Provider::start_without_password(&self.bus);
        }
        until("the keyring on its bus", || {
            self.bus.has_owner().then_some(())
        });
        until("an open keyring, or none", || {
            (self.is_locked() == with_files.then_some(false)).then_some(())
        });
    }

    fn is_locked(&self) -> Option<bool> {
        let of = ("org.freedesktop.Secret.Collection", "Locked");
        let properties = Some("org.freedesktop.DBus.Properties");
        let collection = self.provider.collection();
        let bus = self.bus.connect();
        let answer = bus.call_method(Some(NAME), collection, properties, "Get", &of);
        let locked: OwnedValue = answer.ok()?.body().deserialize().ok()?;
        locked.downcast_ref::<bool>().ok()
    }

    /// The letter by which the kernel calls what the process does now.
    fn state(&self) -> char {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.keyring.id()))
            .expect("the keyring's process");
        stat.rsplit(')')
            .next()
            .and_then(|rest| rest.trim_start().chars().next())
            .expect("a state")
    }
}

/// A private D-Bus session, ended when this is dropped.
pub struct Bus {
    #[expect(dead_code, reason = "it ends with this")]
    daemon: Group,
    address: String,
    pub(super) folder: PathBuf,
}

impl Bus {
    fn start(world: &World) -> Option<Self> {
        if !need("secret-service") {
            return None;
        }
        let folder = tempfile::Builder::new()
            .prefix("bus-")
            .tempdir_in(world.root())
            .expect("a folder")
            .keep();
        for name in ["home", "run"] {
            private_folder(&folder.join(name));
        }
        let config = folder.join("bus.conf");
        fs::write(&config, config_without_services(&folder.join("run")))
            .expect("the bus's configuration");
        let log = File::create(folder.join("bus.log")).expect("the bus's log");
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--nofork", "--print-address"])
            .arg(format!("--config-file={}", config.display()))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut daemon = Group::start(&mut command).expect("dbus-daemon");
        let mut address = String::new();
        BufReader::new(daemon.pipes().1.expect("a pipe"))
            .read_line(&mut address)
            .expect("an address");
        let address = address.trim_end().to_owned();
        let bus = Self {
            daemon,
            address,
            folder,
        };
        assert!(
            !bus.address.is_empty(),
            "no bus: {}",
            fs::read_to_string(bus.folder.join("bus.log")).unwrap_or_default()
        );
        world.set_env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
        Some(bus)
    }

    /// The address for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn connect(&self) -> Connection {
        let connected = connection::Builder::address(self.address()).and_then(|bus| bus.build());
        connected.expect("a connection to the bus")
    }

    fn has_owner(&self) -> bool {
        let bus = fdo::DBusProxy::new(&self.connect()).expect("the bus");
        let name = BusName::try_from(NAME).expect("a name");
        bus.name_has_owner(name).expect("an answer of the bus")
    }

    /// Asks by a program of the system; one that gets no answer is given up, for the test to see.
    fn ask(&self, program: &str, arguments: &[&str]) -> Output {
        self.tool("timeout", &[&["20", program], arguments].concat())
            .stdin(Stdio::null())
            .output()
            .expect("the tool `timeout`")
    }

    pub(super) fn tool(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LANG", "C.UTF-8");
        command
            .env("HOME", self.folder.join("home"))
            .env("XDG_DATA_HOME", self.folder.join("home/data"));
        command
            .env("XDG_RUNTIME_DIR", self.folder.join("run"))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command
    }

    pub(super) fn log(&self, name: &str) -> File {
        File::create(self.folder.join(name)).expect("a log")
    }
}

fn config_without_services(sockets: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        sockets.display()
    )
}
