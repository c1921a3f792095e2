//! The listener as strangers, browsers and the network meet it: real sockets, real TLS; and, millions of times, without.

mod certificate;
mod lifecycle;
mod many_connections;
mod mutations;
mod oracle;
mod support;
mod wrong_requests;
