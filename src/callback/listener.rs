//! The login's end of the listener: bind, wait for the one answer, say how it ended.
//!
//! Invariant: the answer comes once; whether finished or dropped, a wait leaves no socket and no task behind.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::answer::{Answer, ExpectedCallback, LoginOutcome};
use super::certificate::Certificate;
use super::connection::Service;
use super::connections::admit_all;
use super::handler::Handler;
use super::sockets::{BindError, Sockets};
use crate::account::Verdict;

/// For the handshake and the head together. A browser needs milliseconds.
const REQUEST_DEADLINE: Duration = Duration::from_secs(5);

/// How long a browser may take to fetch and read the page of the outcome. With [`CLOSING`] it makes less than a second.
const PAGE_DEADLINE: Duration = Duration::from_millis(800);

/// Closing needs no answer from anybody; this only bounds a mistake of ours.
const CLOSING: Duration = Duration::from_millis(100);

/// How the browser's words travel.
pub(crate) enum Transport {
    /// HTTPS on `localhost`.
    Tls(Certificate),
    /// HTTP on loopback, behind a tunnel or a mapped port that speaks HTTPS outside.
    Plain,
}

/// The bound and listening sockets of a login, before it is known what to wait for.
pub(crate) struct Listener {
    sockets: Sockets,
    tls: Option<TlsAcceptor>,
    request_deadline: Duration,
}

impl Listener {
    /// Binds and listens on `127.0.0.1:port` and `[::1]:port`; 0 means any port. A machine may lack IPv6, but either
    /// address in another program's hands is an error.
    pub(crate) async fn bind(port: u16, transport: Transport) -> Result<Self, BindError> {
        Self::with_deadline(port, transport, REQUEST_DEADLINE).await
    }

    pub(super) async fn with_deadline(
        port: u16,
        transport: Transport,
        request_deadline: Duration,
    ) -> Result<Self, BindError> {
        let tls = match transport {
            Transport::Tls(certificate) => Some(TlsAcceptor::from(certificate.server())),
            Transport::Plain => None,
        };
        Ok(Self {
            sockets: Sockets::bind(port).await?,
            tls,
            request_deadline,
        })
    }

    /// The port, also when any was asked for.
    pub(crate) fn port(&self) -> u16 {
        self.sockets.port()
    }

    /// Starts to serve, on the tokio runtime that this is called in.
    pub(crate) fn wait(self, expected: ExpectedCallback) -> ActiveListener {
        let local = format!("localhost:{}", self.port());
        let start_url = match &self.tls {
            Some(_) => format!("https://{}/start/{}", expected.authority, expected.start),
            None => format!("http://{local}/start/{}", expected.start),
        };
        let local_authority = self.tls.is_none().then_some(local);
        let (answer, answered) = oneshot::channel();
        let (outcome, known) = watch::channel(None);
        let (close, closing) = oneshot::channel();
        let service = Service {
            handler: Arc::new(Handler::new(expected, local_authority, answer, known)),
            tls: self.tls,
            request_deadline: self.request_deadline,
        };
        ActiveListener {
            start_url,
            handler: Arc::clone(&service.handler),
            answered: Some(answered),
            outcome,
            close,
            serving: tokio::spawn(admit_all(self.sockets, service, closing)),
        }
    }
}

/// A login that waits for its answer. Dropped, it closes everything as soon as the runtime turns.
pub(crate) struct ActiveListener {
    start_url: String,
    handler: Arc<Handler>,
    answered: Option<oneshot::Receiver<Answer>>,
    outcome: watch::Sender<Option<LoginOutcome>>,
    /// Dropped, in `finish` or with the rest, it ends the serving.
    close: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl ActiveListener {
    /// The address to open in the browser: good once, and it holds nothing of the login.
    pub(crate) fn start_url(&self) -> String {
        self.start_url.clone()
    }

    /// The one answer of the browser. Cancel-safe; after it, or after an accepted paste, this never resolves.
    pub(crate) async fn answer(&mut self) -> Answer {
        if let Some(answered) = &mut self.answered {
            let answer = answered.await;
            self.answered = None;
            if let Ok(answer) = answer {
                return answer;
            }
        }
        pending().await
    }

    /// How many wrong requests came so far. The browser's own noise is not counted.
    pub(crate) fn ignored(&self) -> u32 {
        self.handler.ignored()
    }

    /// Judges what the person pasted. Accepted or refused, it is the one answer, and the browser's comes too late; a
    /// paste after the browser's answer is ignored.
    pub(crate) fn paste(&self, text: &str, redirect_uri: &Url) -> Verdict {
        self.handler.paste(text, redirect_uri)
    }

    /// Shows the outcome to a browser that waits for it, then closes everything. Returns within a second.
    pub(crate) async fn finish(self, outcome: LoginOutcome) {
        self.outcome.send_replace(Some(outcome));
        if self.handler.is_browser_waiting() {
            let _ = timeout(PAGE_DEADLINE, self.handler.shown()).await;
        }
        drop(self.close);
        let _ = timeout(CLOSING, self.serving).await;
    }
}
