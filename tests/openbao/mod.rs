//! The store `openbao`, on real servers: the journey, the claims, what can go wrong, and three machines at once.

mod claims;
mod crowd;
mod failures;
mod journey;
mod lasting;
mod logins;
mod manual;
mod moments;
mod protections;
mod team;
