//! One connection: TLS, one head, one reply, closed.
//!
//! Invariant: who does not say a whole request within the deadline is cut, whether silent, slow or half through the
//! handshake; what a visitor does reaches no other one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::handler::{Action, Handler};
use super::head::{HeadError, parse_head, read_head};
use super::pages::{CallbackPage, CallbackReply, Status};

/// The first byte of a TLS handshake record (RFC 8446 section 5.1); no HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// A visitor that does not take its few kilobytes within this time is gone.
const REPLY_DEADLINE: Duration = Duration::from_secs(5);

/// Closing a socket with unread bytes resets it, and the reply is lost; so what still comes is read and thrown away.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_MAX_BYTES: u64 = 256 * 1024;

/// How far a connection has come, for the choice of which one must go when there are too many.
pub(super) struct Stage {
    reached: AtomicU8,
    progress: Arc<Notify>,
}

impl Stage {
    pub(super) const LEAVING: u8 = 0;
    pub(super) const OVERDUE: u8 = 1;
    pub(super) const SILENT: u8 = 2;
    pub(super) const SPEAKING: u8 = 3;
    pub(super) const SECURED: u8 = 4;
    pub(super) const HEARD: u8 = 5;

    /// The first one; `progress` hears of every other.
    pub(super) fn new(progress: Arc<Notify>) -> Self {
        Self {
            reached: AtomicU8::new(Self::SILENT),
            progress,
        }
    }

    /// The lower, the sooner it is sent away: who has its reply, then the silent, then who began to speak, then who
    /// has a handshake behind it. None for one whose request is known and not yet answered: it stays.
    pub(super) fn evictable(&self) -> Option<u8> {
        Some(self.reached.load(Ordering::Relaxed)).filter(|stage| *stage < Self::HEARD)
    }

    /// Tells that the visitor came so far.
    pub(super) fn reach(&self, stage: u8) {
        self.reached.store(stage, Ordering::Relaxed);
        self.progress.notify_one();
    }
}

/// What all connections of a listener have in common.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) handler: Arc<Handler>,
    /// None for plain HTTP behind a tunnel.
    pub(super) tls: Option<TlsAcceptor>,
    /// The deadline for the handshake and the head together.
    pub(super) request_deadline: Duration,
}

trait AsyncStream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> AsyncStream for T {}

type ReceivedHead = (Box<dyn AsyncStream>, Result<Zeroizing<Vec<u8>>, HeadError>);

impl Service {
    /// Serves one visitor to the end.
    pub(super) async fn serve(self, tcp: TcpStream, stage: Arc<Stage>) {
        let heard = timeout(self.request_deadline, self.listen(tcp, &stage)).await;
        let Ok(Some((mut stream, head))) = heard else {
            return;
        };
        stage.reach(Stage::HEARD);
        let (step, without_body) = self.decide(head);
        let Some(step) = step else {
            return;
        };
        match step {
            Action::CallbackReply(reply) => {
                send(&mut *stream, &reply.bytes(without_body), &stage).await
            }
            Action::AwaitOutcome => {
                let outcome = tokio::select! {
                    outcome = self.handler.outcome() => outcome,
                    () = gone(&mut *stream) => return,
                };
                let reply = CallbackReply::CallbackPage(Status::Ok, outcome.page());
                send(&mut *stream, &reply.bytes(false), &stage).await;
                self.handler.mark_shown();
            }
        }
    }

    /// The stream and the head that came over it; None when the handshake failed or there was nothing.
    async fn listen(&self, tcp: TcpStream, stage: &Stage) -> Option<ReceivedHead> {
        let mut first = [0];
        if tcp.peek(&mut first).await.ok()? == 0 {
            return None;
        }
        stage.reach(Stage::SPEAKING);
        let mut stream: Box<dyn AsyncStream> = match &self.tls {
            None => Box::new(tcp),
            Some(tls) if first == [TLS_HANDSHAKE] => Box::new(tls.accept(tcp).await.ok()?),
            Some(_) => {
                let mut tcp = tcp;
                send(&mut tcp, &CallbackReply::UseHttps.bytes(false), stage).await;
                return None;
            }
        };
        stage.reach(Stage::SECURED);
        let head = read_head(&mut *stream).await;
        Some((stream, head))
    }

    /// What to do, and whether a body would be misplaced; nothing for a visitor that is gone.
    fn decide(&self, head: Result<Zeroizing<Vec<u8>>, HeadError>) -> (Option<Action>, bool) {
        let decided = head.and_then(|bytes| {
            parse_head(&bytes, |head| {
                (self.handler.serve(head), head.method == "HEAD")
            })
        });
        let status = match decided {
            Ok((step, without_body)) => return (Some(step), without_body),
            Err(HeadError::Gone) => return (None, false),
            Err(HeadError::TooLarge) => Status::HeadersTooLarge,
            Err(HeadError::Malformed) => Status::BadRequest,
        };
        (
            Some(Action::CallbackReply(CallbackReply::CallbackPage(
                status,
                CallbackPage::NotFound,
            ))),
            false,
        )
    }
}

/// Sends a reply and closes. That it arrives cannot be made sure.
async fn send(stream: &mut (impl AsyncStream + ?Sized), bytes: &[u8], stage: &Stage) {
    let sent = timeout(REPLY_DEADLINE, async {
        stream.write_all(bytes).await?;
        stream.shutdown().await
    });
    let sent = sent.await;
    stage.reach(Stage::LEAVING);
    if matches!(sent, Ok(Ok(()))) {
        let _ = timeout(LINGER, gone(stream)).await;
    }
}

/// Resolves when the visitor closes, or says more than anybody should after their one request.
async fn gone(stream: &mut (impl AsyncStream + ?Sized)) {
    let mut rest = stream.take(LINGER_MAX_BYTES);
    let mut scrap = [0; 4096];
    while matches!(rest.read(&mut scrap).await, Ok(1..)) {}
}
