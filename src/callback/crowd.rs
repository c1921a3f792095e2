//! Admission: a bounded number of visitors at a time, and the good one is never kept waiting by silent ones.
//!
//! Invariant: at most [`VISITORS_MAX`] connections are open. When one more comes, the one that has said least for
//! longest goes; one whose request is known stays.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};

use super::connection::{Service, Stage};
use super::sockets::Sockets;

/// A browser opens two to six.
const VISITORS_MAX: usize = 32;

/// When the process has no file descriptor left, accepting at once again would only burn the processor.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(20);

/// Admits visitors until the other end of `closing` is dropped; then every socket is closed before this returns.
pub(super) async fn admit_all(
    sockets: Sockets,
    service: Service,
    mut closing: oneshot::Receiver<()>,
) {
    let mut crowd = Crowd::default();
    loop {
        tokio::select! {
            _ = &mut closing => break,
            Some(_) = crowd.tasks.join_next() => {}
            accepted = sockets.accept() => match accepted {
                Ok(stream) => crowd.admit(stream, &service),
                Err(_) => tokio::time::sleep(AFTER_FAILED_ACCEPT).await,
            },
        }
    }
    drop(sockets);
    crowd.tasks.shutdown().await;
}

struct Visitor {
    stage: Arc<Stage>,
    task: AbortHandle,
}

/// The visitors, the oldest first. Dropped, it ends them all.
#[derive(Default)]
struct Crowd {
    tasks: JoinSet<()>,
    visitors: VecDeque<Visitor>,
}

impl Crowd {
    fn admit(&mut self, stream: TcpStream, service: &Service) {
        self.visitors.retain(|visitor| !visitor.task.is_finished());
        if self.visitors.len() >= VISITORS_MAX && !self.send_one_away() {
            return;
        }
        let stage = Arc::new(Stage::new());
        let task = self
            .tasks
            .spawn(service.clone().serve(stream, Arc::clone(&stage)));
        self.visitors.push_back(Visitor { stage, task });
    }

    /// False when every request is already known.
    fn send_one_away(&mut self) -> bool {
        let impatient = (self.visitors.iter().enumerate())
            .filter_map(|(at, visitor)| Some((visitor.stage.patience()?, at)))
            .min();
        let visitor = impatient.and_then(|(_, at)| self.visitors.remove(at));
        visitor.is_some_and(|visitor| {
            visitor.task.abort();
            true
        })
    }
}
