//! A deadline for every call to a store: calls run on one thread of their own and are waited for only so long.
//!
//! Invariant: after one timeout no other call is tried, and the thread is never joined. So the program ends even if the
//! store never answers.

use std::cell::RefCell;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::claim::{ClaimEnd, ClaimReply};
use super::error::StoreError;
use super::secret_store::SecretStore;
use crate::account::Secret;

/// A person may be typing the password that unlocks the store.
const ATTENDED_LIMIT: Duration = Duration::from_secs(60);

/// The thread gets this long to release claims at the end. What it cannot release runs out.
const END_LIMIT: Duration = Duration::from_secs(2);

const EXTEND_EVERY: Duration = Duration::from_secs(3);

pub(super) fn local_limit(attended: bool) -> Duration {
    if attended {
        ATTENDED_LIMIT
    } else {
        Duration::from_secs(5)
    }
}

/// For a store that may be on a server.
pub(super) fn remote_limit(attended: bool) -> Duration {
    if attended {
        ATTENDED_LIMIT
    } else {
        Duration::from_secs(15)
    }
}

type Job<S> = Box<dyn FnOnce(&S) + Send>;

type Connect<S> = Box<dyn FnOnce() -> Result<S, StoreError> + Send>;

/// A store that lives on its own thread, so it need not be `Send`.
pub(super) struct WithDeadline<S> {
    name: &'static str,
    limit: Duration,
    connect: RefCell<Option<Connect<S>>>,
    worker: RefCell<Option<Worker<S>>>,
}

enum Worker<S> {
    Ready {
        jobs: Sender<Job<S>>,
        /// Nothing is ever sent: it disconnects when the thread ends.
        end: Receiver<()>,
    },
    Failed(StoreError),
}

impl<S: SecretStore + 'static> WithDeadline<S> {
    /// Contacts nothing before the first call. `connect` runs on the thread, which gets this name.
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
        let jobs = self.start()?;
        let (reply, answer) = mpsc::channel();
        let job: Job<S> = Box::new(move |store| {
            // After the deadline the receiver is gone.
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

    /// Returns the queue of the thread. The first call starts the thread and connects.
    fn start(&self) -> Result<Sender<Job<S>>, StoreError> {
        match &*self.worker.borrow() {
            Some(Worker::Ready { jobs, .. }) => return Ok(jobs.clone()),
            Some(Worker::Failed(error)) => return Err(error.clone()),
            None => {}
        }
        let connect = self.connect.take().ok_or(StoreError::Failed)?;
        let (jobs, queue) = mpsc::channel::<Job<S>>();
        let (connected, answer) = mpsc::channel();
        let (ended, end) = mpsc::channel();
        let started = thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || {
                let _ended: Sender<()> = ended;
                match connect() {
                    Ok(store) => {
                        let _ = connected.send(Ok(()));
                        run_jobs(&queue, &store);
                    }
                    Err(error) => drop(connected.send(Err(error))),
                }
            });
        if started.is_err() {
            return Err(self.fail(StoreError::Failed));
        }
        if let Err(error) = self.wait(&answer)? {
            return Err(self.fail(error));
        }
        let ready = Worker::Ready {
            jobs: jobs.clone(),
            end,
        };
        *self.worker.borrow_mut() = Some(ready);
        Ok(jobs)
    }

    fn wait<T>(&self, answer: &Receiver<T>) -> Result<T, StoreError> {
        match answer.recv_timeout(self.limit) {
            Ok(value) => Ok(value),
            Err(RecvTimeoutError::Timeout) => Err(self.fail(StoreError::TimedOut(self.limit))),
            Err(RecvTimeoutError::Disconnected) => Err(self.fail(StoreError::Failed)),
        }
    }

    fn fail(&self, error: StoreError) -> StoreError {
        log::warn!(error:%; "store");
        *self.worker.borrow_mut() = Some(Worker::Failed(error.clone()));
        error
    }
}

/// Runs jobs until the sender is dropped. In between, the store extends its leases.
#[allow(
    clippy::disallowed_methods,
    reason = "measures durations, not the time of day"
)]
fn run_jobs<S: SecretStore>(queue: &Receiver<Job<S>>, store: &S) {
    let mut extended_at = Instant::now();
    loop {
        match queue.recv_timeout(EXTEND_EVERY) {
            Ok(job) => job(store),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if extended_at.elapsed() >= EXTEND_EVERY {
            store.extend_leases();
            extended_at = Instant::now();
        }
    }
}

impl<S> Drop for WithDeadline<S> {
    fn drop(&mut self) {
        if let Some(Worker::Ready { jobs, end }) = self.worker.take() {
            drop(jobs);
            let _ = end.recv_timeout(END_LIMIT);
        }
    }
}

impl<S: SecretStore + 'static> SecretStore for WithDeadline<S> {
    fn read(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.read(&name))
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> Result<(), StoreError> {
        let (name, label) = (name.to_owned(), label.to_owned());
        // The caller keeps its secret. The thread gets a copy, which is wiped there.
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

    fn claim(&self, name: &str) -> Result<ClaimReply<()>, StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.claim(&name))
    }

    fn extend_claim(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.extend_claim(&name))
    }

    fn release_claim(&self, name: &str, end: ClaimEnd) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.release_claim(&name, end))
    }

    fn find_remover(&self, name: &str) -> Result<Option<String>, StoreError> {
        let name = name.to_owned();
        self.call(move |store| store.find_remover(&name))
    }
}
