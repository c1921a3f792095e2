//! The programs that serve the Secret Service to the tests, one in a run: gnome-keyring unless the run asks for another.

use std::env;
use std::fs::{self, File};
use std::process::{Command, Stdio};

use super::group::Group;
use super::need;
use super::needs::installed;
use super::secret_service::Bus;

/// Names the provider of every keyring in a run of the tests.
const PROVIDER: &str = "IGCONNECT_TESTS_SECRET_SERVICE";

const PASSWORD: &str = "a login password";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    GnomeKeyring,
    Oo7,
    KeePassXc,
}

impl Provider {
    /// The one of this run.
    pub fn of_this_run() -> Self {
        match env::var(PROVIDER).as_deref() {
            Err(_) => Self::GnomeKeyring,
            Ok("oo7") => Self::Oo7,
            Ok("keepassxc") => Self::KeePassXc,
            Ok(other) => panic!("{PROVIDER} names no provider: {other}"),
        }
    }

    #[track_caller]
    pub(super) fn is_here(self) -> bool {
        match self {
            Self::GnomeKeyring => true,
            Self::Oo7 => need("oo7"),
            Self::KeePassXc => need("keepassxc"),
        }
    }

    /// The collection that new entries go to.
    pub(super) fn collection(self) -> &'static str {
        match self {
            Self::GnomeKeyring | Self::Oo7 => "/org/freedesktop/secrets/collection/login",
            Self::KeePassXc => "/org/freedesktop/secrets/collection/safe",
        }
    }

    /// Whether it shows a locked entry's attributes. oo7 finds nothing while it is locked, and KeePassXC does not answer.
    pub fn shows_what_is_locked(self) -> bool {
        self == Self::GnomeKeyring
    }

    /// Whether [`Self::start_without_password`] starts it.
    pub fn can_be_without_collection(self) -> bool {
        self == Self::GnomeKeyring
    }

    /// Starts gnome-keyring on this bus as a desktop does without a password: it unlocks and creates no collection.
    pub(super) fn start_without_password(bus: &Bus) -> Group {
        let mut program = bus.tool(
            "gnome-keyring-daemon",
            &["--foreground", "--components=secrets"],
        );
        program
            .stdin(Stdio::null())
            .stdout(bus.log("keyring.out"))
            .stderr(bus.log("keyring.log"));
        Group::start(&mut program).expect("a Secret Service")
    }

    /// Starts it on this bus, unlocked in a moment.
    pub(super) fn start(self, bus: &Bus) -> Group {
        let mut program = match self {
            Self::GnomeKeyring => bus.tool(
                "gnome-keyring-daemon",
                &["--foreground", "--unlock", "--components=secrets"],
            ),
            Self::Oo7 => bus.tool(installed("oo7-daemon").expect("oo7-daemon"), &["--login"]),
            Self::KeePassXc => keepassxc(bus),
        };
        let password = bus.folder.join("password");
        fs::write(&password, PASSWORD).expect("a password file");
        program
            .stdin(File::open(&password).expect("the password file"))
            .stdout(bus.log("keyring.out"))
            .stderr(bus.log("keyring.log"));
        Group::start(&mut program).expect("a Secret Service")
    }
}

/// KeePassXC without a screen, whose one database is the collection.
fn keepassxc(bus: &Bus) -> Command {
    let safe = bus.folder.join("safe.kdbx");
    let xml = bus.folder.join("safe.xml");
    fs::write(&xml, DATABASE).expect("a database as XML");
    let twice = bus.folder.join("twice");
    fs::write(&twice, format!("{PASSWORD}\n{PASSWORD}\n")).expect("a password file");
    let made = bus
        .tool("keepassxc-cli", &[])
        .args(["import", "--set-password"])
        .args([&xml, &safe])
        .stdin(File::open(&twice).expect("the password file"))
        .output()
        .expect("keepassxc-cli");
    assert!(
        made.status.success(),
        "no database: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let config = bus.folder.join("keepassxc.ini");
    fs::write(&config, CONFIG).expect("KeePassXC's configuration");
    let mut program = bus.tool("keepassxc", &["--pw-stdin", "--config"]);
    program.args([&config, &bus.folder.join("local.ini"), &safe]);
    // One instance for each such folder.
    program
        .env("TMPDIR", bus.folder.join("run"))
        .env("QT_QPA_PLATFORM", "offscreen");
    program
}

/// Every program may read and write without a question.
const CONFIG: &str = "[General]
ConfigVersion=2
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmAccessItem=false
ConfirmDeleteItem=false
";

/// An empty database called `safe`, whose root is the exposed group: the same 16 bytes, in base64 and as a UUID.
const DATABASE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile>
  <Meta>
    <DatabaseName>safe</DatabaseName>
    <RecycleBinEnabled>False</RecycleBinEnabled>
    <CustomData><Item>
      <Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{44fa5d79-e418-4e3f-a1ba-7c952c195d01}</Value>
    </Item></CustomData>
  </Meta>
  <Root><Group><UUID>RPpdeeQYTj+hunyVLBldAQ==</UUID><Name>Passwords</Name></Group></Root>
</KeePassFile>
"#;
