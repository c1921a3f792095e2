//! What a login uses: binds the listener, waits for the answer, shows how the login ended.
//!
//! Invariant: the answer comes once. Finished or dropped, a listener leaves no socket and no task behind.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::certificate::Certificate;
use super::connection::Service;
use super::connections::accept_all;
use super::handler::{ExpectedCallback, Handler, LoginAlarm};
use super::pages::LoginOutcome;
use super::sockets::{BindError, Sockets};
use crate::account::{AuthorizationResponse, IgnoreReason};

/// For the handshake and the head together. A browser needs milliseconds.
const REQUEST_DEADLINE: Duration = Duration::from_secs(5);

/// How long a browser may take to load the page with the outcome. Together with [`CLOSE_DEADLINE`] less than a second.
const PAGE_DEADLINE: Duration = Duration::from_millis(800);

/// Closing waits for no one else. This only bounds a bug of ours.
const CLOSE_DEADLINE: Duration = Duration::from_millis(100);

/// The bound sockets of a login, before it is known what to wait for.
pub(crate) struct Listener {
    sockets: Sockets,
    tls: Option<TlsAcceptor>,
    pub(super) request_deadline: Duration,
}

impl Listener {
    /// Binds `127.0.0.1:port` and `[::1]:port`; 0 means any port. A machine may lack IPv6, but it is an error if another
    /// program holds either address. Without a certificate, it speaks HTTP behind a tunnel that speaks HTTPS outside.
    pub(crate) async fn bind(
        port: u16,
        certificate: Option<&Certificate>,
    ) -> Result<Self, BindError> {
        Ok(Self {
            sockets: Sockets::bind(port).await?,
            tls: certificate.map(|own| TlsAcceptor::from(Arc::clone(&own.server))),
            request_deadline: REQUEST_DEADLINE,
        })
    }

    /// The bound port, also after a bind to port 0.
    pub(crate) fn port(&self) -> u16 {
        self.sockets.port
    }

    /// Starts to serve on the current tokio runtime.
    pub(crate) fn start(self, expected: ExpectedCallback) -> ActiveListener {
        let local = format!("localhost:{}", self.port());
        let start_url = match &self.tls {
            Some(_) => format!("https://{}/start/{}", expected.authority, expected.start),
            // The person's own browser is on this machine and needs no tunnel.
            None => format!("http://{local}/start/{}", expected.start),
        };
        let local_authority = self.tls.is_none().then_some(local);
        // Room for the one answer, so sending it never waits.
        let (sender, answer) = mpsc::channel(1);
        let (close, closed) = oneshot::channel();
        let handler = Arc::new(Handler::new(expected, local_authority, sender));
        let service = Service {
            handler: Arc::clone(&handler),
            tls: self.tls.clone(),
            request_deadline: self.request_deadline,
        };
        ActiveListener {
            port: self.sockets.port,
            start_url,
            handler,
            answer,
            close,
            task: tokio::spawn(accept_all(self.sockets, service, closed)),
            tls: self.tls,
            request_deadline: self.request_deadline,
        }
    }
}

/// A listener that waits for its answer. When dropped, it closes everything as soon as the runtime runs.
pub(crate) struct ActiveListener {
    port: u16,
    /// The address to open in the browser. It works once and contains nothing of the login.
    pub(crate) start_url: String,
    handler: Arc<Handler>,
    answer: mpsc::Receiver<AuthorizationResponse>,
    /// Dropping it, in `finish` or with the rest, stops the task.
    close: oneshot::Sender<()>,
    task: JoinHandle<Sockets>,
    tls: Option<TlsAcceptor>,
    request_deadline: Duration,
}

impl ActiveListener {
    /// Waits for the answer of the browser. Cancel-safe. Never resolves again, nor after an accepted paste.
    pub(crate) async fn answer(&mut self) -> AuthorizationResponse {
        match self.answer.recv().await {
            Some(answer) => answer,
            // The handler drops its sender with the use of the state.
            None => pending().await,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Whether the start address was visited.
    pub(crate) fn is_visited(&self) -> bool {
        self.handler.is_start_used.load(Ordering::Relaxed)
    }

    /// The first sign that another person took part in the login.
    pub(crate) fn alarm(&self) -> Option<LoginAlarm> {
        self.handler.alarm.get().copied()
    }

    /// How many wrong requests came so far. Prefetches and requests for an icon do not count.
    pub(crate) fn ignored(&self) -> u32 {
        self.handler.ignored.load(Ordering::Relaxed)
    }

    /// Takes the answer from a pasted text. Ignored once the browser has answered, and the other way round.
    pub(crate) fn paste(
        &self,
        text: &str,
        redirect_uri: &Url,
    ) -> Result<AuthorizationResponse, IgnoreReason> {
        self.handler.paste(text, redirect_uri)
    }

    /// Whether a browser that brought the answer waits for the page with the outcome.
    pub(crate) fn is_browser_waiting(&self) -> bool {
        self.handler.is_browser_waiting.load(Ordering::Relaxed)
    }

    /// Shows the outcome to a browser that waits for it, then closes everything. Returns within a second.
    pub(crate) async fn finish(self, outcome: LoginOutcome) {
        drop(self.reopen(outcome).await);
    }

    /// Shows the outcome as [`Self::finish`] does, but stays bound for another try.
    pub(crate) async fn reopen(self, outcome: LoginOutcome) -> Option<Listener> {
        let _ = self.handler.outcome.set(outcome.page());
        if self.is_browser_waiting() {
            let _ = timeout(PAGE_DEADLINE, self.handler.outcome_shown.notified()).await;
        }
        drop(self.close);
        let sockets = timeout(CLOSE_DEADLINE, self.task).await;
        Some(Listener {
            sockets: sockets.ok()?.ok()?,
            tls: self.tls,
            request_deadline: self.request_deadline,
        })
    }
}
