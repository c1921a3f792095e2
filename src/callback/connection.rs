//! One connection: TLS, one request head, one reply, closed.
//!
//! Invariant: a connection without a whole request by the deadline is cut, whether it is silent, slow or in the middle
//! of the handshake. Nothing that one connection does reaches another.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::StatusCode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::handler::{Action, Handler, reply};
use super::head::{HeadError, parse_head, read_head};
use super::reply::CallbackReply;
use super::socket_table::Ends;

/// The first byte of a TLS handshake record (RFC 8446 section 5.1). No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// A client that does not take its few kilobytes within this time is gone.
const REPLY_DEADLINE: Duration = Duration::from_secs(5);

/// Closing a socket with unread bytes resets it and the reply is lost. So what still comes is read and discarded.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_MAX_BYTES: u64 = 256 * 1024;

/// How far a connection has come. The lowest stage is evicted first when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It has its reply.
    Leaving,
    /// It was accepted long ago and its request is still unknown.
    Overdue,
    Silent,
    /// It has sent a byte.
    Speaking,
    /// Its handshake is done.
    Secured,
    /// Its request is read and not yet answered, so it stays.
    RequestKnown,
}

pub(super) struct ConnectionProgress {
    stage: Mutex<Stage>,
    changed: Arc<Notify>,
}

impl ConnectionProgress {
    pub(super) fn new(changed: Arc<Notify>) -> Self {
        Self {
            stage: Mutex::new(Stage::Silent),
            changed,
        }
    }

    pub(super) fn stage(&self) -> Stage {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reach(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        self.changed.notify_one();
    }
}

#[derive(Clone)]
pub(super) struct Service {
    pub(super) handler: Arc<Handler>,
    /// `None` for plain HTTP behind a tunnel.
    pub(super) tls: Option<TlsAcceptor>,
    /// For the handshake and the head together.
    pub(super) request_deadline: Duration,
}

trait AsyncStream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> AsyncStream for T {}

type ReceivedHead = (Box<dyn AsyncStream>, Result<Zeroizing<Vec<u8>>, HeadError>);

impl Service {
    pub(super) async fn serve(self, tcp: TcpStream, progress: Arc<ConnectionProgress>) {
        let ends = tcp.local_addr().ok().zip(tcp.peer_addr().ok());
        let ends = ends.map(|(ours, theirs)| Ends { ours, theirs });
        let received = timeout(self.request_deadline, self.receive(tcp, &progress)).await;
        let Ok(Some((mut stream, head))) = received else {
            return;
        };
        progress.reach(Stage::RequestKnown);
        let decided = head.and_then(|bytes| {
            parse_head(&bytes, |head| {
                (self.handler.handle(head, ends), head.method == "HEAD")
            })
        });
        let (action, is_head_request) = match decided {
            Ok(decided) => decided,
            Err(HeadError::Gone) => return,
            // The method of a wrong head is unknown, so the reply has its body.
            Err(HeadError::TooLarge) => (reply(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE), false),
            Err(HeadError::Malformed) => (reply(StatusCode::BAD_REQUEST), false),
        };
        match action {
            Action::Reply(reply) => {
                send(&mut *stream, &reply.bytes(is_head_request), &progress).await;
            }
            Action::AwaitOutcome => {
                let outcome = tokio::select! {
                    outcome = self.handler.outcome.wait() => outcome,
                    // A tab that was closed must not count as one that saw the outcome.
                    () = wait_until_closed(&mut *stream) => return,
                };
                let reply = CallbackReply::Page(StatusCode::OK, outcome.clone());
                send(&mut *stream, &reply.bytes(false), &progress).await;
                self.handler.outcome_shown.notify_one();
            }
        }
    }

    /// Returns the stream and the head that came over it, or `None` when the handshake failed or nothing came.
    async fn receive(&self, tcp: TcpStream, progress: &ConnectionProgress) -> Option<ReceivedHead> {
        // Looked at and not taken, because the handshake needs this byte too.
        let mut first = [0];
        if tcp.peek(&mut first).await.ok()? == 0 {
            return None;
        }
        progress.reach(Stage::Speaking);
        let mut stream: Box<dyn AsyncStream> = match &self.tls {
            None => Box::new(tcp),
            Some(tls) if first == [TLS_HANDSHAKE] => Box::new(tls.accept(tcp).await.ok()?),
            // A person who typed http:// gets a sentence, where TLS would only break off.
            Some(_) => {
                let mut tcp = tcp;
                send(&mut tcp, &CallbackReply::UseHttps.bytes(false), progress).await;
                return None;
            }
        };
        progress.reach(Stage::Secured);
        let head = read_head(&mut *stream).await;
        Some((stream, head))
    }
}

/// Sends a reply and closes. Whether it arrives cannot be known.
async fn send(
    stream: &mut (impl AsyncStream + ?Sized),
    bytes: &[u8],
    progress: &ConnectionProgress,
) {
    let sent = timeout(REPLY_DEADLINE, async {
        stream.write_all(bytes).await?;
        stream.shutdown().await
    })
    .await;
    progress.reach(Stage::Leaving);
    if matches!(sent, Ok(Ok(()))) {
        let _ = timeout(LINGER, wait_until_closed(stream)).await;
    }
}

/// Resolves when the client closes, or has sent more than anything could need after its one request.
async fn wait_until_closed(stream: &mut (impl AsyncStream + ?Sized)) {
    let mut rest = stream.take(LINGER_MAX_BYTES);
    let mut discarded = [0; 4096];
    while matches!(rest.read(&mut discarded).await, Ok(1..)) {}
}
