//! Admission: a bounded number of visitors at a time, and the good one is never kept waiting by silent ones.
//!
//! Invariant: at most [`VISITORS_MAX`] connections are served. When one more comes, the one that has said least for
//! longest goes; but nobody before they could say a word, and one whose request is known stays.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::{AbortHandle, JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout_at};

use super::connection::{Service, Stage};
use super::sockets::Sockets;

/// A browser opens two to six.
const VISITORS_MAX: usize = 32;

/// A browser has said its first words within this time. Whoever comes meanwhile waits in the queue of the operating
/// system: a rush cannot push out who came just before it, and two hundred are through in a third of a second.
const GRACE: Duration = Duration::from_millis(50);

/// For this time who has said more stays before who has said less; a browser has said everything by then. Longer, and a
/// few who begin a handshake and stop would keep the queue waiting.
const CREDIT: Duration = Duration::from_millis(500);

/// When the process has no file descriptor left, accepting at once again would only burn the processor.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(20);

/// Admits visitors until the other end of `closing` is dropped; then every socket is closed before this returns.
pub(super) async fn admit_all(
    sockets: Sockets,
    service: Service,
    mut closing: oneshot::Receiver<()>,
) {
    let mut connections = Connections::default();
    let mut at_the_door = None;
    loop {
        if let Some(stream) = at_the_door.take_if(|_| connections.has_room()) {
            connections.admit(stream, &service);
        }
        let full = at_the_door.is_some();
        tokio::select! {
            _ = &mut closing => break,
            Some(_) = connections.tasks.join_next() => {}
            // Each visitor is heard once more before the next one goes.
            () = connections.visitors.send_one_away(), if full => yield_now().await,
            accepted = sockets.accept(), if !full => match accepted {
                Ok(stream) => at_the_door = Some(stream),
                Err(_) => sleep(AFTER_FAILED_ACCEPT).await,
            },
        }
    }
    drop(sockets);
    connections.tasks.shutdown().await;
}

struct Connection {
    stage: Arc<Stage>,
    arrived: Instant,
    task: AbortHandle,
}

impl Connection {
    /// The lower, the sooner it goes; and when it may. None for one whose request is known.
    fn eviction_key(&self, now: Instant) -> Option<(u8, Instant)> {
        let evictable = self.stage.evictable()?;
        let overdue = now.duration_since(self.arrived) >= CREDIT;
        match evictable {
            Stage::LEAVING => Some((Stage::LEAVING, self.arrived)),
            _ if overdue => Some((Stage::OVERDUE, self.arrived)),
            evictable => Some((evictable, self.arrived.checked_add(GRACE)?)),
        }
    }
}

/// Dropped, it ends them all.
#[derive(Default)]
struct Connections {
    tasks: JoinSet<()>,
    visitors: Visitors,
}

#[derive(Default)]
struct Visitors {
    /// The oldest first.
    all: VecDeque<Connection>,
    /// One of them came further.
    progress: Arc<Notify>,
}

impl Connections {
    fn has_room(&mut self) -> bool {
        let all = &mut self.visitors.all;
        all.retain(|visitor| !visitor.task.is_finished());
        all.len() < VISITORS_MAX
    }

    fn admit(&mut self, stream: TcpStream, service: &Service) {
        let stage = Arc::new(Stage::new(Arc::clone(&self.visitors.progress)));
        let task = self
            .tasks
            .spawn(service.clone().serve(stream, Arc::clone(&stage)));
        self.visitors.all.push_back(Connection {
            stage,
            arrived: Instant::now(),
            task,
        });
    }
}

impl Visitors {
    /// Waits until the next one may go, and sends that one away. Never, when every request is already known.
    async fn send_one_away(&mut self) {
        loop {
            let now = Instant::now();
            let next = (self.all.iter().enumerate())
                .filter_map(|(at, visitor)| Some((visitor.eviction_key(now)?, at)))
                .min_by_key(|((evictable, _), at)| (*evictable, *at));
            match next {
                None => self.progress.notified().await,
                Some(((_, from), _)) if from > now => {
                    // Who comes further meanwhile is perhaps the next one no more.
                    let _ = timeout_at(from, self.progress.notified()).await;
                }
                Some((_, at)) => {
                    let visitor = self.all.remove(at);
                    return visitor.into_iter().for_each(|visitor| visitor.task.abort());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The standing of a visitor who has come so far, so long after the arrival.
    fn eviction_key(stage: u8, after: Duration) -> Option<(u8, Duration)> {
        let progress = Arc::new(Notify::new());
        let visitor = Connection {
            stage: Arc::new(Stage::new(progress)),
            arrived: Instant::now(),
            task: tokio::spawn(std::future::pending::<()>()).abort_handle(),
        };
        visitor.stage.reach(stage);
        let (evictable, from) = visitor.eviction_key(visitor.arrived + after)?;
        Some((evictable, from.duration_since(visitor.arrived)))
    }

    #[tokio::test]
    async fn who_has_said_more_has_credit_for_a_while_and_whose_request_is_known_stays() {
        let unheard = [Stage::SILENT, Stage::SPEAKING, Stage::SECURED];
        assert!(unheard.is_sorted());
        for stage in unheard {
            let fresh = eviction_key(stage, CREDIT - Duration::from_millis(1));
            assert_eq!(fresh, Some((stage, GRACE)));
            let overdue = eviction_key(stage, CREDIT);
            assert_eq!(overdue, Some((Stage::OVERDUE, Duration::ZERO)));
        }
        for after in [Duration::ZERO, CREDIT] {
            assert_eq!(eviction_key(Stage::HEARD, after), None);
            let leaving = eviction_key(Stage::LEAVING, after);
            assert_eq!(leaving, Some((Stage::LEAVING, Duration::ZERO)));
        }
        assert!([Stage::LEAVING, Stage::OVERDUE, Stage::SILENT].is_sorted());
    }

    #[tokio::test]
    async fn whoever_waits_hears_that_somebody_came_further() {
        let progress = Arc::new(Notify::new());
        Stage::new(Arc::clone(&progress)).reach(Stage::SPEAKING);
        let heard = tokio::time::timeout(Duration::from_secs(1), progress.notified());
        assert!(heard.await.is_ok());
    }
}
