//! Reads the head of one request, strictly and within bounds.
//!
//! It does not use hyper, which answers malformed requests without our headers and accepts lines that end in a bare LF.
//! Invariant: at most [`HEAD_MAX_BYTES`] are held, wiped on drop, and nothing after the head is used.

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

use crate::account::RequestHead;

/// Browsers send one to two kilobytes, and all cookies that other programs on localhost have set.
const HEAD_MAX_BYTES: usize = 256 * 1024;

/// Browsers send about twenty. Extensions and proxies add more.
const HEADERS_MAX: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadError {
    /// The client closed the connection.
    Gone,
    /// Too many bytes or headers.
    TooLarge,
    /// Not HTTP/1.
    Malformed,
}

/// Reads up to the empty line. The caller applies a deadline.
pub(super) async fn read_head(
    stream: &mut (impl AsyncRead + Unpin + ?Sized),
) -> Result<Zeroizing<Vec<u8>>, HeadError> {
    // The whole capacity at once, because a growing buffer would leave copies of the code in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD_MAX_BYTES));
    // No byte is searched twice, so a client that sends byte by byte costs no more than any other.
    let mut searched = 0;
    loop {
        let end = end_of_head(&bytes, searched);
        // A body may follow in the same packet. It is neither checked nor kept.
        let length = end.unwrap_or(bytes.len());
        bytes.truncate(length);
        if !lines_end_properly(&bytes, searched) {
            return Err(HeadError::Malformed);
        }
        searched = length;
        if end.is_some() {
            return Ok(bytes);
        }
        let room = HEAD_MAX_BYTES.saturating_sub(bytes.len());
        if room == 0 {
            return Err(HeadError::TooLarge);
        }
        match (&mut *stream).take(room as u64).read_buf(&mut *bytes).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return Err(HeadError::Gone),
        }
    }
}

/// Parses the head and passes it to `use_head`.
pub(super) fn parse_head<R>(
    bytes: &[u8],
    use_head: impl FnOnce(&RequestHead<'_>) -> R,
) -> Result<R, HeadError> {
    // The parser would skip it, but no browser sends it.
    if bytes.starts_with(b"\r\n") {
        return Err(HeadError::Malformed);
    }
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => {}
        Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooLarge),
        _ => return Err(HeadError::Malformed),
    }
    let (Some(method), Some(target)) = (request.method, request.path) else {
        return Err(HeadError::Malformed);
    };
    let all = |name: &str| -> Vec<&str> {
        let named = request.headers.iter();
        named
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            // A value that is not text becomes empty, which is never accepted.
            .map(|header| std::str::from_utf8(header.value).unwrap_or_default())
            .collect()
    };
    let one = |name: &str| match all(name).as_slice() {
        [] => None,
        [value] => Some(*value),
        // A header that comes twice is not believed.
        _ => Some(""),
    };
    Ok(use_head(&RequestHead {
        method,
        target,
        hosts: &all("host"),
        has_origin: one("origin").is_some(),
        fetch_mode: one("sec-fetch-mode"),
        fetch_dest: one("sec-fetch-dest"),
        purpose: one("sec-purpose").or_else(|| one("purpose")),
    }))
}

/// Where the empty line ends, if it ends after the first `searched` bytes.
fn end_of_head(bytes: &[u8], searched: usize) -> Option<usize> {
    const EMPTY_LINE: &[u8] = b"\r\n\r\n";
    // The line may have begun in what came before.
    let from = searched.saturating_sub(EMPTY_LINE.len());
    let mut fours = bytes.get(from..)?.windows(EMPTY_LINE.len());
    Some(from + fours.position(|four| four == EMPTY_LINE)? + EMPTY_LINE.len())
}

/// Whether no line after the first `searched` bytes ends in a bare LF.
fn lines_end_properly(bytes: &[u8], searched: usize) -> bool {
    let new = bytes.get(searched.saturating_sub(1)..).unwrap_or_default();
    let bare = |pair: &[u8]| matches!(pair, [before, b'\n'] if *before != b'\r');
    bytes.first() != Some(&b'\n') && !new.windows(2).any(bare)
}
