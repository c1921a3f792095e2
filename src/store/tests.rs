//! How `Store` handles backends that fail, lose or change what they are given. Real ones cannot be made to.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::secret_store::SecretStore;
use super::tokens::WRITE_TRIES;
use super::*;
use crate::account::{AccountId, AppSecret, Grant, LongToken, Scopes, Secret, StoreKind};

/// What goes wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// This many writes are refused.
    Refuses(usize),
    /// Writes are kept and reported as failed.
    KeepsAndComplains,
    /// It is locked.
    IsLocked,
    /// It keeps something else.
    Garbles,
    /// It deletes nothing, and does not say so.
    Keeps,
    /// This many writes are deleted by another process before they are read.
    Loses(usize),
    Nothing,
}

pub(super) type Kept = Rc<RefCell<BTreeMap<String, String>>>;

struct Faulty {
    fault: Cell<Fault>,
    writes: Rc<Cell<usize>>,
    kept: Kept,
}

impl SecretStore for Faulty {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let kept = self.kept.borrow().get(name).cloned();
        Ok(kept.map(|text| Secret::new(text).unwrap()))
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> Result<(), StoreError> {
        self.writes.set(self.writes.get() + 1);
        let mut text = secret.expose().to_owned();
        let result = match self.fault.get() {
            Fault::Refuses(times @ 1..) => {
                self.fault.set(Fault::Refuses(times - 1));
                return Err(StoreError::Failed(StoreKind::File));
            }
            Fault::IsLocked => return Err(StoreError::Locked),
            Fault::KeepsAndComplains => Err(StoreError::Failed(StoreKind::File)),
            Fault::Garbles => {
                text.push('?');
                Ok(())
            }
            Fault::Loses(times @ 1..) => {
                self.fault.set(Fault::Loses(times - 1));
                return Ok(());
            }
            _ => Ok(()),
        };
        self.kept.borrow_mut().insert(name.to_owned(), text);
        result
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        if self.fault.get() != Fault::Keeps {
            self.kept.borrow_mut().remove(name);
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.kept.borrow().keys().cloned().collect())
    }
}

/// A `Store` over such a backend, what it keeps, and how often it was written to.
pub(super) fn faulty(fault: Fault) -> (Store, Kept, Rc<Cell<usize>>) {
    let (kept, writes) = (Kept::default(), Rc::default());
    let store = Faulty {
        fault: Cell::new(fault),
        writes: Rc::clone(&writes),
        kept: Rc::clone(&kept),
    };
    (Store::new(StoreKind::File, Box::new(store)), kept, writes)
}

pub(super) fn entry(id: &str, generation: i64) -> TokenEntry {
    TokenEntry {
        id: id.parse().unwrap(),
        app: "default".into(),
        username: "sample.studio".into(),
        generation,
        grant: Grant {
            token: LongToken::new(format!("IGAA{generation}")).unwrap(),
            issued_at: None,
            expires_at: None,
            scopes: Scopes::default(),
        },
        written: None,
    }
}

fn generation(store: &Store, id: &AccountId) -> Option<i64> {
    let load_newest = store.load_newest(id).unwrap();
    load_newest.map(|(_, entry)| entry.generation)
}

#[test]
fn a_new_token_is_put_beside_the_old_one_and_the_higher_generation_counts() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::file(home.path());
    let (one, two) = (entry("17", 1), entry("17", 2));
    assert_eq!(store.write_token(&one, "", None).unwrap(), Slot::A);
    assert!(!store.has_entry_beside(&one.id, Slot::A).unwrap());
    // Of two that are equally valid the first counts, whichever process reads.
    store.write_token(&one, "", Some(Slot::A)).unwrap();
    assert_eq!(store.load_newest(&one.id).unwrap().unwrap().0, Slot::A);
    assert_eq!(store.write_token(&two, "", Some(Slot::A)).unwrap(), Slot::B);
    assert!(store.has_entry_beside(&one.id, Slot::A).unwrap());
    assert!(store.has_entry_beside(&one.id, Slot::B).unwrap());
    assert_eq!(generation(&store, &one.id), Some(2));
    store.delete_slot(&one.id, Slot::B).unwrap();
    assert_eq!(generation(&store, &one.id), Some(1));
    store.write_token(&two, "", Some(Slot::A)).unwrap();
    assert_eq!(
        store
            .write_token(&entry("17", 3), "", Some(Slot::B))
            .unwrap(),
        Slot::A
    );
    assert_eq!(generation(&store, &one.id), Some(3));
    store.delete_slot(&one.id, Slot::B.other()).unwrap();
    assert_eq!(generation(&store, &one.id), Some(2));
    store.delete_account(&one.id).unwrap();
    assert_eq!(generation(&store, &one.id), None);
}

