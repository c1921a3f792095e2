//! Tests of the harness itself: on the real programs it starts, and by mistakes planted for it to find.

mod browser;
mod canaries;
mod ends;
mod fails;
mod processes;
mod secret_service;
