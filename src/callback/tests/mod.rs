//! The listener over real sockets and TLS; and its handler without them, with many mutated requests.

mod certificate;
mod lifecycle;
mod many_connections;
mod mutations;
mod oracle;
mod support;
mod wrong_requests;
