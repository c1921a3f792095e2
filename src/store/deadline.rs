//! A deadline for every call to a store: calls run on one thread of their own and are waited for only so long.
//!
//! Invariant: after one timeout no other call is tried, and the thread is never joined. So the program ends even if the
//! store never answers.

use std::cell::RefCell;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::claim::ClaimEnd;
use super::error::{StoreError, StoreResult};
use super::secret_store::SecretStore;
use crate::account::{Secret, StoreKind};

/// A person may be typing the password that unlocks the store.
const ATTENDED_LIMIT: Duration = Duration::from_secs(60);

/// The thread gets this long to release claims at the end. What it cannot release runs out.
const END_LIMIT: Duration = Duration::from_secs(2);

const EXTEND_EVERY: Duration = Duration::from_secs(3);

/// For a store on this machine that asks no person.
pub(super) const LOCAL_LIMIT: Duration = Duration::from_secs(5);

/// For a store that may be on a server.
pub(super) const REMOTE_LIMIT: Duration = Duration::from_secs(15);

pub(super) fn call_limit(attended: bool, unattended: Duration) -> Duration {
    if attended { ATTENDED_LIMIT } else { unattended }
}

/// A job gets the store, or why it could not be connected to.
type Job<S> = Box<dyn FnOnce(&StoreResult<S>) + Send>;

type Connect<S> = Box<dyn FnOnce() -> StoreResult<S> + Send>;

/// A store that lives on its own thread, so it need not be `Send`.
pub(super) struct WithDeadline<S> {
    kind: StoreKind,
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
    /// Contacts nothing before the first call. `connect` runs on the thread, which is named after the kind.
    pub(super) fn new(
        kind: StoreKind,
        limit: Duration,
        connect: impl FnOnce() -> StoreResult<S> + Send + 'static,
    ) -> Self {
        Self {
            kind,
            limit,
            connect: RefCell::new(Some(Box::new(connect))),
            worker: RefCell::new(None),
        }
    }

    fn call<T: Send + 'static>(
        &self,
        name: &str,
        job: impl FnOnce(&S, &str) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let name = name.to_owned();
        let jobs = self.start()?;
        match self.ask(&jobs, move |store| job(store, &name)) {
            Ok(Err(error)) if !error.is_final() => Err(error),
            answer => answer.flatten().map_err(|error| self.fail(error)),
        }
    }

    /// Returns the queue of the thread. The first call starts the thread and connects.
    fn start(&self) -> StoreResult<Sender<Job<S>>> {
        match &*self.worker.borrow() {
            Some(Worker::Ready { jobs, .. }) => return Ok(jobs.clone()),
            Some(Worker::Failed(error)) => return Err(error.clone()),
            None => {}
        }
        let connect = self.connect.take().ok_or_else(|| self.failed())?;
        let (jobs, queue) = mpsc::channel();
        let (ended, end) = mpsc::channel();
        let thread = thread::Builder::new().name(self.kind.as_str().to_owned());
        let started = thread.spawn(move || {
            let _ended: Sender<()> = ended;
            run_jobs(&queue, &connect());
        });
        // An empty job waits for the connection, so that the first real one gets its whole time.
        let connected = match started {
            Ok(_) => self.ask(&jobs, |_| Ok(())).flatten(),
            Err(_) => Err(self.failed()),
        };
        connected.map_err(|error| self.fail(error))?;
        let sender = jobs.clone();
        self.worker.replace(Some(Worker::Ready { jobs, end }));
        Ok(sender)
    }

    /// Waits for the thread to do a job. The outer error says that it did not.
    fn ask<T: Send + 'static>(
        &self,
        jobs: &Sender<Job<S>>,
        job: impl FnOnce(&S) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<StoreResult<T>> {
        let (reply, answer) = mpsc::channel();
        // Fails only if the thread has panicked. Then the reply fails too, because the job is dropped with it.
        let _ = jobs.send(Box::new(move |store| {
            // After the deadline the receiver is gone.
            let _ = reply.send(store.as_ref().map_err(Clone::clone).and_then(job));
        }));
        answer
            .recv_timeout(self.limit)
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => StoreError::TimedOut(self.kind.clone(), self.limit),
                RecvTimeoutError::Disconnected => self.failed(),
            })
    }

    fn failed(&self) -> StoreError {
        StoreError::Failed(self.kind.clone())
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
fn run_jobs<S: SecretStore>(queue: &Receiver<Job<S>>, store: &StoreResult<S>) {
    let mut extended_at = Instant::now();
    loop {
        match queue.recv_timeout(EXTEND_EVERY) {
            Ok(job) => job(store),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // A long row of jobs must not starve the leases, so not only a pause extends them.
        if let Ok(store) = store
            && extended_at.elapsed() >= EXTEND_EVERY
        {
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
    fn read(&self, name: &str) -> StoreResult<Option<Secret>> {
        self.call(name, S::read)
    }

    fn write(&self, name: &str, label: &str, secret: &Secret) -> StoreResult<()> {
        let label = label.to_owned();
        // The caller keeps its secret. The thread gets a copy, which is wiped there.
        let secret = Secret::new(secret.expose().to_owned()).map_err(|_| self.failed())?;
        self.call(name, move |store, name| store.write(name, &label, &secret))
    }

    fn delete(&self, name: &str) -> StoreResult<()> {
        self.call(name, S::delete)
    }

    fn names(&self) -> StoreResult<Vec<String>> {
        self.call("", |store, _| store.names())
    }

    fn claim(&self, name: &str) -> StoreResult<Option<String>> {
        self.call(name, S::claim)
    }

    fn extend_claim(&self, name: &str) -> StoreResult<()> {
        self.call(name, S::extend_claim)
    }

    fn release_claim(&self, name: &str, end: ClaimEnd) -> StoreResult<()> {
        self.call(name, move |store, name| store.release_claim(name, end))
    }

    fn find_remover(&self, name: &str) -> StoreResult<Option<String>> {
        self.call(name, S::find_remover)
    }
}
