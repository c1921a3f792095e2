//! The sockets of the sandbox: on 127.0.0.1 alone, until it is told to stop.

use std::{
    future::Future,
    io,
    net::Ipv4Addr,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
};
use url::Url;

use super::{
    routes,
    scenario::Scenario,
    world::{Clock, World},
};

/// How long a client may take to say what it wants.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// How long to wait after an accept that failed, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A stand-in for Instagram, bound and ready to serve.
pub struct Sandbox {
    listener: TcpListener,
    address: Url,
    world: Arc<World>,
}

impl Sandbox {
    /// Binds `port` of 127.0.0.1, or any free one for 0. Fails when the port is taken, and before 1970, where hyper
    /// has no words for the date of a reply.
    pub async fn bind(port: u16, scenario: Scenario, clock: Clock) -> io::Result<Self> {
        if clock() < Timestamp::UNIX_EPOCH {
            return Err(io::Error::other("a clock before 1970"));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let address = Url::parse(&format!("http://127.0.0.1:{port}/")).map_err(io::Error::other)?;
        let world = Arc::new(World::new(scenario, clock, port));
        Ok(Self {
            listener,
            address,
            world,
        })
    }

    /// Where it is: `http://127.0.0.1:PORT/`.
    pub fn base_url(&self) -> Url {
        self.address.clone()
    }

    /// Serves until `stop` is there; open connections end with it.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let mut connections = JoinSet::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                Some(_) = connections.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => drop(connections.spawn(attend(stream, self.world.clone()))),
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
    }
}

async fn attend(stream: TcpStream, world: Arc<World>) {
    let service = service_fn(|request| {
        let world = &world;
        async move { Ok::<_, std::convert::Infallible>(routes::answer(world, request).await) }
    });
    // A connection that breaks off is the client's affair: there is nobody here to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// A sandbox on a thread of its own, for as long as this value lives.
pub struct Background {
    address: Url,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Background {
    /// Starts it and returns when it is bound. Fails as [`Sandbox::bind`] does.
    pub fn start(port: u16, scenario: Scenario, clock: Clock) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || {
                // The sender half is dropped without a word when the value is gone: that means stop too.
                let until = async { drop(stopped.await) };
                if let Err(error) = run(port, scenario, clock, until, &tell) {
                    drop(tell.send(Err(error)));
                }
            })?;
        let gone = || Err(io::Error::other("the sandbox's thread ended"));
        let address = told.recv().unwrap_or_else(|_| gone())?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it is: `http://127.0.0.1:PORT/`.
    pub fn base_url(&self) -> Url {
        self.address.clone()
    }
}

fn run(
    port: u16,
    scenario: Scenario,
    clock: Clock,
    until: impl Future<Output = ()>,
    tell: &mpsc::Sender<io::Result<Url>>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let sandbox = Sandbox::bind(port, scenario, clock).await?;
        drop(tell.send(Ok(sandbox.base_url())));
        sandbox.serve(until).await;
        Ok(())
    })
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A panic of that thread was its own; here it only has to be over.
        let _ = self.thread.take().map(thread::JoinHandle::join);
    }
}
