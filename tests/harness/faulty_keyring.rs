//! A Secret Service that does to its callers what real ones do on bad days: one fault at a time, on a bus of its own.
//! What a healthy one does is proved with gnome-keyring (`secret_service.rs`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use zbus::blocking::{Connection, connection};

use super::World;
use super::faulty_objects::{Collection, Item, Prompt, Service};
use super::secret_service::{Bus, COLLECTION, NAME, SERVICE, SecretService};

/// How long the slow one thinks about each question: in sum seconds, each time less than what a silent one is given.
const THOUGHT: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is locked, and the question for the password is dismissed at once.
    Locked,
    /// As [`Fault::Locked`], and it shows nothing of what it keeps (oo7 does so).
    Hiding,
    /// It is locked, and the question for the password is not answered.
    Prompting,
    /// It is locked until its question for the password is asked, which is answered at once.
    Answered,
    /// As [`Fault::Answered`], and it shows nothing of what it keeps until then.
    AnsweredHiding,
    /// As [`Fault::Answered`], but the default collection is open: the entries are in another one.
    AnsweredElsewhere,
    /// It is locked until it is asked to unlock, which needs no question: it has no password.
    Unprotected,
    /// It has no default collection, as before the first login to a desktop.
    NoCollection,
    /// It answers nothing.
    Silent,
    /// It leaves the bus at the first change.
    DiesChanging,
    /// It keeps half of what is written.
    Truncating,
    /// It keeps an empty text instead of what is written.
    Blanking,
    /// It refuses every change.
    ReadOnly,
    /// It makes every change, and says that it failed.
    Ambiguous,
    /// It takes its time.
    Slow,
}

/// What it keeps under a name, once or more often.
pub type Entries = BTreeMap<String, Vec<String>>;

pub struct FaultyKeyring {
    desk: Desk,
    connection: Option<Connection>,
    bus: Bus,
}

/// What all of its objects share.
#[derive(Clone, Default)]
pub(super) struct Desk(Arc<Mutex<State>>);

#[derive(Default)]
pub(super) struct State {
    fault: Option<Fault>,
    last: u32,
    prompts: usize,
    pub(super) items: BTreeMap<u32, Kept>,
}

#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) service: String,
    pub(super) name: String,
    pub(super) secret: Vec<u8>,
}

impl FaultyKeyring {
    /// Starts bus and service for this world: its programs reach them from now on. `None` where the tests do without.
    #[track_caller]
    pub fn start(world: &World) -> Option<Self> {
        let bus = SecretService::bus_without_provider(world)?;
        let mut keyring = Self {
            desk: Desk::default(),
            connection: None,
            bus,
        };
        keyring.heal();
        Some(keyring)
    }

    /// The address for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        self.bus.address()
    }

    /// From now on this is wrong with it.
    pub fn fall_ill(&self, fault: Fault) {
        self.desk.0.lock().unwrap().fault = Some(fault);
    }

    /// Nothing is wrong with it any more, and it is on its bus, with everything that it kept.
    #[track_caller]
    pub fn heal(&mut self) {
        self.fall_ill(Fault::None);
        // The name has to be free.
        drop(self.connection.take().map(Connection::close));
        let connection = connection::Builder::address(self.bus.address())
            .and_then(|builder| builder.serve_at(SERVICE, Service(self.desk.clone())))
            .and_then(|builder| builder.serve_at(COLLECTION, Collection(self.desk.clone())))
            .and_then(|builder| builder.serve_at(Prompt::PATH, Prompt(self.desk.clone())))
            .and_then(connection::Builder::build)
            .expect("a Secret Service");
        let numbers: Vec<u32> = self.desk.0.lock().unwrap().items.keys().copied().collect();
        for number in numbers {
            let item = Item(self.desk.clone(), number);
            let added = connection.object_server().at(Item::path(number), item);
            added.expect("an item of the Secret Service");
        }
        connection.request_name(NAME).expect("its name on the bus");
        self.connection = Some(connection);
    }

    /// Puts an entry there, beside those that are there.
    #[track_caller]
    pub fn add(&self, service: &str, name: &str, secret: &str) {
        let kept = Kept {
            service: service.to_owned(),
            name: name.to_owned(),
            secret: secret.as_bytes().to_vec(),
        };
        let number = self.desk.keep(kept);
        let item = Item(self.desk.clone(), number);
        let server = self.connection.as_ref().expect("a bus").object_server();
        let added = server.at(Item::path(number), item);
        added.expect("an item of the Secret Service");
    }

    /// How many prompts a person has seen.
    pub fn prompts(&self) -> usize {
        self.desk.0.lock().unwrap().prompts
    }

    pub fn entries(&self) -> Entries {
        let mut entries = Entries::new();
        for kept in self.desk.0.lock().unwrap().items.values() {
            let secret = String::from_utf8_lossy(&kept.secret).into_owned();
            entries.entry(kept.name.clone()).or_default().push(secret);
        }
        entries
    }
}

impl Desk {
    /// What is wrong now. A slow keyring waits first.
    pub(super) fn fault(&self) -> Fault {
        let fault = self.0.lock().unwrap().fault.unwrap_or(Fault::None);
        if fault == Fault::Slow {
            thread::sleep(THOUGHT);
        }
        fault
    }

    pub(super) fn is_locked(&self) -> bool {
        matches!(
            self.fault(),
            Fault::Locked
                | Fault::Hiding
                | Fault::Prompting
                | Fault::Answered
                | Fault::AnsweredHiding
                | Fault::AnsweredElsewhere
                | Fault::Unprotected
        )
    }

    pub(super) fn count_prompt(&self) {
        self.0.lock().unwrap().prompts += 1;
    }

    /// From now on nothing is wrong: it was unlocked.
    pub(super) fn unlock(&self) {
        self.0.lock().unwrap().fault = Some(Fault::None);
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<u32, Kept>) -> T) -> T {
        work(&mut self.0.lock().unwrap().items)
    }

    pub(super) fn keep(&self, kept: Kept) -> u32 {
        let mut state = self.0.lock().unwrap();
        state.last += 1;
        let number = state.last;
        state.items.insert(number, kept);
        number
    }
}
