//! The listener as strangers, browsers and the network meet it: real sockets, real TLS; and, millions of times, without.

mod certificate;
mod crowds;
mod life;
mod mutations;
mod oracle;
mod strangers;
mod support;
