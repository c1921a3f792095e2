//! The objects that a Secret Service has on the bus, as far as clients ask for them (Secret Service API, draft 0.2).

use std::collections::HashMap;
use std::future::pending;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use ring::hkdf::{HKDF_SHA256, Salt};
use serde::{Deserialize, Serialize};
use zbus::fdo::{Error, Result};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Type, Value};
use zbus::{Connection, ObjectServer, interface};

use super::faulty_keyring::{Desk, Fault, Kept};
use super::secret_service::{COLLECTION, SERVICE};

type Path = OwnedObjectPath;

pub(super) struct Service(pub(super) Desk);
pub(super) struct Collection(pub(super) Desk);
pub(super) struct Prompt(pub(super) Desk);
pub(super) struct Item(pub(super) Desk, pub(super) u32);

/// A secret on its way: encrypted, with its initialization vector.
#[derive(Deserialize, Serialize, Type)]
struct Secret {
    session: Path,
    iv: Vec<u8>,
    value: Vec<u8>,
    content_type: String,
}

fn path(text: impl Into<String>) -> Path {
    Path::try_from(text.into()).expect("a path")
}

fn no_prompt() -> Path {
    path("/")
}

/// The key of every session. The service's half of the agreement is 1, and so is what both have in common, whatever
/// the client's half: what one client stored is read by the test and by the next client.
fn key() -> [u8; 16] {
    let mut common = [0; 128];
    common[127] = 1;
    let made = Salt::new(HKDF_SHA256, &[0; 32]).extract(&common);
    let mut key = [0; 16];
    // It only tells how long a key is.
    let length = &ring::aead::AES_128_GCM;
    let filled = made.expand(&[&[]], length).map(|okm| okm.fill(&mut key));
    filled.expect("a key").expect("a key of 16 bytes");
    key
}

impl Secret {
    fn new(session: Path, text: &[u8]) -> Self {
        let iv = [7; 16];
        let cipher = cbc::Encryptor::<aes::Aes128>::new(&key().into(), &iv.into());
        Self {
            session,
            iv: iv.to_vec(),
            value: cipher.encrypt_padded_vec::<Pkcs7>(text),
            content_type: "text/plain".to_owned(),
        }
    }

    fn text(&self) -> Vec<u8> {
        let iv: [u8; 16] = self.iv.as_slice().try_into().expect("16 bytes");
        let cipher = cbc::Decryptor::<aes::Aes128>::new(&key().into(), &iv.into());
        let text = cipher.decrypt_padded_vec::<Pkcs7>(&self.value);
        text.expect("a secret of this session")
    }
}

/// What the fault makes of a change: refused, the end of the service, or done, in which case the answer may still be no.
async fn change(desk: &Desk, connection: &Connection, change: impl FnOnce()) -> Result<()> {
    match desk.fault() {
        Fault::ReadOnly => return Err(Error::AccessDenied("read-only".to_owned())),
        Fault::DiesChanging => {
            let _ = connection.clone().close().await;
            pending::<()>().await;
        }
        _ => change(),
    }
    match desk.fault() {
        Fault::Ambiguous => Err(Error::Failed("it may have been done".to_owned())),
        _ => Ok(()),
    }
}

