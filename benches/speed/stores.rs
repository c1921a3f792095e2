//! One entry read, and one replaced, beside as many others as wanted, in each store: `token` and `app add`, against
//! themselves where that entry is alone. A store may be a server, whose work only the clock tells.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::keyring::{self, Keyring};
use crate::measure::{Program, in_turns, installed, program_path};
use crate::openbao::{self, OpenBao};
use crate::server::{Server, cpu};

/// A store: its word, up to how many entries it is measured, and how it is set up. A new one is a line here.
const STORES: [(&str, u64, SetUp); 5] = [
    ("file", 10_000, |_| Setup::none()),
    ("sealed", 10_000, sealed),
    // It rewrites all of its file at each write, so that ten thousand of them take hours.
    ("keyring", 200, in_a_keyring),
    ("command:pass", 10_000, pass),
    ("openbao", 10_000, on_a_server),
];

type SetUp = fn(&Home) -> Setup;

const SIZES: [u64; 3] = [1, 200, 10_000];

/// What a store needs beside the program.
struct Setup {
    env: Vec<(&'static str, OsString)>,
    server: Option<Box<dyn Server>>,
}

impl Setup {
    fn none() -> Self {
        Self {
            env: Vec::new(),
            server: None,
        }
    }
}

/// A home with one account and one app in a store.
struct Home {
    folder: PathBuf,
    word: &'static str,
    setup: Setup,
}

impl Home {
    fn new(folder: PathBuf, word: &'static str, set_up: SetUp) -> Self {
        fs::create_dir_all(&folder).expect("a folder");
        let mut home = Self {
            folder,
            word,
            setup: Setup::none(),
        };
        home.setup = set_up(&home);
        assert!(
            home.igconnect(&["login", "--port", "0"]).succeeds(),
            "no login with {word}"
        );
        assert!(home.replace().succeeds(), "no app with {word}");
        home
    }

    fn program(&self, program: &str, arguments: &[&str]) -> Program {
        let program = Program::new(program, arguments).env("HOME", &self.folder);
        (self.setup.env.iter()).fold(program, |program, (name, value)| program.env(name, value))
    }

    fn igconnect(&self, arguments: &[&str]) -> Program {
        self.program(
            &program_path(),
            &[&["--sandbox", "--quiet"], arguments].concat(),
        )
        .env("IGCONNECT_DATA_DIR", self.folder.join("data"))
        .env("IGCONNECT_STORE", self.word)
        .env("IGCONNECT_APP_SECRET", "0123456789abcdef0123456789abcdef")
    }

    fn read(&self) -> Program {
        self.igconnect(&["token"])
    }

    fn replace(&self) -> Program {
        self.igconnect(&["app", "add", "--id", "1234567890123456"])
    }

    fn sandbox(&self) -> PathBuf {
        self.folder.join("data/worlds/sandbox")
    }

    /// The processor time that a run of this costs a server beside it, in seconds; `None` where there is none.
    fn beside(&self, program: &Program) -> Option<f64> {
        const RUNS: u32 = 20;
        let process = self.setup.server.as_ref()?.process();
        let before = cpu(process);
        assert!((0..RUNS).all(|_| program.succeeds()));
        Some((cpu(process) - before) / f64::from(RUNS))
    }