#[test]
fn an_entry_of_another_account_in_a_slot_does_not_count() {
    let (store, kept, _) = faulty(Fault::Nothing);
    let (own, other) = (entry("17", 1), entry("18", 2));
    store.write_token(&own, "", None).unwrap();
    let text = other.encode().unwrap().expose().to_owned();
    kept.borrow_mut().insert(Slot::B.entry_name(&own.id), text);
    assert_eq!(generation(&store, &own.id), Some(1));
    assert!(!store.has_entry_beside(&own.id, Slot::A).unwrap());
}

#[test]
fn every_account_with_a_token_is_named_once_and_in_order() {
    let (store, kept, _) = faulty(Fault::Nothing);
    for id in ["100", "20", "3"] {
        store.write_token(&entry(id, 1), "", None).unwrap();
        store.write_token(&entry(id, 2), "", Some(Slot::A)).unwrap();
    }
    for name in ["app/7", "acct/8/c", "acct/x/a", "probe/1"] {
        kept.borrow_mut().insert(name.to_owned(), "text".to_owned());
    }
    let ids: Vec<_> = (store.list_accounts().unwrap().iter())
        .map(ToString::to_string)
        .collect();
    assert_eq!(ids, ["3", "20", "100"]);
}

#[test]
fn a_store_that_changes_what_is_written_is_detected() {
    let (store, _, writes) = faulty(Fault::Garbles);
    let put = store.write_token(&entry("17", 1), "", None);
    assert!(matches!(put, Err(StoreError::Mismatch(_))), "{put:?}");
    assert_eq!(writes.get(), WRITE_TRIES);
    let check = store.check();
    assert!(matches!(check, Err(StoreError::Mismatch(_))), "{check:?}");
}

#[test]
fn a_passing_failure_is_tried_again_and_what_landed_counts() {
    for (fault, tries) in [
        (Fault::Nothing, 1),
        (Fault::Refuses(WRITE_TRIES - 1), WRITE_TRIES),
        (Fault::KeepsAndComplains, 1),
    ] {
        let (store, _, writes) = faulty(fault);
        let entry = entry("17", 1);
        store.write_token(&entry, "", None).unwrap();
        assert_eq!(writes.get(), tries, "{fault:?}");
        assert_eq!(generation(&store, &entry.id), Some(1));
    }
    let (store, _, _) = faulty(Fault::Refuses(WRITE_TRIES));
    let put = store.write_token(&entry("17", 1), "", None);
    assert!(matches!(put, Err(StoreError::Failed(_))), "{put:?}");
    // A locked store is not unlocked between two tries.
    let (store, _, writes) = faulty(Fault::IsLocked);
    let put = store.write_token(&entry("17", 1), "", None);
    assert!(matches!(put, Err(StoreError::Locked)), "{put:?}");
    assert_eq!(writes.get(), 1);
}

#[test]
fn an_entry_that_is_still_there_was_not_deleted() {
    let (store, kept, _) = faulty(Fault::Keeps);
    let entry = entry("17", 1);
    for slot in [None, Some(Slot::A)] {
        kept.borrow_mut().clear();
        store.write_token(&entry, "", slot).unwrap();
        let deleted = store.delete_account(&entry.id);
        assert!(matches!(deleted, Err(StoreError::Mismatch(_))));
    }
}

#[test]
fn the_secret_of_an_app_is_written_found_and_deleted() {
    let (store, _, _) = faulty(Fault::Nothing);
    let secret = AppSecret::new("0123456789abcdef".into()).unwrap();
    store.write_app_secret("7", &secret).unwrap();
    let found = store.load_app_secret("7").unwrap().unwrap();
    assert_eq!(found.expose(), secret.expose());
    assert!(store.load_app_secret("8").unwrap().is_none());
    let another = AppSecret::new("fedcba9876543210".into()).unwrap();
    assert!(store.has_app_secret("7", &secret).unwrap());
    assert!(!store.has_app_secret("7", &another).unwrap());
    assert!(!store.has_app_secret("8", &secret).unwrap());
    store.delete_app_secret("7").unwrap();
    assert!(store.load_app_secret("7").unwrap().is_none());
}

#[test]
fn only_a_store_that_never_waits_is_immediate() {
    let home = tempfile::tempdir().unwrap();
    assert!(Store::file(home.path()).is_immediate());
    let (store, _, _) = faulty(Fault::Nothing);
    assert!(!store.is_immediate());
    let keys = || KeySources {
        chosen: Some(KeySource::File),
        file: Some(home.path().join("seal.key")),
        credential: None,
        passphrase: Box::new(|_| None),
    };
    let sealed = home.path().join("sealed.sqlite");
    let sealed = || Store::sealed(sealed.clone(), keys(), String::new(), false);
    let store = sealed();
    assert!(!store.is_immediate());
    store.write_token(&entry("17", 1), "", None).unwrap();
    assert!(store.is_immediate());
    // A key that is known to be lost is not asked for again either.
    let store = sealed();
    std::fs::remove_file(home.path().join("seal.key")).unwrap();
    store.load_newest(&"17".parse().unwrap()).unwrap_err();
    assert!(store.is_immediate());
}