/// What the fault leaves of a secret.
fn left(desk: &Desk, mut text: Vec<u8>) -> Vec<u8> {
    match desk.fault() {
        Fault::Truncating => text.truncate(text.len() / 2),
        Fault::Blanking => text.clear(),
        _ => {}
    }
    text
}

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(
        &self,
        _algorithm: &str,
        _input: OwnedValue,
    ) -> Result<(OwnedValue, Path)> {
        if self.0.fault() == Fault::Silent {
            pending::<()>().await;
        }
        let half = OwnedValue::try_from(Value::from(vec![1_u8]));
        Ok((half.expect("bytes"), path(format!("{SERVICE}/session/s"))))
    }

    fn search_items(&self, wanted: HashMap<String, String>) -> (Vec<Path>, Vec<Path>) {
        let is_wanted = |kept: &Kept| {
            wanted.iter().all(|(key, value)| match key.as_str() {
                "service" => kept.service == *value,
                "username" => kept.name == *value,
                _ => false,
            })
        };
        let found: Vec<_> = self.0.with(|items| {
            let found = items.iter().filter(|(_, kept)| is_wanted(kept));
            found.map(|(number, _)| Item::path(*number)).collect()
        });
        match self.0.fault() {
            Fault::Hiding | Fault::AnsweredHiding | Fault::NoCollection => (Vec::new(), Vec::new()),
            _ if self.0.is_locked() => (Vec::new(), found),
            _ => (found, Vec::new()),
        }
    }

    fn unlock(&self, objects: Vec<Path>) -> (Vec<Path>, Path) {
        if self.0.fault() == Fault::Unprotected {
            self.0.unlock();
        }
        match self.0.is_locked() {
            true => (Vec::new(), path(Prompt::PATH)),
            false => (objects, no_prompt()),
        }
    }

    fn read_alias(&self, _name: &str) -> Path {
        match self.0.fault() {
            Fault::NoCollection => no_prompt(),
            _ => path(COLLECTION),
        }
    }
}

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.is_locked() && self.0.fault() != Fault::AnsweredElsewhere
    }

    async fn create_item(
        &self,
        properties: HashMap<String, OwnedValue>,
        secret: Secret,
        _replace: bool,
        #[zbus(connection)] connection: &Connection,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(Path, Path)> {
        let attributes = properties
            .get("org.freedesktop.Secret.Item.Attributes")
            .and_then(|value| value.try_clone().ok())
            .and_then(|value| HashMap::<String, String>::try_from(value).ok())
            .unwrap_or_default();
        let attribute = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        let kept = Kept {
            service: attribute("service"),
            name: attribute("username"),
            secret: left(&self.0, secret.text()),
        };
        let mut number = 0;
        let done = change(&self.0, connection, || number = self.0.keep(kept)).await;
        if number > 0 {
            let item = Item(self.0.clone(), number);
            server.at(Item::path(number), item).await?;
        }
        done.map(|()| (Item::path(number), no_prompt()))
    }
}

impl Item {
    pub(super) fn path(number: u32) -> Path {
        path(format!("{COLLECTION}/{number}"))
    }
}

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.is_locked()
    }

    #[zbus(property)]
    fn attributes(&self) -> HashMap<String, String> {
        let kept = self.0.with(|items| items.get(&self.1).cloned());
        let kept = kept.unwrap_or_default();
        HashMap::from([
            ("service".to_owned(), kept.service),
            ("username".to_owned(), kept.name),
        ])
    }

    fn get_secret(&self, session: Path) -> (Secret,) {
        self.0.fault();
        let kept = self.0.with(|items| items.get(&self.1).cloned());
        (Secret::new(session, &kept.unwrap_or_default().secret),)
    }

    async fn set_secret(
        &self,
        secret: Secret,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<()> {
        let text = left(&self.0, secret.text());
        let set = || {
            self.0.with(|items| {
                items.entry(self.1).or_default().secret = text;
            });
        };
        change(&self.0, connection, set).await
    }

    async fn delete(&self, #[zbus(connection)] connection: &Connection) -> Result<Path> {
        let delete = || drop(self.0.with(|items| items.remove(&self.1)));
        change(&self.0, connection, delete).await?;
        Ok(no_prompt())
    }
}

impl Prompt {
    pub(super) const PATH: &str = "/org/freedesktop/secrets/prompt";
}

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(
        &self,
        _window_id: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> Result<()> {
        self.0.count_prompt();
        match self.0.fault() {
            Fault::Locked | Fault::Hiding => {
                Self::completed(&emitter, true, Value::from("")).await?;
            }
            Fault::Answered | Fault::AnsweredHiding | Fault::AnsweredElsewhere => {
                self.0.unlock();
                Self::completed(&emitter, false, Value::from("")).await?;
            }
            _ => {}
        }
        Ok(())
    }

    #[zbus(signal)]
    async fn completed(
        emitter: &SignalEmitter<'_>,
        dismissed: bool,
        result: Value<'_>,
    ) -> zbus::Result<()>;
}
