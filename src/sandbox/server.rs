//! The sockets of the sandbox, on 127.0.0.1 only.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use url::Url;

use super::routes;
use super::scenario::Scenario;
use super::state::{SandboxClock, SandboxState};

/// How long a client may take to send the head of its request.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// How long to wait after a failed accept, for example when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// An imitation of Instagram, bound and ready to serve.
pub(crate) struct Sandbox {
    listener: TcpListener,
    /// `http://127.0.0.1:PORT/`.
    pub(crate) address: Url,
    state: Arc<SandboxState>,
}

impl Sandbox {
    /// Binds `port` of 127.0.0.1, or any free one for 0. Fails when the port is taken, and when the clock is before
    /// 1970, because hyper cannot write such a date into a response.
    pub(crate) fn bind(port: u16, scenario: Scenario, clock: SandboxClock) -> io::Result<Self> {
        if clock() < Timestamp::UNIX_EPOCH {
            return Err(io::Error::other("a clock before 1970"));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self {
            listener,
            address: Url::parse(&format!("http://127.0.0.1:{port}/")).map_err(io::Error::other)?,
            state: Arc::new(SandboxState {
                scenario,
                clock,
                port,
                refused: Mutex::default(),
            }),
        })
    }

    /// Serves until `stop` resolves, then closes every open connection.
    pub(crate) async fn serve(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let mut connections = JoinSet::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return Ok(()),
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(serve_connection(stream, self.state.clone()));
                    }
                    // An open connection has to end first; without a pause this loop would take a whole core.
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
    }
}

async fn serve_connection(stream: TcpStream, state: Arc<SandboxState>) {
    let service = service_fn(|request| {
        let state = &state;
        async move {
            let (Ok(response) | Err(response)) = routes::route(state, request).await;
            Ok::<_, Infallible>(response.into_hyper())
        }
    });
    // A connection that breaks off is up to the client, so the error is dropped.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// A sandbox on its own thread, which stops when this value is dropped.
pub(crate) struct BackgroundSandbox {
    /// `http://127.0.0.1:PORT/`.
    pub(crate) address: Url,
    running: Option<(oneshot::Sender<()>, thread::JoinHandle<()>)>,
}

impl BackgroundSandbox {
    /// Returns once the port is bound. Fails as [`Sandbox::bind`] does.
    pub(crate) fn start(port: u16, scenario: Scenario, clock: SandboxClock) -> io::Result<Self> {
        let sandbox = Sandbox::bind(port, scenario, clock)?;
        let address = sandbox.address.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (report, started) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || {
                // Built on this thread: if it were built before and the spawn failed, the runtime would be dropped
                // within the caller's runtime, and tokio would panic.
                match runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => {
                        let _ = report.send(Ok(()));
                        // Dropping the sender counts as a stop, too.
                        let _ = runtime.block_on(sandbox.serve(async { drop(stopped.await) }));
                    }
                    Err(error) => drop(report.send(Err(error))),
                }
            })?;
        started.recv().map_err(io::Error::other)??;
        Ok(Self {
            address,
            running: Some((stop, thread)),
        })
    }
}

impl Drop for BackgroundSandbox {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            // A panic of that thread was reported there; here it only has to be over.
            let _ = thread.join();
        }
    }
}
