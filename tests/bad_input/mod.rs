//! Bad input and broken streams: a clear sentence, the right code, never a panic.

mod bytes;
mod setup;
#[cfg(unix)]
mod streams;
mod words;
