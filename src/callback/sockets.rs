//! The two loopback sockets of a login, which listen before anything else happens.
//!
//! Invariant: `localhost` may mean 127.0.0.1 or ::1, so the listener holds both or none. Only loopback is ever bound, and
//! it stays bound to the end.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// A free port of one family may be taken in the other, but not this often by chance.
const ANY_PORT_ATTEMPTS: u32 = 16;

/// A client that finds the queue full tries again after a second, so it holds more than can come in a second.
const QUEUE_MAX: u32 = 1024;

/// Why the port cannot be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BindError {
    #[error("port {port} is taken")]
    Busy {
        port: u16,
        /// The user of the other program, if the operating system says it.
        owner_uid: Option<u32>,
    },
    #[error("{0}")]
    Other(ErrorKind),
}

pub(super) struct Sockets {
    v4: TcpListener,
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
        let v4 = listen(Ipv4Addr::LOCALHOST.into(), port)
            .await
            .map_err(|error| bind_error(&error, port))?;
        let bound = v4.local_addr();
        let port = bound.map_err(|error| bind_error(&error, port))?.port();
        let v6 = match listen(Ipv6Addr::LOCALHOST.into(), port).await {
            Ok(v6) => Some(v6),
            Err(error) if is_missing_family(&error) => None,
            Err(error) => {
                // Otherwise we would find ourselves as the owner of the port.
                drop(v4);
                return Err(bind_error(&error, port));
            }
        };
        Ok(Self { v4, v6, port })
    }

    /// Accepts the next connection of either family. Cancel-safe.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        let v6 = async {
            match &self.v6 {
                Some(v6) => v6.accept().await,
                None => pending().await,
            }
        };
        let accepted = tokio::select! {
            accepted = self.v4.accept() => accepted,
            accepted = v6 => accepted,
        };
        accepted.map(|(stream, _)| stream)
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
            owner_uid: owner_of(port),
        },
        kind => BindError::Other(kind),
    }
}

/// Only a machine without IPv6 may lack ::1. Any other error could be an attack.
fn is_missing_family(error: &io::Error) -> bool {
    #[cfg(unix)]
    let unsupported = rustix::io::Errno::AFNOSUPPORT.raw_os_error();
    #[cfg(not(unix))]
    let unsupported = 10047; // WSAEAFNOSUPPORT
    error.kind() == ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(unsupported)
}

/// Linux lists the user of each listening socket. Other systems have no simple way.
fn owner_of(port: u16) -> Option<u32> {
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .find_map(|table| table.lines().find_map(|row| listening_uid(row, port)))
}

/// Columns: number, local address, remote address, state, queues, timer, retransmits, uid.
fn listening_uid(row: &str, port: u16) -> Option<u32> {
    const LISTENING: &str = "0A";
    let mut columns = row.split_whitespace().skip(1);
    let (_, local_port) = columns.next()?.rsplit_once(':')?;
    if u16::from_str_radix(local_port, 16).ok()? != port || columns.nth(1)? != LISTENING {
        return None;
    }
    columns.nth(3)?.parse().ok()
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

    #[test]
    fn the_owner_of_a_listening_port_is_read_from_the_table_of_linux() {
        let row = "   1: 0100007F:2213 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1";
        assert_eq!(listening_uid(row, 8723), Some(1000));
        assert_eq!(listening_uid(row, 8724), None);
        assert_eq!(listening_uid(&row.replace(" 0A ", " 01 "), 8723), None);
        assert_eq!(listening_uid("  sl  local_address rem_address", 8723), None);
    }
}
