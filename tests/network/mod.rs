//! The network at its worst: a server in Instagram's place, or a proxy or stranger on the way, that breaks every rule.
//! Whatever it says, the token that was there is kept, no word of it is believed that Instagram did not say, and nothing
//! of an address or a body is repeated.

mod bodies;
mod edges;
pub mod endpoint;
mod faults;
mod forms;
mod oracle;
mod proxies;
pub mod scene;
pub mod tls;
mod trials;
