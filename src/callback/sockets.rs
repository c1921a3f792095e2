//! The two loopback sockets of a login, which listen before anything else happens.
//!
//! Invariant: `localhost` may mean 127.0.0.1 or ::1, so the listener holds both that the machine has, or none. Only loopback is ever bound, and
//! it stays bound to the end.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::socket_table::{PortHolder, holder_of};

/// A free port of one family may be taken in the other, but not this often by chance.
const ANY_PORT_ATTEMPTS: u32 = 16;

/// A client that finds the queue full tries again after a second, so it holds more than can come in a second.
const QUEUE_MAX: u32 = 1024;

/// Why the port cannot be bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BindError {
    #[error("port {port} is taken")]
    Busy {
        port: u16,
        /// The other program, if the operating system says it.
        holder: Option<PortHolder>,
    },
    /// Systems reserve low ports for root.
    #[error("port {0} cannot be opened")]
    Privileged(u16),
    #[error("{0}")]
    Other(ErrorKind),
}

/// Below it a port needs privileges, unless the machine is configured otherwise.
const FIRST_ORDINARY_PORT: u16 = 1024;

/// At least one of the two families.
pub(super) struct Sockets {
    /// `None` on a machine without IPv4.
    v4: Option<TcpListener>,
    /// `None` on a machine without IPv6.
    v6: Option<TcpListener>,
    pub(super) port: u16,
}

impl Sockets {
    /// Binds `port` in both families; 0 means any port that is free in both.
    pub(super) async fn bind(port: u16) -> Result<Self, BindError> {
        let mut left = ANY_PORT_ATTEMPTS;
        loop {
            match Self::bind_both(port).await {
                Err(BindError::Busy { .. }) if port == 0 && left > 0 => left -= 1,
                result => return result,
            }
        }
    }

    async fn bind_both(port: u16) -> Result<Self, BindError> {
        let v4 = listen_if_any(Ipv4Addr::LOCALHOST.into(), port).await;
        let v4 = v4.map_err(|error| bind_error(&error, port))?;
        let bound = v4.as_ref().map(TcpListener::local_addr).transpose();
        let bound = bound.map_err(|error| bind_error(&error, port))?;
        let port = bound.map_or(port, |address| address.port());
        let v6 = match listen_if_any(Ipv6Addr::LOCALHOST.into(), port).await {
            Ok(v6) => v6,
            Err(error) => {
                // Otherwise we would find ourselves as the holder of the port.
                drop(v4);
                return Err(bind_error(&error, port));
            }
        };
        let any = v4.as_ref().or(v6.as_ref());
        let any = any.ok_or(BindError::Other(ErrorKind::AddrNotAvailable))?;
        let address = any.local_addr();
        let port = address.map_err(|error| bind_error(&error, port))?.port();
        Ok(Self { v4, v6, port })
    }

    /// Accepts the next connection of either family. Cancel-safe.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        let accept = async |listener: &Option<TcpListener>| match listener {
            Some(listener) => listener.accept().await,
            None => pending().await,
        };
        let accepted = tokio::select! {
            accepted = accept(&self.v4) => accepted,
            accepted = accept(&self.v6) => accepted,
        };
        accepted.map(|(stream, _)| stream)
    }
}

/// Returns `None` on a machine without this family of addresses.
async fn listen_if_any(address: IpAddr, port: u16) -> io::Result<Option<TcpListener>> {
    match listen(address, port).await {
        Err(error) if is_missing_family(&error) => Ok(None),
        listener => listener.map(Some),
    }
}

/// Like `TcpListener::bind`, but with a longer queue.
async fn listen(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    let socket = match address {
        IpAddr::V4(_) => TcpSocket::new_v4()?,
        IpAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // On other systems this would let another program take the port from us.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(address, port))?;
    socket.listen(QUEUE_MAX)
}

fn bind_error(error: &io::Error, port: u16) -> BindError {
    match error.kind() {
        ErrorKind::AddrInUse => BindError::Busy {
            port,
            holder: holder_of(port),
        },
        ErrorKind::PermissionDenied if (1..FIRST_ORDINARY_PORT).contains(&port) => {
            BindError::Privileged(port)
        }
        kind => BindError::Other(kind),
    }
}

/// Only a machine without a family of addresses may lack its loopback. Any other error could be an attack.
fn is_missing_family(error: &io::Error) -> bool {
    #[cfg(unix)]
    let unsupported = rustix::io::Errno::AFNOSUPPORT.raw_os_error();
    #[cfg(not(unix))]
    let unsupported = 10047; // WSAEAFNOSUPPORT
    error.kind() == ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(unsupported)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missing_address_is_tolerated() {
        assert!(is_missing_family(&ErrorKind::AddrNotAvailable.into()));
        #[cfg(unix)]
        assert!(is_missing_family(&rustix::io::Errno::AFNOSUPPORT.into()));
        for kind in [ErrorKind::AddrInUse, ErrorKind::PermissionDenied] {
            assert!(!is_missing_family(&kind.into()), "{kind}");
        }
    }
}
