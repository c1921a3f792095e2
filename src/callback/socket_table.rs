//! Linux's table of TCP sockets: whose program is at the other end of a connection, and which one holds a port.
//!
//! Other systems have no such table, so nothing is known there. Invariant: an unknown user is never a guess.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::account::Untrusted;

const LISTENING: u8 = 0x0a;

/// The program that holds a port, as far as this user may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortHolder {
    pub(crate) uid: u32,
    /// Its number and name; `None` for a program of another user.
    pub(crate) process: Option<(u32, Untrusted)>,
}

/// The two ends of a connection to the listener.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) ours: SocketAddr,
    pub(super) theirs: SocketAddr,
}

impl Ends {
    /// Whether the system says that a program of another user is at the other end.
    pub(super) fn are_of_another_user(self) -> bool {
        let is_theirs = |row: &Row| (row.local, row.remote) == (self.theirs, self.ours);
        // Without an inode the socket was closed, and its user is shown as root.
        let uid = rows(|row| (is_theirs(row) && row.inode != 0).then_some(row.uid));
        uid.is_some_and(|uid| Some(uid) != own_uid())
    }
}

/// Finds the program that listens on `port`.
pub(super) fn holder_of(port: u16) -> Option<PortHolder> {
    let listens = |row: &Row| row.state == LISTENING && row.local.port() == port;
    let (uid, inode) = rows(|row| listens(row).then_some((row.uid, row.inode)))?;
    Some(PortHolder {
        uid,
        process: process_with(inode),
    })
}

fn own_uid() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    None
}

#[derive(Debug, PartialEq, Eq)]
struct Row {
    local: SocketAddr,
    remote: SocketAddr,
    state: u8,
    uid: u32,
    inode: u64,
}

/// Returns the first result that is not `None`.
fn rows<T>(mut find: impl FnMut(&Row) -> Option<T>) -> Option<T> {
    // Elsewhere anyone may have made files of these names, as on a drive of Windows.
    if !cfg!(target_os = "linux") {
        return None;
    }
    // A program may reach 127.0.0.1 over a socket of IPv6.
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let texts = tables
        .iter()
        .filter_map(|name| fs::read_to_string(name).ok());
    texts.into_iter().find_map(|text| {
        text.lines()
            .filter_map(parse_row)
            .find_map(|row| find(&row))
    })
}

/// Columns: number, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode.
fn parse_row(line: &str) -> Option<Row> {
    let mut columns = line.split_ascii_whitespace().skip(1);
    Some(Row {
        local: parse_address(columns.next()?)?,
        remote: parse_address(columns.next()?)?,
        state: u8::from_str_radix(columns.next()?, 16).ok()?,
        uid: columns.nth(3)?.parse().ok()?,
        inode: columns.nth(1)?.parse().ok()?,
    })
}

/// Parses `0100007F:2213`: words of 32 bits in the byte order of the machine, and the port.
fn parse_address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let word = |at: usize| {
        let word = u32::from_str_radix(address.get(at..at + 8)?, 16).ok()?;
        Some(word.to_ne_bytes())
    };
    let address = match address.len() {
        8 => IpAddr::from(Ipv4Addr::from(word(0)?)),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let bytes: [u8; 16] = words.concat().try_into().ok()?;
            Ipv6Addr::from(bytes).to_canonical()
        }
        _ => return None,
    };
    Some((address, u16::from_str_radix(port, 16).ok()?).into())
}

fn process_with(inode: u64) -> Option<(u32, Untrusted)> {
    let socket = PathBuf::from(format!("socket:[{inode}]"));
    let has_it = |process: &Path| {
        let open = fs::read_dir(process.join("fd")).into_iter().flatten();
        open.flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|target| target == socket))
    };
    let processes = fs::read_dir("/proc").ok()?.flatten();
    processes.into_iter().find_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let name = || fs::read_to_string(process.path().join("comm")).ok();
        has_it(&process.path())
            .then(name)?
            .map(|name| (pid, Untrusted::new(name.trim_end())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_both_ends_the_user_and_the_inode() {
        let row = "   1: 0100007F:2213 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 77 1";
        let row = parse_row(row).unwrap();
        assert_eq!(row.local, "127.0.0.1:8723".parse().unwrap());
        assert_eq!(row.remote, "127.0.0.1:54321".parse().unwrap());
        assert_eq!((row.state, row.uid, row.inode), (1, 1000, 77));
        for other in [
            "",
            "  sl  local_address rem_address   st",
            "1: 0100007F:2213 0100007F 01",
        ] {
            assert_eq!(parse_row(other), None, "{other:?}");
        }
    }

    #[test]
    fn an_address_of_ipv6_is_read_and_a_mapped_one_is_the_same_as_of_ipv4() {
        for (text, expected) in [
            ("00000000000000000000000001000000:2213", "[::1]:8723"),
            ("0000000000000000FFFF00000100007F:2213", "127.0.0.1:8723"),
        ] {
            assert_eq!(parse_address(text), expected.parse().ok(), "{text}");
        }
        for wrong in ["", "0100007F", "0100007:2213", "0100007F:", "é00007F:2213"] {
            assert_eq!(parse_address(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn our_own_connection_is_of_no_other_user_and_our_own_port_is_held_by_us() {
        for host in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = std::net::TcpListener::bind(host) else {
                continue;
            };
            let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let ends = Ends {
                ours: client.peer_addr().unwrap(),
                theirs: client.local_addr().unwrap(),
            };
            assert!(!ends.are_of_another_user(), "{ends:?}");
            let holder = holder_of(ends.ours.port()).unwrap();
            assert_eq!(Some(holder.uid), own_uid());
            assert_eq!(holder.process.unwrap().0, std::process::id());
        }
    }
}
