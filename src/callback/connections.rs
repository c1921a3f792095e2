//! The set of connections: bounded, and the browser is never kept waiting by silent connections.
//!
//! Invariant: at most [`CONNECTIONS_MAX`] connections are served. When one more comes, the one that has made the least
//! progress for the longest time is evicted, but none within its first moments and none whose request is known.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::{AbortHandle, JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout_at};

use super::connection::{ConnectionProgress, Service, Stage};
use super::sockets::Sockets;

/// A browser opens two to six.
const CONNECTIONS_MAX: usize = 32;

/// A browser sends its first bytes within this time. Connections that come meanwhile wait in the queue of the operating
/// system, so a rush cannot evict one that came just before it, and two hundred are through in a third of a second.
const GRACE: Duration = Duration::from_millis(50);

/// For this long a connection at a later stage stays before one at an earlier stage. A browser has sent everything by
/// then. If it were longer, a few half-finished handshakes would keep the queue waiting.
const CREDIT: Duration = Duration::from_millis(500);

/// Without file descriptors, accepting again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts connections until the other end of `closing` is dropped. Then every connection is closed before this returns
/// the sockets that listen.
pub(super) async fn accept_all(
    sockets: Sockets,
    service: Service,
    mut closing: oneshot::Receiver<()>,
) -> Sockets {
    let mut connections = Connections::default();
    let mut tasks = JoinSet::new();
    let mut next = None;
    loop {
        if let Some(stream) = next.take_if(|_| connections.has_room()) {
            connections.add(stream, &service, &mut tasks);
        }
        let is_full = next.is_some();
        tokio::select! {
            _ = &mut closing => break,
            Some(_) = tasks.join_next() => {}
            // Each connection runs once more before the next one is evicted.
            () = connections.evict_one(), if is_full => yield_now().await,
            accepted = sockets.accept(), if !is_full => match accepted {
                Ok(stream) => next = Some(stream),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    tasks.shutdown().await;
    sockets
}

struct Connection {
    progress: Arc<ConnectionProgress>,
    accepted: Instant,
    task: AbortHandle,
}

impl Connection {
    /// The lowest key is evicted first, and not before the time in it. `None` for one whose request is known.
    fn eviction_key(&self, now: Instant) -> Option<(Stage, Instant)> {
        let stage = self.progress.stage();
        let is_overdue = now.duration_since(self.accepted) >= CREDIT;
        match stage {
            Stage::RequestKnown => None,
            Stage::Leaving => Some((stage, self.accepted)),
            _ if is_overdue => Some((Stage::Overdue, self.accepted)),
            _ => Some((stage, self.accepted.checked_add(GRACE)?)),
        }
    }
}

#[derive(Default)]
struct Connections {
    /// The oldest first.
    all: VecDeque<Connection>,
    /// Notified when one of them reaches another stage.
    changed: Arc<Notify>,
}

impl Connections {
    fn has_room(&mut self) -> bool {
        self.all.retain(|connection| !connection.task.is_finished());
        self.all.len() < CONNECTIONS_MAX
    }

    fn add(&mut self, stream: TcpStream, service: &Service, tasks: &mut JoinSet<()>) {
        let progress = Arc::new(ConnectionProgress::new(Arc::clone(&self.changed)));
        let task = tasks.spawn(service.clone().serve(stream, Arc::clone(&progress)));
        self.all.push_back(Connection {
            progress,
            accepted: Instant::now(),
            task,
        });
    }

    /// Waits until a connection may be evicted, and evicts it. Never resolves while every request is known.
    async fn evict_one(&mut self) {
        loop {
            let now = Instant::now();
            let first = (self.all.iter().enumerate())
                .filter_map(|(at, connection)| Some((connection.eviction_key(now)?, at)))
                .min_by_key(|((stage, _), at)| (*stage, *at));
            match first {
                None => self.changed.notified().await,
                Some(((_, from), _)) if from > now => {
                    // A connection that makes progress meanwhile may no longer be the first.
                    let _ = timeout_at(from, self.changed.notified()).await;
                }
                Some((_, at)) => {
                    if let Some(connection) = self.all.remove(at) {
                        connection.task.abort();
                    }
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of a connection that has reached `stage`, with the time since it was accepted.
    fn key(stage: Stage, after: Duration) -> Option<(Stage, Duration)> {
        let connection = Connection {
            progress: Arc::new(ConnectionProgress::new(Arc::new(Notify::new()))),
            accepted: Instant::now(),
            task: tokio::spawn(std::future::pending::<()>()).abort_handle(),
        };
        connection.progress.reach(stage);
        let (stage, from) = connection.eviction_key(connection.accepted + after)?;
        Some((stage, from.duration_since(connection.accepted)))
    }

    #[tokio::test]
    async fn a_later_stage_has_credit_for_a_while_and_a_known_request_stays() {
        let unheard = [Stage::Silent, Stage::Speaking, Stage::Secured];
        assert!(unheard.is_sorted());
        for stage in unheard {
            let fresh = key(stage, CREDIT - Duration::from_millis(1));
            assert_eq!(fresh, Some((stage, GRACE)));
            let overdue = key(stage, CREDIT);
            assert_eq!(overdue, Some((Stage::Overdue, Duration::ZERO)));
        }
        for after in [Duration::ZERO, CREDIT] {
            assert_eq!(key(Stage::RequestKnown, after), None);
            let leaving = key(Stage::Leaving, after);
            assert_eq!(leaving, Some((Stage::Leaving, Duration::ZERO)));
        }
        assert!([Stage::Leaving, Stage::Overdue, Stage::Silent].is_sorted());
    }

    #[tokio::test]
    async fn progress_wakes_the_one_that_waits_to_evict() {
        let changed = Arc::new(Notify::new());
        ConnectionProgress::new(Arc::clone(&changed)).reach(Stage::Speaking);
        let woken = tokio::time::timeout(Duration::from_secs(1), changed.notified());
        assert!(woken.await.is_ok());
    }
}
