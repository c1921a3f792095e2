//! The store `openbao`, on real servers: the journey, the claims, what can go wrong, and three machines at once.

mod claims;
mod crowd;
mod failures;
mod journey;
mod logins;
mod manual;
mod protections;
mod team;
