//! The fault matrix of the secret store: everything that can be wrong with it, under each command that uses it. Each
//! command ends (a run that hangs is killed, and fails) with the right code, and no token is lost.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;

use crate::harness::Output;
use crate::harness::faulty_keyring::{Entries, Fault, FaultyKeyring};
use crate::harness::sweep::in_parallel;
use crate::harness::{SecretService, World, need};

/// The names under which the sandbox's account and app are in the store.
const SERVICE: &str = "igconnect-sandbox";
const SLOTS: [&str; 2] = ["acct/17841400000000017/a", "acct/17841400000000017/b"];

const COMMANDS: [&[&str]; 9] = [
    &["login", "--port", "0"],
    &["refresh"],
    &["token"],
    &["run", "--", "true"],
    &["disconnect", "--yes"],
    &["disconnect", "--yes", "--revoke"],
    &["status", "--verify"],
    &["doctor"],
    &["app", "add", "--id", "1029384756102938"],
];

/// A row: what is wrong, and what each command makes of it, in their order.
struct Row {
    name: &'static str,
    wrong: Wrong,
    codes: [i32; 9],
}

#[derive(Clone, Copy)]
enum Wrong {
    /// The bus is missing.
    NoBus,
    /// The bus has no keyring.
    NoService,
    /// A keyring with this fault.
    Ill(Fault),
    /// Two entries where there can be one.
    Doubled,
    /// Another program's text in the free slot.
    Untrusted,
}

const fn row(name: &'static str, wrong: Wrong, codes: [i32; 9]) -> Row {
    Row { name, wrong, codes }
}

// Where the store cannot be written, a due token that lives is still handed out.
#[rustfmt::skip]
const ROWS: [Row; 15] = [
    row("well",          Wrong::Ill(Fault::None),          [0; 9]),
    row("no bus",        Wrong::NoBus,                     [6; 9]),
    row("no service",    Wrong::NoService,                 [6; 9]),
    row("locked",        Wrong::Ill(Fault::Locked),        [6; 9]),
    row("hiding",        Wrong::Ill(Fault::Hiding),        [6; 9]),
    row("prompting",     Wrong::Ill(Fault::Prompting),     [6; 9]),
    row("silent",        Wrong::Ill(Fault::Silent),        [6; 9]),
    row("ends changing", Wrong::Ill(Fault::DiesChanging),  [6, 6, 6, 6, 6, 6, 0, 6, 6]),
    row("truncating",    Wrong::Ill(Fault::Truncating),    [6, 6, 0, 0, 0, 0, 0, 6, 6]),
    row("blanking",      Wrong::Ill(Fault::Blanking),      [6, 6, 0, 0, 0, 0, 0, 6, 6]),
    row("read-only",     Wrong::Ill(Fault::ReadOnly),      [6, 6, 0, 0, 6, 6, 0, 6, 6]),
    row("ambiguous",     Wrong::Ill(Fault::Ambiguous),     [6, 6, 0, 0, 6, 6, 0, 6, 6]),
    row("slow",          Wrong::Ill(Fault::Slow),          [0; 9]),
    row("doubled",       Wrong::Doubled,                   [6, 6, 6, 6, 0, 6, 6, 0, 0]),
    row("foreign",       Wrong::Untrusted,                   [0; 9]),
];

/// What each cell begins with: the data of a due account, and what a keyring keeps of it.
struct Beginning {
    world: World,
    entries: Entries,
}

impl Beginning {
    fn new() -> Option<Self> {
        let world = World::new();
        let keyring = FaultyKeyring::start(&world)?;
        world.connect_in("backdated");
        let entries = keyring.entries();
        Some(Self { world, entries })
    }
}

