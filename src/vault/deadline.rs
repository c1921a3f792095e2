//! A keyring that cannot hang us: every call runs on one thread of its own and is waited for only so long.
//!
//! Invariant: after one call that was not answered in time none is tried again, and nobody joins the thread,
//! so the program ends although the store never will.

use std::cell::RefCell;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use super::keyring::Keyring;
use super::{Store, StoreError};
use crate::account::Secret;

/// How long a store may take when nobody is there to answer its questions.
const UNATTENDED: Duration = Duration::from_secs(5);

/// How long a store may take that may be a server's, when nobody is there.
pub(super) const FAR: Duration = Duration::from_secs(15);

/// How long a store may take when a person may be typing the password that unlocks it.
pub(super) const ATTENDED: Duration = Duration::from_secs(60);

type Job = Box<dyn FnOnce(&Keyring) + Send>;

/// The keyring with a deadline round every call.
pub(super) struct Bounded {
    service: String,
    limit: Duration,
    worker: RefCell<Option<Worker>>,
}

enum Worker {
    Ready(Sender<Job>),
    Failed(StoreError),
}

impl Bounded {
    /// Contacts nothing before the first call. `attended` says that a person may be asked by the keyring itself.
    pub(super) fn new(service: String, attended: bool) -> Self {
        Self {
            service,
            limit: if attended { ATTENDED } else { UNATTENDED },
            worker: RefCell::new(None),
        }
    }

    fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Keyring) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let jobs = self.jobs()?;
        let (reply, answer) = mpsc::channel();
        let job: Job = Box::new(move |keyring| {
            // Nobody listens any more once the deadline is past.
            let _ = reply.send(job(keyring));
        });
        if jobs.send(job).is_err() {
            return Err(self.fail(StoreError::Failed));
        }
        self.wait(&answer).and_then(|result| result)
    }

    /// The worker's queue; the first call starts it and connects.
    fn jobs(&self) -> Result<Sender<Job>, StoreError> {
        match &*self.worker.borrow() {
            Some(Worker::Ready(jobs)) => return Ok(jobs.clone()),
            Some(Worker::Failed(error)) => return Err(error.clone()),
            None => {}
        }
        let (jobs, queue) = mpsc::channel::<Job>();
        let (connected, answer) = mpsc::channel();
        let service = self.service.clone();
        let started = thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || match Keyring::connect(service) {
                Ok(keyring) => {
                    let _ = connected.send(Ok(()));
                    queue.into_iter().for_each(|job| job(&keyring));
                }
                Err(error) => drop(connected.send(Err(error))),
            });
        if started.is_err() {
            return Err(self.fail(StoreError::Failed));
        }
        match self.wait(&answer)? {
            Ok(()) => {
                *self.worker.borrow_mut() = Some(Worker::Ready(jobs.clone()));
                Ok(jobs)
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    fn wait<T>(&self, answer: &Receiver<T>) -> Result<T, StoreError> {
        match answer.recv_timeout(self.limit) {
            Ok(value) => Ok(value),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(self.fail(StoreError::Silent(self.limit))),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(self.fail(StoreError::Failed)),
        }
    }

    fn fail(&self, error: StoreError) -> StoreError {
        log::warn!(error:%; "store");
        *self.worker.borrow_mut() = Some(Worker::Failed(error.clone()));
        error
    }
}

impl Store for Bounded {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let name = name.to_owned();
        self.call(move |keyring| keyring.read(&name))
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let (name, label) = (name.to_owned(), label.to_owned());
        // The caller keeps its secret; the thread gets one of its own, wiped there.
        let secret = Secret::new(secret.expose().to_owned()).map_err(|_| StoreError::Failed)?;
        self.call(move |keyring| keyring.write(&name, &label, &secret))
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.call(move |keyring| keyring.delete(&name))
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        self.call(Keyring::names)
    }
}
