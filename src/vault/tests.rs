//! What a vault makes of stores that fail, forget or lie. Real ones cannot be made to.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;
use crate::account::{AppSecret, Grant, LongToken, Scopes};

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
    /// This many writes are cleared away by somebody else before they are read.
    Loses(usize),
    Nothing,
}

pub(super) type Kept = Rc<RefCell<BTreeMap<String, String>>>;

struct Faulty {
    fault: Cell<Fault>,
    writes: Rc<Cell<usize>>,
    kept: Kept,
}

impl Store for Faulty {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let kept = self.kept.borrow().get(name).cloned();
        Ok(kept.map(|text| Secret::new(text).unwrap()))
    }

    fn write(&self, name: &str, _label: &str, secret: &Secret) -> Result<(), StoreError> {
        self.writes.set(self.writes.get() + 1);
        let mut text = secret.expose().to_owned();
        let told = match self.fault.get() {
            Fault::Refuses(times @ 1..) => {
                self.fault.set(Fault::Refuses(times - 1));
                return Err(StoreError::Failed);
            }
            Fault::IsLocked => return Err(StoreError::Locked),
            Fault::KeepsAndComplains => Err(StoreError::Failed),
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
        told
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

/// A vault over such a store, what it keeps, and how often it was written to.
pub(super) fn faulty(fault: Fault) -> (Vault, Kept, Rc<Cell<usize>>) {
    let (kept, writes) = (Kept::default(), Rc::default());
    let store = Faulty {
        fault: Cell::new(fault),
        writes: Rc::clone(&writes),
        kept: Rc::clone(&kept),
    };
    (Vault::new(Kind::File, Box::new(store)), kept, writes)
}

pub(super) fn entry(id: &str, generation: i64) -> Entry {
    Entry {
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

fn generation(vault: &Vault, id: &AccountId) -> Option<i64> {
    let newest = vault.newest(id).unwrap();
    newest.map(|(_, entry)| entry.generation)
}

#[test]
fn a_new_token_is_put_beside_the_old_one_and_the_higher_generation_counts() {
    let home = tempfile::tempdir().unwrap();
    let vault = Vault::file(home.path());
    let (one, two) = (entry("17", 1), entry("17", 2));
    assert_eq!(vault.put(&one, "", None).unwrap(), Slot::A);
    assert!(!vault.holds_other(&one.id, Slot::A).unwrap());
    // Of two that are equally valid the first counts, whoever asks.
    vault.put(&one, "", Some(Slot::A)).unwrap();
    assert_eq!(vault.newest(&one.id).unwrap().unwrap().0, Slot::A);
    assert_eq!(vault.put(&two, "", Some(Slot::A)).unwrap(), Slot::B);
    assert!(vault.holds_other(&one.id, Slot::A).unwrap());
    assert!(vault.holds_other(&one.id, Slot::B).unwrap());
    assert_eq!(generation(&vault, &one.id), Some(2));
    vault.empty(&one.id, Slot::B).unwrap();
    assert_eq!(generation(&vault, &one.id), Some(1));
    vault.put(&two, "", Some(Slot::A)).unwrap();
    assert_eq!(
        vault.put(&entry("17", 3), "", Some(Slot::B)).unwrap(),
        Slot::A
    );
    assert_eq!(generation(&vault, &one.id), Some(3));
    vault.keep_only(&one.id, Slot::B).unwrap();
    assert_eq!(generation(&vault, &one.id), Some(2));
    vault.forget(&one.id).unwrap();
    assert_eq!(generation(&vault, &one.id), None);
}

#[test]
fn an_entry_of_somebody_else_in_a_slot_counts_for_nothing() {
    let (vault, kept, _) = faulty(Fault::Nothing);
    let (own, other) = (entry("17", 1), entry("18", 2));
    vault.put(&own, "", None).unwrap();
    let text = other.encode().unwrap().expose().to_owned();
    kept.borrow_mut().insert(Slot::B.name(&own.id), text);
    assert_eq!(generation(&vault, &own.id), Some(1));
    assert!(!vault.holds_other(&own.id, Slot::A).unwrap());
}

#[test]
fn every_account_with_a_token_is_named_once_and_in_order() {
    let (vault, kept, _) = faulty(Fault::Nothing);
    for id in ["100", "20", "3"] {
        vault.put(&entry(id, 1), "", None).unwrap();
        vault.put(&entry(id, 2), "", Some(Slot::A)).unwrap();
    }
    for name in ["app/7", "acct/8/c", "acct/x/a", "probe/1"] {
        kept.borrow_mut().insert(name.to_owned(), "text".to_owned());
    }
    let ids: Vec<_> = (vault.accounts().unwrap().iter())
        .map(ToString::to_string)
        .collect();
    assert_eq!(ids, ["3", "20", "100"]);
}

#[test]
fn a_store_that_keeps_something_else_is_found_out() {
    let (vault, _, writes) = faulty(Fault::Garbles);
    let put = vault.put(&entry("17", 1), "", None);
    assert!(matches!(put, Err(StoreError::Unfaithful)), "{put:?}");
    assert_eq!(writes.get(), WRITE_TRIES);
    let probe = vault.probe();
    assert!(matches!(probe, Err(StoreError::Unfaithful)), "{probe:?}");
}

#[test]
fn a_passing_failure_is_tried_again_and_what_landed_counts() {
    for (fault, tries) in [
        (Fault::Nothing, 1),
        (Fault::Refuses(WRITE_TRIES - 1), WRITE_TRIES),
        (Fault::KeepsAndComplains, 1),
    ] {
        let (vault, _, writes) = faulty(fault);
        let entry = entry("17", 1);
        vault.put(&entry, "", None).unwrap();
        assert_eq!(writes.get(), tries, "{fault:?}");
        assert_eq!(generation(&vault, &entry.id), Some(1));
    }
    let (vault, _, _) = faulty(Fault::Refuses(WRITE_TRIES));
    let put = vault.put(&entry("17", 1), "", None);
    assert!(matches!(put, Err(StoreError::Failed)), "{put:?}");
    // Nobody unlocks it between two tries.
    let (vault, _, writes) = faulty(Fault::IsLocked);
    let put = vault.put(&entry("17", 1), "", None);
    assert!(matches!(put, Err(StoreError::Locked)), "{put:?}");
    assert_eq!(writes.get(), 1);
}

#[test]
fn what_is_still_there_was_not_forgotten() {
    let (vault, kept, _) = faulty(Fault::Keeps);
    let entry = entry("17", 1);
    for slot in [None, Some(Slot::A)] {
        kept.borrow_mut().clear();
        vault.put(&entry, "", slot).unwrap();
        let forgotten = vault.forget(&entry.id);
        assert!(matches!(forgotten, Err(StoreError::Unfaithful)));
    }
}

#[test]
fn the_secret_of_an_app_is_kept_found_and_forgotten() {
    let (vault, _, _) = faulty(Fault::Nothing);
    let secret = AppSecret::new("0123456789abcdef".into()).unwrap();
    vault.put_app_secret("7", &secret).unwrap();
    let found = vault.app_secret("7").unwrap().unwrap();
    assert_eq!(found.expose(), secret.expose());
    assert!(vault.app_secret("8").unwrap().is_none());
    let another = AppSecret::new("fedcba9876543210".into()).unwrap();
    assert!(vault.has_app_secret("7", &secret).unwrap());
    assert!(!vault.has_app_secret("7", &another).unwrap());
    assert!(!vault.has_app_secret("8", &secret).unwrap());
    vault.remove_app_secret("7").unwrap();
    assert!(vault.app_secret("7").unwrap().is_none());
}

#[test]
fn only_what_waits_for_nobody_is_at_hand() {
    let home = tempfile::tempdir().unwrap();
    assert!(Vault::file(home.path()).is_at_hand());
    let (vault, _, _) = faulty(Fault::Nothing);
    assert!(!vault.is_at_hand());
    let keys = || Keys {
        chosen: Some(KeySource::File),
        file: Some(home.path().join("seal.key")),
        credential: None,
        passphrase: Box::new(|_| None),
    };
    let sealed = home.path().join("sealed.sqlite");
    let sealed = || Vault::sealed(sealed.clone(), keys(), String::new(), false);
    let vault = sealed();
    assert!(!vault.is_at_hand());
    vault.put(&entry("17", 1), "", None).unwrap();
    assert!(vault.is_at_hand());
    // A key that is known to be lost is not asked for again either.
    let vault = sealed();
    std::fs::remove_file(home.path().join("seal.key")).unwrap();
    vault.newest(&"17".parse().unwrap()).unwrap_err();
    assert!(vault.is_at_hand());
}
