//! Reading the head of one request, strictly and within bounds.
//!
//! hyper answers malformed requests by itself, without our headers, and takes lines that end in a bare LF; so the head
//! is read here. Invariant: at most [`HEAD_MAX_BYTES`] are held, wiped on drop, and nothing after the head is used.

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

use crate::account::CallbackHead;

/// Browsers send one to two kilobytes.
const HEAD_MAX_BYTES: usize = 16 * 1024;

/// Browsers send about twenty.
const HEADERS_MAX: usize = 64;

/// Why there is no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadError {
    /// The visitor went away.
    Gone,
    /// More bytes or more lines than are looked at.
    TooLarge,
    /// Not a head of HTTP/1.
    Malformed,
}

/// Reads up to the empty line. The caller sets the deadline.
pub(super) async fn read_head(
    stream: &mut (impl AsyncRead + Unpin + ?Sized),
) -> Result<Zeroizing<Vec<u8>>, HeadError> {
    // All the room at once: a growing buffer would leave copies of the code behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(HEAD_MAX_BYTES));
    // Looked at once: who sends byte by byte must not cost more with each of them.
    let mut seen = 0;
    loop {
        let end = end_of_head(&bytes, seen);
        // A body may follow in the same packet; it is neither judged nor kept.
        let length = end.unwrap_or(bytes.len());
        bytes.truncate(length);
        if !lines_end_properly(&bytes, seen) {
            return Err(HeadError::Malformed);
        }
        seen = length;
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

/// Shows `look` what the head says.
pub(super) fn parse_head<R>(
    bytes: &[u8],
    look: impl FnOnce(&CallbackHead<'_>) -> R,
) -> Result<R, HeadError> {
    // The parser would pass over it; a browser does not send it.
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
            // What is no text equals nothing that is right.
            .map(|header| std::str::from_utf8(header.value).unwrap_or_default())
            .collect()
    };
    let one = |name: &str| match all(name).as_slice() {
        [] => None,
        [value] => Some(*value),
        // Said twice: neither is believed.
        _ => Some(""),
    };
    Ok(look(&CallbackHead {
        method,
        target,
        hosts: &all("host"),
        has_origin: one("origin").is_some(),
        fetch_mode: one("sec-fetch-mode"),
        fetch_dest: one("sec-fetch-dest"),
        purpose: one("sec-purpose").or_else(|| one("purpose")),
    }))
}

/// Where the empty line ends, if it ends behind the first `seen` bytes.
fn end_of_head(bytes: &[u8], seen: usize) -> Option<usize> {
    const EMPTY_LINE: &[u8] = b"\r\n\r\n";
    let from = seen.saturating_sub(EMPTY_LINE.len());
    let start = (bytes.get(from..)?.windows(EMPTY_LINE.len()))
        .position(|four| four == EMPTY_LINE)?
        .checked_add(from)?;
    start.checked_add(EMPTY_LINE.len())
}

/// Whether no line behind the first `seen` bytes ends in a bare LF.
fn lines_end_properly(bytes: &[u8], seen: usize) -> bool {
    let new = bytes.get(seen.saturating_sub(1)..).unwrap_or_default();
    let bare = |pair: &[u8]| matches!(pair, [before, b'\n'] if *before != b'\r');
    bytes.first() != Some(&b'\n') && !new.windows(2).any(bare)
}