/// Runs one command under one fault, in a world of its own. `Err` says what was wrong, with the code.
fn cell(beginning: &Beginning, row: &Row, command: &[&str]) -> Option<(i32, Result<(), String>)> {
    let world = beginning.world.copy();
    let mut keyring = FaultyKeyring::start(&world)?;
    for (name, secrets) in &beginning.entries {
        secrets
            .iter()
            .for_each(|secret| keyring.add(SERVICE, name, secret));
    }
    let token = the_token(&keyring.entries()).expect("a token to begin with");
    let other = World::new();
    let mut address = keyring.address().to_owned();
    let mut bus = None;
    match row.wrong {
        Wrong::NoBus => "unix:path=/nowhere".clone_into(&mut address),
        Wrong::NoService => {
            bus = SecretService::bus_without_provider(&other);
            bus.as_ref()?.address().clone_into(&mut address);
        }
        Wrong::Ill(fault) => keyring.fall_ill(fault),
        Wrong::Doubled => keyring.add(SERVICE, SLOTS[0], &beginning.entries[SLOTS[0]][0]),
        Wrong::Untrusted => keyring.add(SERVICE, SLOTS[1], "IGAAnotoursatall"),
    }
    let output = world
        .sandbox(command)
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .env("IGCONNECT_STORE", "keyring")
        .stdin("5a9db0c05a9db0c05a9db0c05a9db0c0\n")
        .prints_a_secret()
        .run();
    drop(bus);
    keyring.heal();
    let verdict = judge(&world, &keyring, row, command, &output, &token);
    Some((output.code(), verdict))
}

fn judge(
    world: &World,
    keyring: &FaultyKeyring,
    row: &Row,
    command: &[&str],
    output: &Output,
    token: &str,
) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{what}\n{}", output.report()));
    if output.stderr().contains("a bug in igconnect") {
        return wrong("a panic");
    }
    let entries = keyring.entries();
    let gone = command[0] == "disconnect" && output.code() == 0;
    if gone {
        return match SLOTS.iter().any(|slot| entries.contains_key(*slot)) {
            true => wrong("disconnected, and a token is left"),
            false => Ok(()),
        };
    }
    if matches!(command[0], "doctor" | "app") && the_token(&entries).as_deref() != Some(token) {
        return wrong("another token than before");
    }
    // What a person would do next, once the store is well again.
    let next = match row.wrong {
        Wrong::Doubled => return lost(&entries, output),
        _ => world
            .sandbox(&["refresh", "--json"])
            .env("IGCONNECT_STORE", "keyring")
            .run(),
    };
    match (next.code(), command[0]) {
        (0, _) => Ok(()),
        // A disconnect that was begun is finished.
        (4, "disconnect")
            if !SLOTS
                .iter()
                .any(|slot| keyring.entries().contains_key(*slot)) =>
        {
            Ok(())
        }
        _ => wrong(&format!("afterwards: {}", next.report())),
    }
}

fn lost(entries: &Entries, output: &Output) -> Result<(), String> {
    match the_token(entries) {
        Some(_) => Ok(()),
        None => Err(format!("the token is gone\n{}", output.report())),
    }
}

/// The token in the whole entries of the account, if there is any: the last part of them is JSON.
fn the_token(entries: &Entries) -> Option<String> {
    let secrets = SLOTS.iter().filter_map(|slot| entries.get(*slot)).flatten();
    secrets
        .filter_map(|secret| {
            let (_, json) = secret.split_once(':')?;
            let json: serde_json::Value = serde_json::from_str(json).ok()?;
            Some(json["token"].as_str()?.to_owned())
        })
        .next_back()
}

#[test]
fn each_command_reports_each_fault_of_a_store_and_loses_nothing() {
    if !need("secret-service") {
        return;
    }
    let Some(beginning) = Beginning::new() else {
        return;
    };
    let cells: Vec<_> = (0..ROWS.len())
        .flat_map(|row| (0..COMMANDS.len()).map(move |command| (row, command)))
        .collect();
    let seen = Mutex::new(BTreeMap::new());
    in_parallel(&cells, 8, |&(row, command)| {
        let outcome = cell(&beginning, &ROWS[row], COMMANDS[command]);
        seen.lock().unwrap().insert((row, command), outcome);
    });
    let seen = seen.into_inner().unwrap();
    let mut table = String::new();
    let mut wrong = Vec::new();
    for (number, row) in ROWS.iter().enumerate() {
        let _ = write!(table, "{:>14}", row.name);
        for (place, command) in COMMANDS.iter().enumerate() {
            let Some((code, verdict)) = &seen[&(number, place)] else {
                return;
            };
            let _ = write!(table, "  {} {code}", command[0]);
            let wanted = row.codes[place];
            if *code != wanted {
                wrong.push(format!("{} {command:?}: {code}, not {wanted}", row.name));
            }
            if let Err(why) = verdict {
                wrong.push(format!("{} {command:?}: {why}", row.name));
            }
        }
        table.push('\n');
    }
    // Past the test runner, which swallows what a passing test prints.
    let _ = writeln!(
        std::io::stderr(),
        "codes under faults of the store:\n{table}"
    );
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
