//! A store that cannot hang us: every call runs on one thread of its own and is waited for only so long.
//!
//! Invariant: after one call that was not answered in time none is tried again, and nobody joins the thread,
//! so the program ends although the store never will.

use std::cell::RefCell;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{Claimed, Release, SecretStore, StoreError};
use crate::account::Secret;

/// How long a store may take when nobody is there to answer its questions.
pub(super) const UNATTENDED: Duration = Duration::from_secs(5);

/// How long a store may take that may be a server's, when nobody is there.
pub(super) const FAR: Duration = Duration::from_secs(15);

/// How long a store may take when a person may be typing the password that unlocks it.
pub(super) const ATTENDED: Duration = Duration::from_secs(60);

/// How long a store may take to say farewell: what it leaves open ends by itself.
const FAREWELL: Duration = Duration::from_secs(2);

/// How often a store may look after itself while it is in use.
const LOOKED_AFTER: Duration = Duration::from_secs(3);

type Job<S> = Box<dyn FnOnce(&S) + Send>;

type Connect<S> = Box<dyn FnOnce() -> Result<S, StoreError> + Send>;

/// A store with a deadline round every call. It lives on the thread, and so need not be fit to leave it.
pub(super) struct Bounded<S> {
    name: &'static str,
    limit: Duration,
    connect: RefCell<Option<Connect<S>>>,
    worker: RefCell<Option<Worker<S>>>,
}

enum Worker<S> {
    Ready {
        jobs: Sender<Job<S>>,
        /// Nothing is ever sent: it ends with the thread.
        end: Receiver<()>,
    },
    Failed(StoreError),
}

impl<S: SecretStore + 'static> Bounded<S> {
    /// Contacts nothing before the first call. `connect` runs on the thread, which has this name.
    pub(super) fn new(
        name: &'static str,
        limit: Duration,
        connect: impl FnOnce() -> Result<S, StoreError> + Send + 'static,
    ) -> Self {
        Self {
            name,
            limit,
            connect: RefCell::new(Some(Box::new(connect))),
            worker: RefCell::new(None),
        }
    }

    fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&S) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let jobs = self.jobs()?;
        let (reply, answer) = mpsc::channel();
        let job: Job<S> = Box::new(move |store| {
            // Nobody listens any more once the deadline is past.
            let _ = reply.send(job(store));
        });
        if jobs.send(job).is_err() {
            return Err(self.fail(StoreError::Failed));
        }
        match self.wait(&answer)? {
            Err(error) if error.is_final() => Err(self.fail(error)),
            result => result,
        }
    }

    /// The worker's queue; the first call starts it and connects.
    fn jobs(&self) -> Result<Sender<Job<S>>, StoreError> {
        match &*self.worker.borrow() {
            Some(Worker::Ready { jobs, .. }) => return Ok(jobs.clone()),
            Some(Worker::Failed(error)) => return Err(error.clone()),
            None => {}
        }
        let connect = self.connect.take().ok_or(StoreError::Failed)?;
        let (jobs, queue) = mpsc::channel::<Job<S>>();
        let (connected, answer) = mpsc::channel();
        let (over, end) = mpsc::channel();
        let started = thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || {
                let _over: Sender<()> = over;
                match connect() {
                    Ok(store) => {
                        let _ = connected.send(Ok(()));
                        work(&queue, &store);
                    }
                    Err(error) => drop(connected.send(Err(error))),
                }
            });
        if started.is_err() {
            return Err(self.fail(StoreError::Failed));
        }
        match self.wait(&answer)? {
            Ok(()) => {
                let ready = jobs.clone();
                *self.worker.borrow_mut() = Some(Worker::Ready { jobs: ready, end });
                Ok(jobs)
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    fn wait<T>(&self, answer: &Receiver<T>) -> Result<T, StoreError> {
        match answer.recv_timeout(self.limit) {
            Ok(value) => Ok(value),
            Err(RecvTimeoutError::Timeout) => Err(self.fail(StoreError::Silent(self.limit))),
            Err(RecvTimeoutError::Disconnected) => Err(self.fail(StoreError::Failed)),
        }
    }

    fn fail(&self, error: StoreError) -> StoreError {
        log::warn!(error:%; "store");
        *self.worker.borrow_mut() = Some(Worker::Failed(error.clone()));
        error
    }
}

/// Does what comes until nobody is left who could ask, and between that lets the store look after itself.
#[allow(
    clippy::disallowed_methods,
    reason = "only how long ago something was: no time of day"
)]
fn work<S: SecretStore>(queue: &Receiver<Job<S>>, store: &S) {
    let mut looked_after = Instant::now();
    loop {
        match queue.recv_timeout(LOOKED_AFTER) {
            Ok(job) => job(store),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if looked_after.elapsed() >= LOOKED_AFTER {
            store.idle();
            looked_after = Instant::now();
        }
    }
}

/// A store that answered until now may still have something to give back.
impl<S> Drop for Bounded<S> {
    fn drop(&mut self) {
        if let Some(Worker::Ready { jobs, end }) = self.worker.take() {
            drop(jobs);
            let _ = end.recv_timeout(FAREWELL);
        }
    }
}

impl<S: SecretStore + 'static> SecretStore for Bounded<S> {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.read(&name))
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let (name, label) = (name.to_owned(), label.to_owned());
        // The caller keeps its secret; the thread gets one of its own, wiped there.
        let secret = Secret::new(secret.expose().to_owned()).map_err(|_| StoreError::Failed)?;
        self.call(move |store| store.write(&name, &label, &secret))
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.delete(&name))
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        self.call(S::names)
    }

    fn claim(&self, name: &str) -> Result<Claimed, StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.claim(&name))
    }

    fn keep_claim(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.keep_claim(&name))
    }

    fn release(&self, name: &str, release: Release) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.release(&name, release))
    }

    fn removed_by(&self, name: &str) -> Result<Option<String>, StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.removed_by(&name))
    }
}
