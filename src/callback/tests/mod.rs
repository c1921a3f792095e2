//! The listener as strangers, browsers and the network meet it: real sockets, real TLS.

mod certificate;
mod crowds;
mod life;
mod strangers;
mod support;
