//! `schedule`: what is shown is what is installed, what is installed runs, and nothing is left of it.
//!
//! No test reaches the owner's own schedulers: where none is started for the world, there is none in it.

mod cron;
mod others;
mod runs;
mod setup;
mod shown;
mod systemd;