    /// Adds entries as long as that of the account, which are never opened.
    fn fill(&self, more: u64) {
        match self.word {
            "file" => copies(&self.sandbox().join("secrets"), "acct.", more),
            "sealed" => fill_sealed(&self.sandbox().join("sealed.sqlite"), more),
            "command:pass" => {
                let all = self
                    .folder
                    .join(".password-store/docker-credential-helpers");
                copies(&all, "", more);
            }
            _ => {
                let server = self.setup.server.as_ref().expect("a server");
                assert!((0..more).all(|number| server.add(&number.to_string())));
            }
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.word == "command:pass" {
            let _ = self.program("gpgconf", &["--kill", "all"]).succeeds();
        }
    }
}

/// Measures each store that is here, or the one of this word; names what is missing.
pub fn all(folder: &Path, seconds: f64, only: Option<&str>) -> Vec<&'static str> {
    let mut missing: Vec<_> = [
        &keyring::PROGRAMS[..],
        &["docker-credential-pass", "pass", "gpg", "bao"],
    ]
    .concat();
    missing.retain(|program| installed(program).is_none());
    println!(
        "\n| store | entries | command | CPU | time | instructions | CPU, against one entry | time, against one entry | CPU of a server, against one entry |"
    );
    println!("|---|--:|---|--:|--:|--:|--:|--:|--:|");
    for (word, most, set_up) in STORES {
        let needs = match word {
            "keyring" => "gnome-keyring-daemon",
            "command:pass" => "docker-credential-pass",
            "openbao" => "bao",
            _ => "",
        };
        if missing.contains(&needs) || only.is_some_and(|only| only != word) {
            continue;
        }
        let folder = folder.join(word.replace(':', "-"));
        let one = Home::new(folder.join("one"), word, set_up);
        for entries in SIZES.into_iter().filter(|entries| *entries <= most) {
            let many = Home::new(folder.join(entries.to_string()), word, set_up);
            many.fill(entries - 1);
            for (what, ours, theirs) in [
                ("token", many.read(), one.read()),
                ("app add", many.replace(), one.replace()),
            ] {
                let (ours_used, theirs_used) = in_turns(&ours, &theirs, seconds);
                let instructions = ours
                    .instructions()
                    .map(|millions| format!("{millions:.2} M"));
                let server = match (many.beside(&ours), one.beside(&theirs)) {
                    (Some(many), Some(one)) => format!("{:.2} ms, {:.2}", many * 1e3, many / one),
                    _ => String::new(),
                };
                println!(
                    "| `{word}` | {entries} | `{what}` | {:.2} ms | {:.2} ms | {} | {:.2} | {:.2} | {server} |",
                    ours_used.cpu * 1e3,
                    ours_used.time * 1e3,
                    instructions.unwrap_or_default(),
                    ours_used.cpu / theirs_used.cpu,
                    ours_used.time / theirs_used.time,
                );
            }
        }
    }
    missing
}

fn sealed(home: &Home) -> Setup {
    let key = home.folder.join("seal.key").into();
    Setup {
        env: vec![("IGCONNECT_SEAL_KEY_FILE", key)],
        server: None,
    }
}

fn in_a_keyring(home: &Home) -> Setup {
    let keyring = Keyring::start(&home.folder.join("keyring"));
    let address = keyring.address.clone().into();
    Setup {
        env: vec![("DBUS_SESSION_BUS_ADDRESS", address)],
        server: Some(Box::new(keyring)),
    }
}

fn on_a_server(home: &Home) -> Setup {
    let server = OpenBao::start(&home.folder);
    let address = server.address.clone().into();
    Setup {
        env: vec![("BAO_ADDR", address), ("BAO_TOKEN", openbao::TOKEN.into())],
        server: Some(Box::new(server)),
    }
}

/// With a key of its own, without a passphrase.
fn pass(home: &Home) -> Setup {
    let key = "--batch --quiet --passphrase= --quick-gen-key bench@igconnect.invalid future-default default never";
    let key: Vec<_> = key.split(' ').collect();
    let made = home.program("gpg", &key).succeeds();
    assert!(
        made && home
            .program("pass", &["init", "bench@igconnect.invalid"])
            .succeeds()
    );
    Setup::none()
}

/// Copies of the first entry whose name begins so, a file or a folder with one, under other names.
fn copies(folder: &Path, begin: &str, more: u64) {
    let mut all = fs::read_dir(folder).expect("a store").flatten();
    let is_one = |name: &str| name.starts_with(begin) && !name.starts_with('.');
    let first = all.find(|entry| is_one(&entry.file_name().to_string_lossy()));
    let first = first.expect("an entry").path();
    for number in 0..more {
        let (mut from, mut to) = (first.clone(), folder.join(format!("{begin}copy{number}")));
        if from.is_dir() {
            fs::create_dir(&to).expect("a folder");
            from.push("igconnect.gpg");
            to.push("igconnect.gpg");
        }
        fs::copy(from, to).expect("a copy");
    }
}

fn fill_sealed(file: &Path, more: u64) {
    let more = i64::try_from(more).expect("a count");
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
               INSERT INTO entry (name, sealed)
               SELECT printf('acct/178%014d/a', i), (SELECT sealed FROM entry LIMIT 1) FROM n WHERE ?1 > 0";
    let database = Connection::open(file).expect("the sealed file");
    database.execute(sql, [more]).expect("entries");
}
